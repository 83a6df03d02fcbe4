// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubauth::testing {

/// The forms in which a string may appear in another: as it is, reversed, in hexadecimal, and in base64 at each of its
/// three alignments.
inline std::vector<std::string> spellings(std::string_view text) {
  std::vector<std::string> all{std::string(text), std::string(text.rbegin(), text.rend())};
  for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
    auto& hex = all.emplace_back();
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      hex.append(1, digits[byte / 16]).append(1, digits[byte % 16]);
    }
  }
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t before = 0; before != 3; ++before) {
    auto& base64 = all.emplace_back();
    const auto bit = [&](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>(text[at / 8]) >> (7 - at % 8)) & 1u;
    };
    // Only digits whose six bits all belong to the text.
    for (std::size_t at = (6 - before * 8 % 6) % 6; at + 6 <= text.size() * 8; at += 6) {
      unsigned digit = 0;
      for (std::size_t i = 0; i != 6; ++i) digit = digit * 2 + bit(at + i);
      base64 += alphabet[digit];
    }
  }
  return all;
}

/// True if `text` contains `part` in one of these forms.
inline bool spells(std::string_view text, std::string_view part) {
  for (const auto& spelling : spellings(part))
    if (text.find(spelling) != std::string_view::npos) return true;
  return false;
}

}  // namespace hubauth::testing
