// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/detail/choices.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

using hubauth::testing::detail::choice_enumerator;
using combinations = std::vector<std::string>;

/// The numbers that are chosen in each execution.
template <class Execution>
combinations enumerate(Execution execution) {
  combinations all;
  choice_enumerator choose;
  do {
    all.emplace_back();
    execution([&](unsigned count) {
      const auto chosen = choose(count);
      all.back() += std::to_string(chosen);
      return chosen;
    });
  } while (choose.next());
  return all;
}

}  // namespace

TEST_CASE("choice_enumerator: each combination is enumerated once") {
  CHECK(enumerate([](auto) {}) == combinations{""});
  CHECK(enumerate([](auto choose) { choose(1); }) == combinations{"0"});
  CHECK(enumerate([](auto choose) {
          choose(2);
          choose(3);
        }) == combinations{"00", "01", "02", "10", "11", "12"});
}

TEST_CASE("choice_enumerator: a choice may depend on the choices before") {
  CHECK(enumerate([](auto choose) {
          if (choose(3) == 1 && choose(2) == 0) choose(2);
        }) == combinations{"0", "100", "101", "11", "2"});
}
