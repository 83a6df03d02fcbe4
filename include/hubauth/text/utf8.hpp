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
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  for (std::size_t at = 0; at != text.size();) {
    // Most text is ASCII. Decoding that as well would exceed the figure P8 of docs/performance.md.
    const auto size = is_ascii(text[at]) ? 1 : utf8_character_size(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return text.size();
}

}  // namespace hubauth::detail
