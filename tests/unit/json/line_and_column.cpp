// SPDX-License-Identifier: BSL-1.0
#include "hubauth/json/line_and_column.hpp"

#include <cstddef>
#include <ostream>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::line_and_column;
using hubauth::detail::text_position;

struct row {
  std::string_view text;
  std::size_t offset;
  text_position position;
};

constexpr row rows[] = {
    {"", 0, {1, 1}},
    {"ab", 0, {1, 1}},
    {"ab", 1, {1, 2}},
    {"ab", 2, {1, 3}},
    {"ab", 9, {1, 3}},  // past the end
    {"a\nb", 1, {1, 2}},
    {"a\nb", 2, {2, 1}},
    {"a\nb\n", 4, {3, 1}},
    {"\n\n\n", 2, {3, 1}},
    {"a\r\nbc", 4, {2, 2}},
    {"\xc3\xa9x", 2, {1, 2}},
    {"\xe2\x82\xac\xf0\x9f\x98\x80x", 7, {1, 3}},
    {"\xc3\xa9\n\xc3\xa9x", 5, {2, 2}},
    {"{\n  \"a\": 1\n  \"b\": 2\n}", 13, {3, 3}},
};

}  // namespace

TEST_CASE("line_and_column: positions are counted from 1, columns in characters") {
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.offset);
    CHECK(line_and_column(row.text, row.offset) == row.position);
  }
}
