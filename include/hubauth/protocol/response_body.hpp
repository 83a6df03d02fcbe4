// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/http/response.hpp"
#include "hubauth/json/find_members.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

/// What sign-in reads of a service's response.
struct response_body {
  std::optional<bool> success{};  ///< the member `success`, if it is a boolean
  std::string message{};          ///< the member `message`, if it is a string
  std::string error{};            ///< the member `error`, if it is a string
  secret id_token{};              ///< `idToken` in the member `data`, if it is a string
};

/// Parses a response's body. None unless it is a JSON object of at most `response::max_body_size` bytes and 16 levels,
/// in UTF-8 and without NUL bytes, in which no member that is read occurs twice.
inline std::optional<response_body> parse_response_body(std::string_view text) {
  auto members = find_members(text, {"/success", "/message", "/error", "/data/idToken"},
                              {.max_size = response::max_body_size, .max_depth = 16});
  if (!members) return std::nullopt;
  const auto text_of = [](const json_value& value) {
    return value.string.with_exposed([](std::string_view decoded) { return std::string(decoded); });
  };
  const auto& success = (*members)[0];
  return response_body{
      .success = success.type == json_type::boolean ? std::optional(success.boolean) : std::nullopt,
      .message = text_of((*members)[1]),
      .error = text_of((*members)[2]),
      .id_token = std::move((*members)[3].string),
  };
}

}  // namespace hubauth::detail
