// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/locale/utf.hpp>

namespace hubauth::detail {

/// The size in bytes of the UTF-8 character at the start of `text`; 0 if there is none.
/// \see RFC 3629
inline std::size_t utf8_character_size(std::string_view text) noexcept {
  const char* const begin = text.data();
  const char* next = begin;
  constexpr boost::locale::utf::code_point last = 0x10FFFF;  // `decode` returns greater values for errors
  if (boost::locale::utf::utf_traits<char>::decode(next, begin + text.size()) > last) return 0;
  return static_cast<std::size_t>(next - begin);
}

/// The offset of the first byte that does not belong to a UTF-8 character; the size of the text if there is none.
inline std::size_t find_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at != text.size()) {
    const auto size = utf8_character_size(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return at;
}

}  // namespace hubauth::detail
