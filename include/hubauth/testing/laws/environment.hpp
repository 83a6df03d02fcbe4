// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <type_traits>

#include "hubauth/policy/environment.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

using variables = std::map<std::string, std::string>;  ///< value by name

/// Tells of each law of an environment whether it holds.
///
///     environment_laws([](variables set) { return my_environment(std::move(set)); }, doctest_report);
/// Needs:   `make_environment(variables)` gives an environment, by value or by reference, in which these variables are set, and
///          HUBAUTH_LAW_UNSET is not; its clock shows a time between 2020 and 2200
template <class Settle, reporter Report>
void environment_laws(Settle make_environment, Report&& report) {
  static_assert(check_environment<std::remove_cvref_t<decltype(make_environment(variables()))>>());
  auto&& env = make_environment({{"HUBAUTH_LAW_SET", "a value"}, {"HUBAUTH_LAW_OTHER", "another"}, {"HUBAUTH_LAW_EMPTY", ""}});
  const auto& in = env;

  const auto value = in.get_env("HUBAUTH_LAW_SET");
  report(value == "a value", "environment: a variable that is set gives its value");
  report(in.get_env("HUBAUTH_LAW_EMPTY") == "", "environment: a variable that is set to nothing is set");
  report(!in.get_env("HUBAUTH_LAW_UNSET"), "environment: a variable that is not set gives nothing");
  report(!in.get_env("HUBAUTH_LAW_SE") && !in.get_env("HUBAUTH_LAW_SET_"),
         "environment: a variable is found by its whole name");
  report(in.get_env("HUBAUTH_LAW_OTHER") == "another" && value == "a value",
         "environment: a value stays while others are read");

  report(in.has_browser_session() == in.has_browser_session(), "environment: a browser is at hand, or is not, as before");

  constexpr std::int64_t year = 31'556'952;  // its mean
  const auto now = in.now();
  report(now / year + 1970 >= 2020 && now / year + 1970 < 2200, "environment: now is in seconds since 1970");
}

/// Tells of each law of `pause_for` whether it holds. A real clock takes a second.
///
/// Needs:   `make_environment` as for `environment_laws`
template <class Settle, reporter Report>
void pause_laws(Settle make_environment, Report&& report) {
  auto&& env = make_environment(variables());
  static_assert(check_timed_environment<std::remove_cvref_t<decltype(env)>>());
  const auto before = env.now();
  env.sleep_for(0);
  env.sleep_for(1000);
  report(env.now() > before, "environment: a pause ends when its time is over, in milliseconds");
}

/// Tells of each law of `draw` whether it holds.
///
/// Needs:   `make_environment` as for `environment_laws`
template <class Settle, reporter Report>
void draw_laws(Settle make_environment, Report&& report) {
  auto&& env = make_environment(variables());
  static_assert(check_timed_environment<std::remove_cvref_t<decltype(env)>>());
  std::uint64_t ever_set = 0;
  std::uint64_t always_set = ~ever_set;
  for (int i = 0; i != 100; ++i) {  // that a fair bit falls the same way each time: once in 2^99
    const auto lot = env.random();
    ever_set |= lot;
    always_set &= lot;
  }
  report(ever_set == ~std::uint64_t{0}, "environment: each bit of a lot is set sometimes");
  report(always_set == 0, "environment: no bit of a lot is set always");
}

}  // namespace hubauth::testing
