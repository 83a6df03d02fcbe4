// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/testing/detail/simulated_values.hpp"
#include "hubauth/testing/possible_responses.hpp"

namespace hubauth::testing {

/// A call of a policy that a sign-in needs: an effect of the machine.
enum class simulated_call : std::uint8_t {
  load,
  save,
  prompt,
  verification, ///< send a credential
  fetch_token,  ///< send the browser's cookies
};

constexpr std::string_view to_string(simulated_call call) noexcept {
  switch (call) {
    case simulated_call::load: return "load";
    case simulated_call::save: return "save";
    case simulated_call::prompt: return "prompt";
    case simulated_call::verification: return "verify";
    case simulated_call::fetch_token: return "fetch_token";
  }
  return "unknown";
}

namespace detail {

/// The values of the environment; none for a value that the sign-in cannot read.
struct simulated_environment {
  std::optional<url_variable> api_url{};
  std::optional<key_variable> key{};
  std::optional<bool> has_browser_session{};
  std::optional<bool> has_cookies{};
  std::optional<bool> prompt_disabled{};
};

struct recorded_call {
  simulated_call type;
  std::string_view credential{};  ///< the credential that is sent or saved
  int attempt = 0;                ///< of a prompt, from 1
  unsigned answer = 0;            ///< the position of the answer among the possible ones
  std::string_view obtained{};    ///< the credential that was loaded, typed, fetched, accepted or saved
};

}  // namespace detail

/// One way through a sign-in: the argument, the environment, and the calls of policies with their answers.
struct execution {
  possible_responses responses{};
  detail::argument_value argument = detail::argument_value::none;
  detail::simulated_environment environment{};
  std::vector<detail::recorded_call> calls{};
  bool prompt_contains_credential = false;  ///< the user was shown a part of a credential

  [[nodiscard]] bool called(simulated_call call) const noexcept {
    return std::any_of(calls.begin(), calls.end(), [&](const auto& recorded) { return recorded.type == call; });
  }

  /// True if the last response is the one with this name in `responses`.
  [[nodiscard]] bool last_response_is(std::string_view name) const noexcept {
    const auto last = std::find_if(calls.rbegin(), calls.rend(), [](const auto& call) {
      return call.type == simulated_call::verification || call.type == simulated_call::fetch_token;
    });
    return last != calls.rend() && answer_name(*last) == name;
  }

  /// All of it in one line, for reports.
  [[nodiscard]] std::string to_string() const {
    std::string text;
    const auto add = [&](std::string_view name, std::string_view value) {
      text.append(text.empty() ? "" : "; ").append(name).append(": ").append(value);
    };
    add("argument", value_of(argument).name);
    if (environment.api_url) add("URL variable", value_of(*environment.api_url).name);
    if (environment.key) add("key variable", value_of(*environment.key).name);
    if (environment.has_browser_session) add("browser session", *environment.has_browser_session ? "yes" : "no");
    if (environment.has_cookies) add("cookies", *environment.has_cookies ? "yes" : "no");
    if (environment.prompt_disabled) add("HUBAUTH_PROMPT", *environment.prompt_disabled ? "0" : "unset");
    for (const auto& call : calls) add(testing::to_string(call.type), answer_name(call));
    return text;
  }

 private:
  [[nodiscard]] std::string_view answer_name(const detail::recorded_call& call) const noexcept {
    switch (call.type) {
      case simulated_call::load: return detail::values_of<detail::load_answer>[call.answer].name;
      case simulated_call::save: return detail::values_of<detail::save_answer>[call.answer].name;
      case simulated_call::prompt: return detail::values_of<detail::prompt_answer>[call.answer].name;
      case simulated_call::verification: return responses.to_verification[call.answer].name;
      case simulated_call::fetch_token: break;
    }
    return responses.to_token_request[call.answer].name;
  }
};

}  // namespace hubauth::testing
