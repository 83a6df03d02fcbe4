// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/trim.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::trim;
using namespace std::string_view_literals;

static_assert(trim("") == "");
static_assert(trim(" \t\r\n") == "");
static_assert(trim("a") == "a");
static_assert(trim(" a\t") == "a");
static_assert(trim("\r\n a b \r\n") == "a b");
static_assert(trim("a\nb") == "a\nb");

}  // namespace

TEST_CASE("trim: of all bytes, only space, tab, CR and LF are whitespace") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    const bool is_whitespace = " \t\r\n"sv.find(c) != std::string_view::npos;
    CHECK(trim(std::string(1, c) + "a" + c).size() == (is_whitespace ? 1 : 3));
  }
}

TEST_CASE("trim: the result is a view of the text") {
  constexpr auto text = "  key  "sv;
  CHECK(trim(text).data() == text.data() + 2);
}
