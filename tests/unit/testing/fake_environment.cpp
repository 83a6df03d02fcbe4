// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/fake_environment.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

using hubauth::testing::fake_environment;
using namespace std::chrono_literals;
using time_point = std::chrono::system_clock::time_point;

TEST_CASE("fake_environment: nothing is set but what is given") {
  CHECK(fake_environment().get_env("HOME") == std::nullopt);
  CHECK_FALSE(fake_environment().has_browser_session());
  CHECK((fake_environment().now() == time_point()));

  const fake_environment env{.variables = {{"A", "1"}, {"B", ""}}, .browser_session = true, .time = time_point(7999ms)};
  CHECK(env.get_env("A") == "1");
  CHECK(env.get_env("B") == "");
  CHECK(env.get_env("C") == std::nullopt);
  CHECK(env.has_browser_session());
  CHECK((env.now() == time_point(7999ms)));
}

TEST_CASE("fake_environment: only sleep_for moves the clock, and the delays are recorded") {
  fake_environment env;
  env.sleep_for(999ms);
  env.sleep_for(1ms);
  CHECK((env.now() == time_point(1s)));
  CHECK((env.delays == std::vector<std::chrono::milliseconds>{999ms, 1ms}));
}

TEST_CASE("fake_environment: random values are returned in order, and the last one is repeated") {
  fake_environment env{.random_values = {3, 5}};
  CHECK(env.random() == 3);
  CHECK(env.random() == 5);
  CHECK(env.random() == 5);
  CHECK(env.random_calls == 3);
  CHECK(fake_environment().random() == 0);
}
