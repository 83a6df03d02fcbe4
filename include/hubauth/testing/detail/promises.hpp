// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "hubauth/login/options.hpp"
#include "hubauth/session.hpp"
#include "hubauth/testing/execution.hpp"
#include "hubauth/text/trim.hpp"

/// What every sign-in promises, checked without the transitions: from the calls, their answers and the result.
namespace hubauth::testing::detail {

inline bool contains_credential(const login_error& error) noexcept {
  // All members, so that a new one is not overlooked.
  const auto& [code, detail, source, description, host, hint, retry_after, trace] = error;
  return detail::contains_credential(detail) || detail::contains_credential(description) ||
         detail::contains_credential(host) || detail::contains_credential(hint);
}

/// The promise of every sign-in that is broken; empty if none is.
inline std::string_view broken_promise(const execution& execution, const login_result& result) {
  std::string_view saved;
  std::string_view accepted;
  int saves = 0;
  for (const auto& call : execution.calls) {
    switch (call.type) {
      case simulated_call::load: saved = call.obtained; break;
      case simulated_call::verification: accepted = call.obtained; break;
      case simulated_call::fetch_token: break;
      case simulated_call::prompt:
        if (execution.environment.prompt_disabled == true) return "it prompts although HUBAUTH_PROMPT is 0";
        break;
      case simulated_call::save:
        if (++saves > 1 || accepted.empty() || call.credential != accepted)
          return "it does not save the accepted key, or not once";
    }
  }
  if (result && saved.empty() && accepted.empty()) return "it succeeds with a key that is neither accepted nor saved";
  if (!result && !accepted.empty()) return "it fails although the service accepted the credential";
  if (result && (detail::contains_credential(result->host) ||
                 (result->save_error && detail::contains_credential(result->save_error->detail))))
    return "the session contains a credential";
  if (!result && detail::contains_credential(result.error())) return "the error contains a credential";
  return execution.prompt_contains_credential ? "the prompt contains a credential" : "";
}

/// A source's key, or its malformed text; empty if it has none.
constexpr std::string_view text_of(const simulated_value& value) noexcept {
  return value.key.empty() ? hubauth::detail::trim(value.text) : value.key;
}

/// The promise of a login with an empty cache that is broken; empty if none is.
/// \param current  the credential in the cache after the login; empty if there is none
inline std::string_view broken_promise(const execution& execution, const login_result& result,
                                       const login_options& options, std::string_view current) {
  if (const auto broken = detail::broken_promise(execution, result); !broken.empty()) return broken;

  std::array<std::string_view, all_sources.size()> found{};  // what each source has, even if it is malformed
  const auto in_source = [&](source source) -> std::string_view& { return found[static_cast<std::size_t>(source)]; };
  const auto may_use = [&](source source) { return options.sources.contains(source); };
  const auto& env = execution.environment;
  if (may_use(source::argument)) in_source(source::argument) = detail::text_of(value_of(execution.argument));
  if (may_use(source::environment) && env.key) in_source(source::environment) = detail::text_of(value_of(*env.key));

  const recorded_call* last_verify = nullptr;
  const recorded_call* last_save = nullptr;
  int prompts = 0;
  for (const auto& call : execution.calls) {
    switch (call.type) {
      case simulated_call::load:
        if (!may_use(source::saved)) return "it loads the saved key although the options exclude it";
        in_source(source::saved) = detail::text_of(values_of<load_answer>[call.answer]);
        break;
      case simulated_call::prompt:
        if (!may_use(source::prompt)) return "it prompts although the options exclude it";
        if (++prompts > options.max_prompt_attempts) return "it prompts more often than the options allow";
        in_source(source::prompt) = call.obtained;
        break;
      case simulated_call::fetch_token:
        if (!may_use(source::browser)) return "it sends cookies although the options exclude the browser";
        in_source(source::browser) = call.obtained.empty() ? "no token" : call.obtained;
        break;
      case simulated_call::verification:
        if (call.credential.empty() || std::find(found.begin(), found.end(), call.credential) == found.end())
          return "it sends a credential of no source that may be used, or not in the service's format";
        last_verify = &call;
        break;
      case simulated_call::save: last_save = &call; break;
    }
    const bool sends = call.type == simulated_call::verification || call.type == simulated_call::fetch_token;
    if (sends && env.api_url == url_variable::insecure) return "it sends to an insecure URL";
  }

  const auto& trace = result ? result->trace : result.error().trace;
  for (auto source : all_sources)
    if (!may_use(source) && trace[source] != source_status::excluded && trace[source] != source_status::not_tried)
      return "the trace has a source that the options exclude";
  const auto last_source = result ? std::optional(result->source) : result.error().source;
  if (last_source && !may_use(*last_source)) return "the result is about a source that the options exclude";
  if (result || result.error().code != errc::insecure_url)
    for (auto source : all_sources) {
      if (last_source == source) break;
      if (!in_source(source).empty()) return "it skips a source that has a key";
    }

  if (result.has_value() == current.empty()) return "it succeeds without a credential, or fails with one";
  if (!result) return {};

  if (current != in_source(result->source)) return "the credential is not the one of the source";
  const bool was_saved = current == in_source(source::saved);
  const bool verified = last_verify && last_verify->obtained == current;
  if (result->verified ? !verified : last_verify || !was_saved || options.verify_saved)
    return "`verified` contradicts the service";
  if (result->saved != (last_save ? last_save->obtained == current : was_saved)) return "`saved` contradicts the store";
  if (result->save_error.has_value() != (last_save && !result->saved)) return "`save_error` contradicts the store";
  const auto status = result->verified ? source_status::verified : source_status::used_unverified;
  return trace[result->source] == status ? "" : "the trace contradicts the session";
}

}  // namespace hubauth::testing::detail
