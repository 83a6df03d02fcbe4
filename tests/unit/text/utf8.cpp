// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/utf8.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth::detail;
using namespace std::string_view_literals;

struct row {
  std::string_view text;
  std::size_t size;
};

constexpr row rows[]{
    // The first and the last character of each size
    {"\0"sv, 1},
    {"\x7f", 1},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xef\xbf\xbf", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},

    // Only the first character counts
    {"ab", 1},
    {"\xc3\xa9\xff", 2},

    // No character
    {"", 0},
    {"\x80", 0},
    {"\xbf", 0},
    {"\xff", 0},

    // Incomplete
    {"\xc3", 0},
    {"\xe2\x82", 0},
    {"\xf0\x9f\x98", 0},
    {"\xc3(", 0},
    {"\xe2\x82(", 0},
    {"\xf0\x9f\x98(", 0},

    // Overlong
    {"\xc0\x80", 0},
    {"\xc1\xbf", 0},
    {"\xe0\x9f\xbf", 0},
    {"\xf0\x8f\xbf\xbf", 0},

    // Surrogates, and above U+10FFFF
    {"\xed\xa0\x80", 0},
    {"\xed\xbf\xbf", 0},
    {"\xf4\x90\x80\x80", 0},
    {"\xf5\x80\x80\x80", 0},
};

}  // namespace

TEST_CASE("utf8: the size of a character") {
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(utf8_character_size(row.text) == row.size);
  }
}

TEST_CASE("utf8: nothing is read past the end of the text") {
  constexpr auto euro = "\xe2\x82\xac"sv;
  for (std::size_t size = 0; size != euro.size(); ++size) CHECK(utf8_character_size(euro.substr(0, size)) == 0);
}

TEST_CASE("utf8: the offset of the first invalid byte") {
  CHECK(find_invalid_utf8("") == 0);
  CHECK(find_invalid_utf8("a\xc3\xa9\xe2\x82\xac") == 6);
  CHECK(find_invalid_utf8("a\xc3\xa9\xff\xff") == 3);
  CHECK(find_invalid_utf8("a\xe2\x82") == 1);
  CHECK(find_invalid_utf8("\x80") == 0);
}
