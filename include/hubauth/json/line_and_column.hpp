// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>

#include "hubauth/version.hpp"

namespace hubauth::detail {

/// A position as editors show it, both counted from 1.
struct text_position {
  std::size_t line;
  std::size_t column;  ///< in characters of UTF-8

  friend constexpr bool operator==(const text_position&, const text_position&) = default;
};

/// The position of the byte at `offset`; an offset past the end is the end.
constexpr text_position line_and_column(std::string_view text, std::size_t offset) noexcept {
  text_position position{1, 1};
  for (const char c : text.substr(0, offset)) {
    const bool continues_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n')
      position = {position.line + 1, 1};
    else if (!continues_character)
      ++position.column;
  }
  return position;
}

}  // namespace hubauth::detail
