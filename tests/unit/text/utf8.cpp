// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::find_invalid_utf8;
using hubauth::detail::utf8_character_size;

struct row {
  std::string_view text;
  std::size_t size;
};

constexpr row characters[] = {
    {"a", 1},
    {std::string_view("\0", 1), 1},
    {"\x7f", 1},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xef\xbb\xbf", 3},
    {"\xef\xbf\xbf", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
};

constexpr std::string_view invalid[] = {
    "\x80",  // continuation bytes
    "\xbf",
    "\xc2",  // truncated
    "\xe2\x82",
    "\xf0\x9f\x98",
    "\xc2(",
    "\xe2\x82(",
    "\xe2(\xac",
    "\xf0\x9f\x98(",
    "\xf0(\x98\x80",
    "\xc0\x80",  // overlong
    "\xc1\xbf",
    "\xe0\x80\x80",
    "\xe0\x9f\xbf",
    "\xf0\x80\x80\x80",
    "\xf0\x8f\xbf\xbf",
    "\xed\xa0\x80",  // surrogates
    "\xed\xbf\xbf",
    "\xf4\x90\x80\x80",  // above U+10FFFF
    "\xf5\x80\x80\x80",
    "\xff",
};

/// UTF-8 by the table of RFC 3629 section 3.
std::string encode(std::uint32_t code_point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto continuation = [&](int shift) { return byte(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) return {byte(code_point)};
  if (code_point < 0x800) return {byte(0xC0 | (code_point >> 6)), continuation(0)};
  if (code_point < 0x10000) return {byte(0xE0 | (code_point >> 12)), continuation(6), continuation(0)};
  return {byte(0xF0 | (code_point >> 18)), continuation(12), continuation(6), continuation(0)};
}

}  // namespace

TEST_CASE("utf8_character_size: the first character") {
  CHECK(utf8_character_size("") == 0);
  for (const auto& row : characters)
    for (const std::string_view next : {"", "x", "\xc3\xa9", "\x80", "\xff"}) {
      const auto text = std::string(row.text) + std::string(next);
      CAPTURE(text);
      CHECK(utf8_character_size(text) == row.size);
    }
}

TEST_CASE("utf8_character_size: 0 if the text does not start with a character") {
  for (const auto text : invalid) {
    CAPTURE(text);
    CHECK(utf8_character_size(text) == 0);
    CHECK(utf8_character_size(std::string(text) + "x") == 0);
  }
}

TEST_CASE("utf8_character_size: every code point but the surrogates") {
  std::size_t wrong = 0;
  for (std::uint32_t code_point = 0; code_point != 0x110100; ++code_point) {
    const bool valid = code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
    const auto text = encode(code_point);
    if (utf8_character_size(text) != (valid ? text.size() : 0)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("utf8_character_size: no byte past the end is read") {
  for (const auto& row : characters)
    for (std::size_t size = 1; size < row.size; ++size) {
      const std::vector<char> exact(row.text.begin(), row.text.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(utf8_character_size({exact.data(), exact.size()}) == 0);
      CHECK(utf8_character_size(row.text.substr(0, size)) == 0);
    }
}

TEST_CASE("find_invalid_utf8: the size of a valid text") {
  CHECK(find_invalid_utf8("") == 0);
  CHECK(find_invalid_utf8({}) == 0);
  std::string all;
  for (const auto& row : characters) {
    all += row.text;
    CHECK(find_invalid_utf8(row.text) == row.text.size());
    CHECK(find_invalid_utf8(all) == all.size());
  }
}

TEST_CASE("find_invalid_utf8: the first byte that belongs to no character") {
  for (const auto bytes : invalid)
    for (const std::string_view before : {"", "x", "xyz\n", "\xc3\xa9", "x\xf0\x9f\x98\x80"})
      for (const std::string_view after : {"", "x", "\xff"}) {
        const auto text = std::string(before) + std::string(bytes) + std::string(after);
        CAPTURE(text);
        CHECK(find_invalid_utf8(text) == before.size());
      }
}
