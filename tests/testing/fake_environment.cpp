// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/fake_environment.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

using hubauth::testing::fake_environment;

TEST_CASE("fake_environment: nothing is there but what is given") {
  CHECK(fake_environment().variable("HOME") == std::nullopt);
  CHECK_FALSE(fake_environment().browser_at_hand());
  CHECK(fake_environment().now() == 0);

  const fake_environment env{.set = {{"A", "1"}, {"B", ""}}, .browser = true, .milliseconds = 7999};
  CHECK(env.variable("A") == "1");
  CHECK(env.variable("B") == "");
  CHECK(env.variable("C") == std::nullopt);
  CHECK(env.browser_at_hand());
  CHECK(env.now() == 7);
}

TEST_CASE("fake_environment: time passes by pauses, which are remembered") {
  fake_environment env;
  env.pause_for(999);
  CHECK(env.now() == 0);
  env.pause_for(1);
  CHECK(env.now() == 1);
  CHECK(env.pauses == std::vector<std::int64_t>{999, 1});
}

TEST_CASE("fake_environment: lots are drawn in their order, the last again and again") {
  fake_environment env{.lots = {3, 5}};
  CHECK(env.draw() == 3);
  CHECK(env.draw() == 5);
  CHECK(env.draw() == 5);
  CHECK(env.drawn == 3);
  CHECK(fake_environment().draw() == 0);
}
