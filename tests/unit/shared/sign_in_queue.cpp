// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/sign_in_queue.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

login_request of(flow::operation what, std::string_view argument = {}, login_options options = {}) {
  return {what, secret(argument), options};
}

TEST_CASE("login_request: the same call, argument and options are the same login_request") {
  CHECK(of(flow::operation::authenticate) == of(flow::operation::authenticate));
  CHECK(of(flow::operation::login, "key", {true, source_set().without(source::saved), 2}) ==
        of(flow::operation::login, "key", {true, source_set().without(source::saved), 2}));
}

TEST_CASE("login_request: another call, argument or option is another login_request") {
  std::vector<login_request> all;
  all.push_back(of(flow::operation::login));
  all.push_back(of(flow::operation::authenticate));
  all.push_back(of(flow::operation::auth_with_cookies));
  all.push_back(of(flow::operation::request_api_key));
  all.push_back(of(flow::operation::login, "key"));
  all.push_back(of(flow::operation::login, "kez"));
  all.push_back(of(flow::operation::login, "key2"));
  all.push_back(of(flow::operation::login, {}, {.verify_saved = true}));
  all.push_back(of(flow::operation::login, {}, {.attempts = 2}));
  for (source each : all_sources) all.push_back(of(flow::operation::login, {}, {.sources = source_set().without(each)}));

  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

TEST_CASE("turns: nothing waits and nothing is canceled but by a logout that comes during a sign-in") {
  turns of_all;
  const auto run = [&](const login_request&) -> login_result {
    CHECK_FALSE(of_all.canceled());
    return session{};
  };
  int published = 0;
  CHECK(of_all.sign_in(of(flow::operation::login), {}, run, [&] { ++published; }));
  CHECK(published == 1);
  CHECK(of_all.waiter_count() == 0);
}

}  // namespace
