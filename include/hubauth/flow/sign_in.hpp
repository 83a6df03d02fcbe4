// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hubauth/flow/run.hpp"
#include "hubauth/flow/steps.hpp"

/// From what a caller wants to what it is told.
namespace hubauth::flow {

namespace detail {

/// A source in words.
inline std::string in_words(std::optional<source> from, const service& at) {
  if (!from) return {};
  switch (*from) {
    case source::argument: return "the argument";
    case source::environment: return "the variable " + std::string(at.key_variable);
    case source::saved: return "the saved settings";
    case source::browser: return "the browser";
    case source::prompt: break;
  }
  return "the prompt";
}

/// What a person can do about it.
template <environment Env>
[[gnu::cold]] std::string hint(const loss& lost, const service& at, const Env& env) {
  if (lost.why.code == errc::no_terminal || lost.why.code == errc::not_signed_in) {
    std::string text = "give a key as the argument";
    if (!at.key_variable.empty()) text += " or in " + std::string(at.key_variable);
    return text;
  }
  const bool about_key = lost.why.code == errc::rejected || lost.why.code == errc::malformed_key;
  if (about_key && lost.from == source::saved) return "it stays saved until another key is saved or you log out";
  if (about_key || lost.why.code == errc::too_many_attempts) return "keys are made at " + keys_page(at, env);
  return {};
}

}  // namespace detail

/// Follows the table for one call of `basic_auth`. (With `any::policies` it is compiled once, and not for each set.)
///
/// Gives:   the session, whose credential is in `held` from then on; else the error, and nothing is held that was not,
///          nor lost but what the service rejected
template <class Policies, class Watch>
login_result sign_in(const service& at, Policies& by, held_credentials& held, starting first, std::string_view argument,
                     const login_options& options, Watch& watch) {
  steps steps(by.transport, by.store, by.prompter, by.environment, at, held, argument, options);
  auto end = run<login>(first, steps, watch);
  if (auto* won = std::get_if<signed_in>(&end)) {
    session out{won->from,    won->verified, won->persisted, std::move(won->not_persisted), std::string(steps.host()),
                steps.tried()};
    held.adopt({std::move(won->who), won->from, won->persisted});
    return out;
  }
  auto& lost = std::get<signed_out>(end);
  return unexpected(login_error{lost.why.code, std::move(lost.why.detail), lost.from, detail::in_words(lost.from, at),
                                std::string(steps.host()), detail::hint(lost, at, by.environment), lost.why.retry_after,
                                steps.tried()});
}

}  // namespace hubauth::flow
