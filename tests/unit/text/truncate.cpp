// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/truncate.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using hubauth::detail::truncate_utf8;

TEST_CASE("truncate_utf8: cuts between two characters") {
  struct {
    std::string text;
    std::size_t max_size;
    std::string_view truncated;
  } const table[]{
      {"", 0, ""},
      {"xyz", 4, "xyz"},
      {"xyz", 3, "xyz"},
      {"xyz", 2, "xy"},
      {"xyz", 0, ""},
      {"x\xc3\xa9z", 4, "x\xc3\xa9z"},
      {"x\xc3\xa9z", 3, "x\xc3\xa9"},
      {"x\xc3\xa9z", 2, "x"},
      {"\xe2\x82\xac\xe2\x82\xac", 5, "\xe2\x82\xac"},
      {"\xe2\x82\xac\xe2\x82\xac", 4, "\xe2\x82\xac"},
      {"\xe2\x82\xac\xe2\x82\xac", 3, "\xe2\x82\xac"},
      {"\xe2\x82\xac", 2, ""},
      {"\xf0\x9f\x98\x80z", 4, "\xf0\x9f\x98\x80"},
      {"\xf0\x9f\x98\x80z", 3, ""},
      {"\x80\x80\x80", 2, ""},
      {"xyz", std::numeric_limits<std::size_t>::max(), "xyz"},
  };
  for (auto row : table) {
    CAPTURE(row.text);
    CAPTURE(row.max_size);
    truncate_utf8(row.text, row.max_size);
    CHECK(row.text == row.truncated);
  }
}
