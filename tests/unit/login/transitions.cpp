// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/transitions.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace hubauth::login;

template <class State, class Outcome>
using next = typename fsm::transition_for<table, State, Outcome>::to;

static_assert(fsm::named_transitions<table>.size() == 35);
static_assert(fsm::named_states<table>.size() == 13);

// A malformed key ends the login: no other source is tried.
static_assert(std::is_same_v<next<reading_argument, malformed_key>, failed>);
static_assert(std::is_same_v<next<reading_environment, malformed_key>, failed>);
static_assert(std::is_same_v<next<loading_saved_key, malformed_key>, failed>);

// The sources, in their order.
static_assert(std::is_same_v<next<reading_argument, no_argument>, reading_environment>);
static_assert(std::is_same_v<next<reading_environment, variable_unset>, loading_saved_key>);
static_assert(std::is_same_v<next<loading_saved_key, no_saved_key>, checking_browser>);
static_assert(std::is_same_v<next<checking_browser, no_browser_session>, prompting>);

// No prompt after a failure of the browser, and none but for a rejected or malformed answer.
static_assert(std::is_same_v<next<fetching_token, no_token>, failed>);
static_assert(std::is_same_v<next<verifying, rejected_final>, failed>);
static_assert(std::is_same_v<next<verifying, verification_failed>, failed>);
static_assert(std::is_same_v<next<verifying, rejected_retryable>, prompting>);
static_assert(std::is_same_v<next<prompting, malformed_input>, prompting>);

// A sign-in succeeds even if the key cannot be saved.
static_assert(std::is_same_v<next<saving, save_failed>, signed_in>);

// An outcome of another state has no transition.
static_assert(!fsm::outcome_of<key_saved, table, verifying>);

// The answer that each waiting state takes.
static_assert(std::is_same_v<comparing_with_saved::answer, result<std::optional<secret>>>);
static_assert(std::is_same_v<loading_saved_key::answer, result<std::optional<secret>>>);
static_assert(std::is_same_v<fetching_token::answer, response_at>);
static_assert(std::is_same_v<verifying::answer, response_at>);
static_assert(std::is_same_v<prompting::answer, result<secret>>);
static_assert(std::is_same_v<saving::answer, result<void>>);

TEST_CASE("transitions: only the two final states have no outcomes") {
  std::string final_states;
  for (const auto& state : fsm::named_states<table>)
    if (state.is_final) final_states.append(state.name).append(" ");
  CHECK(final_states == "failed signed_in ");
}

TEST_CASE("transitions: no outcome has the name of a state") {
  for (const auto& transition : fsm::named_transitions<table>)
    for (const auto& state : fsm::named_states<table>) CHECK(transition.outcome != state.name);
}

TEST_CASE("prompt_attempt: the next attempt knows why the previous answer was not accepted") {
  const auto next = prompt_attempt{1, 3}.next({errc::rejected, "unknown key"});
  CHECK(next.number == 2);
  CHECK(next.max == 3);
  REQUIRE(next.previous_error);
  CHECK(next.previous_error->message() == "the service rejected the credential: unknown key");
}

}  // namespace
