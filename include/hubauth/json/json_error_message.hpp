// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include "hubauth/json/find_members.hpp"
#include "hubauth/json/line_and_column.hpp"

namespace hubauth::detail {

/// Why a JSON text is refused, for users.
constexpr const char* message(json_errc kind) noexcept {
  switch (kind) {
    case json_errc::too_large: return "it is too large";
    case json_errc::contains_nul: return "it contains a NUL byte";
    case json_errc::invalid_utf8: return "it is not UTF-8";
    case json_errc::syntax_error: return "it is not valid JSON";
    case json_errc::not_an_object: return "it is not a JSON object";
    case json_errc::too_deep: return "it is nested too deeply";
    case json_errc::duplicate_member: return "a member occurs twice";
    case json_errc::number_out_of_range: return "a number is out of range";
  }
  return "unknown error";
}

/// Why a JSON text is refused and where, for users; without any of the text.
/// \pre `error` is what `find_members` returned for `text`
inline std::string message(const json_error& error, std::string_view text) {
  if (text.empty()) return "it is empty";
  const std::string reason = message(error.kind);
  if (error.kind == json_errc::too_large) return reason + " (more than " + std::to_string(error.offset) + " bytes)";
  const auto [line, column] = line_and_column(text, error.offset);
  return reason + " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

}  // namespace hubauth::detail
