// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace hubauth::detail {

/// `text` without leading and trailing spaces, tabs, CR and LF.
constexpr std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view whitespace = " \t\r\n";
  const auto begin = text.find_first_not_of(whitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(whitespace) - begin + 1);
}

}  // namespace hubauth::detail
