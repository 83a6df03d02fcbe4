// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>

#include "hubauth/policy/environment.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

using environment_variables = std::map<std::string, std::string>;  ///< by name

/// Reports for each law of an environment whether it holds.
///
///     environment_laws([](environment_variables set) { return my_environment(std::move(set)); }, doctest_report);
///
/// \param make_environment  called with `environment_variables`; returns, by value or by reference, an environment in
/// which
///                          these variables are set, HUBAUTH_LAW_UNSET is not, and the year is between 2020 and 2200
template <class MakeEnvironment, reporter Report>
void environment_laws(MakeEnvironment make_environment, Report&& report) {
  static_assert(check_environment<std::remove_cvref_t<decltype(make_environment(environment_variables()))>>());
  auto&& made =
      make_environment({{"HUBAUTH_LAW_SET", "a value"}, {"HUBAUTH_LAW_OTHER", "another"}, {"HUBAUTH_LAW_EMPTY", ""}});
  const auto& env = made;

  const auto value = env.get_env("HUBAUTH_LAW_SET");
  report(value == "a value", "environment: get_env returns the value of a variable");
  report(env.get_env("HUBAUTH_LAW_EMPTY") == "", "environment: get_env returns the value of a variable that is empty");
  report(!env.get_env("HUBAUTH_LAW_UNSET"), "environment: get_env returns nothing for a variable that is not set");
  report(!env.get_env("HUBAUTH_LAW_SE") && !env.get_env("HUBAUTH_LAW_SET_"),
         "environment: get_env compares the whole name");
  report(env.get_env("HUBAUTH_LAW_OTHER") == "another" && value == "a value",
         "environment: a value stays valid while another is read");

  report(env.has_browser_session() == env.has_browser_session(),
         "environment: has_browser_session returns the same each time");

  using namespace std::chrono;
  const auto year = year_month_day(floor<days>(env.now())).year();
  report(std::chrono::year(2020) <= year && year < std::chrono::year(2200), "environment: now is the current time");
}

/// Reports whether `sleep_for` takes as long as it should. With a real clock this takes a second.
/// \param make_environment  as for `environment_laws`
template <class MakeEnvironment, reporter Report>
void sleep_laws(MakeEnvironment make_environment, Report&& report) {
  auto&& env = make_environment(environment_variables());
  static_assert(check_timed_environment<std::remove_cvref_t<decltype(env)>>());
  constexpr std::chrono::seconds duration(1);
  const auto before = env.now();
  env.sleep_for(std::chrono::milliseconds(0));
  env.sleep_for(duration);
  report(env.now() - before >= duration - std::chrono::milliseconds(1),  // the clock may be adjusted meanwhile
         "environment: sleep_for returns when the duration is over");
}

/// Reports for each law of `random` whether it holds. A fair source fails once in 2^93 runs.
/// \param make_environment  as for `environment_laws`
template <class MakeEnvironment, reporter Report>
void random_laws(MakeEnvironment make_environment, Report&& report) {
  auto&& env = make_environment(environment_variables());
  static_assert(check_timed_environment<std::remove_cvref_t<decltype(env)>>());
  constexpr auto all_bits = ~std::uint64_t{0};
  std::uint64_t once_set = 0;
  std::uint64_t once_clear = 0;
  for (int i = 0; i != 100; ++i) {
    const auto value = env.random();
    once_set |= value;
    once_clear |= ~value;
  }
  report(once_set == all_bits, "environment: each bit of a random number is set sometimes");
  report(once_clear == all_bits, "environment: each bit of a random number is clear sometimes");
}

}  // namespace hubauth::testing
