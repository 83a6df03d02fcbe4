// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/login/transitions.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/testing/detail/choices.hpp"
#include "hubauth/testing/detail/promises.hpp"
#include "hubauth/testing/detail/simulation.hpp"
#include "hubauth/testing/execution.hpp"
#include "hubauth/testing/possible_responses.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

/// What an enumeration of sign-ins has covered.
struct login_coverage {
  static constexpr const auto& transitions = fsm::named_transitions<login::table>;

  std::size_t executions = 0;
  std::size_t failures = 0;                              ///< executions that broke a promise
  std::array<std::size_t, transitions.size()> counts{};  ///< how often each transition was taken, in the table's order
  std::unordered_set<std::string> paths{};               ///< the distinct paths: a character for each transition

  /// Counts a transition and appends it to a path.
  void take(const fsm::transition_names& names, std::string& path) {
    std::size_t i = 0;
    while (transitions[i].from != names.from || transitions[i].outcome != names.outcome) ++i;
    ++counts[i];
    path += static_cast<char>('0' + i);
  }

  /// Counts an execution.
  void end(const std::string& path) {
    ++executions;
    paths.insert(path);
  }

  /// Whether a transition was taken: `took("verifying", "verification_failed")`.
  [[nodiscard]] bool took(std::string_view from, std::string_view outcome) const {
    for (std::size_t i = 0; i != transitions.size(); ++i)
      if (transitions[i].from == from && transitions[i].outcome == outcome) return counts[i] != 0;
    return false;
  }
};

/// A check that adds no promise to those of every login.
struct no_further_promises {
  std::string_view operator()(const login_result&, const execution&) const noexcept { return {}; }
};

/// Runs a login, with an empty cache, for every combination of what the argument, the environment, the service, the
/// store and the user may provide. Reports each promise that is broken, with the first execution that breaks it.
///
///     const auto coverage = enumerate_logins(hub, {.max_prompt_attempts = 1}, doctest_report);
///
/// Each further attempt at the prompt multiplies the executions by about ten. What every login promises:
/// - It sends, saves and uses only a credential of a source that may be used. The first source that has one decides,
/// even if
///   it is malformed.
/// - It saves at most the accepted key, once.
/// - It succeeds if the service accepts the credential, or if the key is saved and need not be verified. Only then is a
///   credential in memory.
/// - It calls no policy for a source that the options exclude, does not prompt if HUBAUTH_PROMPT is 0, and sends
/// nothing to
///   an insecure URL.
/// - It ends, and no text that it returns or shows contains a credential.
///
/// \param check_result  called with `login_result` and `execution`; returns a promise of your own that is broken, or an
/// empty
///                   string
/// \param responses  what the service may respond, unless it speaks the protocol of HUB or of the Platform
template <reporter Report, class Check = no_further_promises>
login_coverage enumerate_logins(const service& service, const login_options& options, Report&& report,
                                Check&& check_result = {}, const possible_responses& responses = {}) {
  const std::size_t max_calls = 4 + 2 * static_cast<std::size_t>(std::max(options.max_prompt_attempts, 0));
  login_coverage coverage;
  std::set<std::string> reported;
  std::string path;
  const observer observe = [&](const fsm::transition_names& names) { coverage.take(names, path); };

  const auto run = [&](auto& choose, execution& execution) -> std::string {
    using detail::argument_value;
    execution.argument = static_cast<argument_value>(choose(static_cast<unsigned>(argument_value::count)));
    execution.environment =
        detail::choose_environment(choose, service, login::operation::login, options, execution.argument);
    credential_cache cache;
    login::machine machine(service, cache, detail::to_environment_values(execution.environment),
                           login::operation::login, value_of(execution.argument).text, options, observe);
    if (!detail::simulated_driver(choose, service, execution).run(machine, max_calls)) return "it does not end";

    const auto result = machine.result();
    const auto current = detail::credential_in(cache.header(), service);
    std::string broken(detail::broken_promise(execution, result, options, current));
    if (broken.empty()) broken = check_result(result, std::as_const(execution));
    return broken;
  };

  detail::choice_enumerator choose;
  do {
    execution execution{responses};
    path.clear();
    const auto broken = run(choose, execution);
    coverage.end(path);
    if (broken.empty()) continue;
    ++coverage.failures;
    if (reported.insert(broken).second) report(false, "login: " + broken + "; execution: " + execution.to_string());
  } while (choose.next());
  report(coverage.failures == 0, "login: every execution keeps every promise");
  return coverage;
}

}  // namespace hubauth::testing
