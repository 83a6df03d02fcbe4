// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/fake_environment.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

using hubauth::testing::fake_environment;

TEST_CASE("fake_environment: nothing is there but what is given") {
  CHECK(fake_environment().get_env("HOME") == std::nullopt);
  CHECK_FALSE(fake_environment().has_browser_session());
  CHECK(fake_environment().now() == 0);

  const fake_environment env{.set = {{"A", "1"}, {"B", ""}}, .browser = true, .milliseconds = 7999};
  CHECK(env.get_env("A") == "1");
  CHECK(env.get_env("B") == "");
  CHECK(env.get_env("C") == std::nullopt);
  CHECK(env.has_browser_session());
  CHECK(env.now() == 7);
}

TEST_CASE("fake_environment: time passes by sleeps, which are remembered") {
  fake_environment env;
  env.sleep_for(999);
  CHECK(env.now() == 0);
  env.sleep_for(1);
  CHECK(env.now() == 1);
  CHECK(env.sleeps == std::vector<std::int64_t>{999, 1});
}

TEST_CASE("fake_environment: random_values are drawn in their order, the last again and again") {
  fake_environment env{.random_values = {3, 5}};
  CHECK(env.random() == 3);
  CHECK(env.random() == 5);
  CHECK(env.random() == 5);
  CHECK(env.drawn == 3);
  CHECK(fake_environment().random() == 0);
}
