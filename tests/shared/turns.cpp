// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/turns.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

wish of(flow::errand what, std::string_view argument = {}, login_options options = {}) {
  return {what, secret(argument), options};
}

TEST_CASE("wish: the same call, argument and options are the same wish") {
  CHECK(of(flow::errand::authenticate) == of(flow::errand::authenticate));
  CHECK(of(flow::errand::login, "key", {true, source_set().without(source::saved), 2}) ==
        of(flow::errand::login, "key", {true, source_set().without(source::saved), 2}));
}

TEST_CASE("wish: another call, argument or option is another wish") {
  std::vector<wish> all;
  all.push_back(of(flow::errand::login));
  all.push_back(of(flow::errand::authenticate));
  all.push_back(of(flow::errand::auth_with_cookies));
  all.push_back(of(flow::errand::request_api_key));
  all.push_back(of(flow::errand::login, "key"));
  all.push_back(of(flow::errand::login, "kez"));
  all.push_back(of(flow::errand::login, "key2"));
  all.push_back(of(flow::errand::login, {}, {.verify_saved = true}));
  all.push_back(of(flow::errand::login, {}, {.attempts = 2}));
  for (source each : all_sources) all.push_back(of(flow::errand::login, {}, {.use = source_set().without(each)}));

  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

TEST_CASE("turns: nothing waits and nothing is overtaken but by a logout that comes during a sign-in") {
  turns of_all;
  const auto run = [&](const wish&) -> login_result {
    CHECK_FALSE(of_all.overtaken());
    return session{};
  };
  int published = 0;
  CHECK(of_all.sign_in(of(flow::errand::login), {}, run, [&] { ++published; }));
  CHECK(published == 1);
  CHECK(of_all.waiting() == 0);
}

}  // namespace
