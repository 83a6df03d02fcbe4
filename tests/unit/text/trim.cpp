// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/trim.hpp"

#include <cstddef>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::trim;
using namespace std::string_view_literals;

struct row {
  std::string_view text, trimmed;
};

constexpr row rows[]{
    {"", ""},
    {" ", ""},
    {"\t\r\n ", ""},
    {"k", "k"},
    {" k", "k"},
    {"k ", "k"},
    {"\tk\t", "k"},
    {"\rk\r", "k"},
    {"\nk\n", "k"},
    {" \t\r\nkey\n\r\t ", "key"},
    {"a b", "a b"},
    {" a \t b ", "a \t b"},
    {"\vk\v", "\vk\v"},
    {"\fk\f", "\fk\f"},
    {"\0k\0"sv, "\0k\0"sv},
    {"\xa0k", "\xa0k"},
};

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != std::size(rows) && trim(rows[i].text) == rows[i].trimmed) ++i;
  return i;
}

static_assert(first_wrong() == std::size(rows));

TEST_CASE("trim: removes spaces, tabs, CR and LF around a text, and nothing else") {
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(trim(row.text) == row.trimmed);
  }
}

}  // namespace
