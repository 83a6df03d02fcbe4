// SPDX-License-Identifier: BSL-1.0
//
// Runs the machine for every combination of environment values and answers, and compares each sign-in with the model.

#include <algorithm>
#include <cstddef>
#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "hubauth/testing/enumerate_logins.hpp"
#include "support/model/differential.hpp"

namespace {

using namespace hubauth;
using testing::model::argument_value;

/// Enumerates all choices; while it is paused, it chooses the first one.
struct pausable_enumerator : testing::detail::choice_enumerator {
  bool paused = false;

  unsigned operator()(unsigned count) { return paused ? 0 : choice_enumerator::operator()(count); }
};

/// What is in memory before the sign-in.
enum class cached { nothing, key, token, both };

template <class SignIn>
void enumerate(testing::login_coverage& coverage, bool is_platform, cached before, SignIn sign_in) {
  pausable_enumerator choose;
  std::string path;
  const observer observe = [&](const fsm::transition_names& names) {
    if (!choose.paused) coverage.take(names, path);
  };
  do {
    path.clear();
    testing::model::differential_test test(choose, is_platform, observe);

    choose.paused = true;
    std::string difference;
    if (before == cached::key || before == cached::both) difference += test.login(argument_value::key, {});
    if (before == cached::token || before == cached::both) difference += test.auth_with_cookies();
    choose.paused = false;

    difference += sign_in(test, choose);
    coverage.end(path);
    if (!difference.empty() && ++coverage.failures <= 10) FAIL_CHECK(difference);
  } while (choose.next());
}

argument_value choose_argument(pausable_enumerator& choose) {
  return static_cast<argument_value>(choose(static_cast<unsigned>(argument_value::count)));
}

}  // namespace

TEST_CASE("exhaustive: every sign-in ends as the model predicts") {
  testing::login_coverage coverage;
  for (bool is_platform : {false, true}) {
    CAPTURE(is_platform);
    for (bool verify_saved : {false, true}) {
      CAPTURE(verify_saved);
      enumerate(coverage, is_platform, cached::nothing, [&](auto& test, auto& choose) {
        return test.login(choose_argument(choose), {.verify_saved = verify_saved});
      });
      for (auto excluded : all_sources) {
        CAPTURE(to_string(excluded));
        enumerate(coverage, is_platform, cached::nothing, [&](auto& test, auto& choose) {
          return test.login(choose_argument(choose), {verify_saved, source_set().without(excluded), 1});
        });
      }
    }
    for (auto before : {cached::nothing, cached::key, cached::token, cached::both}) {
      if (is_platform && before != cached::key) continue;  // the Platform has no tokens
      enumerate(coverage, is_platform, before, [](auto& test, auto&) { return test.authenticate(); });
      enumerate(coverage, is_platform, before, [](auto& test, auto&) { return test.auth_with_cookies(); });
      enumerate(coverage, is_platform, before, [](auto& test, auto&) { return test.request_api_key(2); });
      enumerate(coverage, is_platform, before, [](auto& test, auto&) { return test.clear(); });  // takes no transition
      enumerate(coverage, is_platform, before, [](auto& test, auto& choose) {
        return test.login(choose_argument(choose), {.verify_saved = true, .max_prompt_attempts = 1});
      });
    }
  }

  const auto taken =
      coverage.counts.size() - static_cast<std::size_t>(std::count(coverage.counts.begin(), coverage.counts.end(), 0U));
  for (std::size_t i = 0; i != coverage.counts.size(); ++i) {
    const auto& [from, outcome, to] = coverage.transitions[i];
    CHECK_MESSAGE(coverage.counts[i] != 0, fmt::format("not taken: {} | {} | {}", from, outcome, to));
  }
  CHECK(coverage.failures == 0);
  fmt::print("exhaustive: {} executions, {} distinct paths, {} of {} transitions taken, {} failures\n",
             coverage.executions, coverage.paths.size(), taken, coverage.counts.size(), coverage.failures);
}
