// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace hubauth::detail {

/// Independent of the locale.
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Independent of the locale.
constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/// Independent of the locale.
constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace hubauth::detail
