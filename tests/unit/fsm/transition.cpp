// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fsm/transition.hpp"

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace outer::inner {
struct deep {};
}  // namespace outer::inner

struct global {};

namespace {

namespace fsm = hubauth::fsm;
using fsm::transition;

// Two states with a common outcome, two final states, and a transition back.

struct token {
  std::unique_ptr<int> text;
};
struct refused {
  std::string reason;
};
struct accepted {};

struct fetching {
  using outcomes = fsm::outcomes<token, refused>;
  using answer = int;
};
struct checking {
  using outcomes = fsm::outcomes<token, refused, accepted>;
  std::unique_ptr<int> text;
  explicit checking(token&& from) : text(std::move(from.text)) {}
};
struct done {};
struct given_up {
  std::string reason;
};

struct table {
  using initial = fetching;
  // The initial state is not that of the first transition.
  static constexpr auto transitions = fsm::hana::make_tuple(transition<checking, refused, fetching>{},  //
                                                            transition<checking, accepted, done>{},     //
                                                            transition<checking, token, checking>{},    //
                                                            transition<fetching, token, checking>{},    //
                                                            transition<fetching, refused, given_up>{});
};

static_assert(fsm::final_state<done> && fsm::final_state<given_up>);
static_assert(!fsm::final_state<fetching> && !fsm::final_state<checking>);
static_assert(fsm::waiting_state<fetching>);
static_assert(!fsm::waiting_state<checking> && !fsm::waiting_state<done>);

static_assert(fsm::constructible_from_outcome<done, refused>, "a state without data always can");
static_assert(fsm::constructible_from_outcome<checking, token>, "by a move");
static_assert(!fsm::constructible_from_outcome<checking, refused>);
static_assert(!fsm::constructible_from_outcome<given_up, accepted>);

// Transitions are found by state and outcome.

template <class State, class Outcome>
using found = fsm::transition_for<table, State, Outcome>;

static_assert(std::is_same_v<found<checking, token>, transition<checking, token, checking>>);
static_assert(std::is_same_v<found<fetching, token>, transition<fetching, token, checking>>);
static_assert(std::is_same_v<found<fetching, refused>, transition<fetching, refused, given_up>>);
static_assert(fsm::outcome_of<accepted, table, checking>);
static_assert(!fsm::outcome_of<accepted, table, fetching>);
static_assert(!fsm::outcome_of<accepted, table, done>);
static_assert(!fsm::outcome_of<int, table, checking>);

struct ambiguous_table {
  using initial = fetching;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<fetching, token, checking>{},  //
                                                            transition<fetching, token, done>{},      //
                                                            transition<fetching, refused, done>{},    //
                                                            transition<fetching, refused, done>{});
};
static_assert(!fsm::outcome_of<token, ambiguous_table, fetching>, "two transitions, to two states");
static_assert(!fsm::outcome_of<refused, ambiguous_table, fetching>, "the same transition twice");

TEST_CASE("transition: the names of a table are in its order") {
  const auto& transitions = fsm::named_transitions<table>;
  REQUIRE(transitions.size() == 5);
  CHECK(transitions[0].from == "checking");
  CHECK(transitions[0].outcome == "refused");
  CHECK(transitions[0].to == "fetching");
  CHECK(transitions[4].from == "fetching");
  CHECK(transitions[4].outcome == "refused");
  CHECK(transitions[4].to == "given_up");
}

TEST_CASE("transition: each state is named once, those that have transitions first") {
  std::string text;
  for (const auto& state : fsm::named_states<table>)
    text += std::string(state.name) + (state.is_final ? " (final) " : " ");
  CHECK(text == "checking fetching done (final) given_up (final) ");
}

struct no_transitions {
  using initial = fetching;
  static constexpr auto transitions = fsm::hana::make_tuple();
};
static_assert(fsm::named_transitions<no_transitions>.empty());
static_assert(fsm::named_states<no_transitions>.size() == 1, "the initial state is a state without any transition");

struct local {
  struct nested {};
};

TEST_CASE("transition: a type's name is the one in the table, without its namespaces") {
  struct in_function {};
  CHECK(fsm::name_of<local>() == "local");
  CHECK(fsm::name_of<local::nested>() == "nested");
  CHECK(fsm::name_of<outer::inner::deep>() == "deep");
  CHECK(fsm::name_of<global>() == "global");
  CHECK(fsm::name_of<int>() == "int");
  CHECK(fsm::name_of<in_function>() == "in_function");
}

// Types that have the same name.

[[maybe_unused]] auto one_function() {
  struct same_name {};
  return same_name{};
}

[[maybe_unused]] auto other_function() {
  {
    struct same_name {};
    return same_name{};
  }
}

using one = decltype(one_function());
using other = decltype(other_function());

struct same_names {
  struct asking {
    using outcomes = fsm::outcomes<one, other>;
  };
  using initial = asking;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<asking, one, other>{},  //
                                                            transition<asking, other, one>{});
};
static_assert(fsm::name_of<one>() == fsm::name_of<other>());
static_assert(std::is_same_v<fsm::transition_for<same_names, same_names::asking, one>::to, other>);
static_assert(std::is_same_v<fsm::transition_for<same_names, same_names::asking, other>::to, one>);
static_assert(fsm::named_states<same_names>.size() == 3, "two types never share an identity");

}  // namespace
