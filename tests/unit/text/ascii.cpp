// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/ascii.hpp"

#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth::detail;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";

constexpr bool is_in(std::string_view characters, char c) { return characters.find(c) != std::string_view::npos; }

static_assert(is_digit('7') && !is_digit('a'));
static_assert(is_alphanumeric('Q') && !is_alphanumeric('-'));
static_assert(to_lower('Q') == 'q' && to_lower('q') == 'q');

}  // namespace

TEST_CASE("ascii: every byte is classified, and those above 127 are neither digits nor letters") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    CHECK(is_digit(c) == is_in(digits, c));
    CHECK(is_alphanumeric(c) == (is_in(digits, c) || is_in(upper, c) || is_in(lower, c)));
    CHECK(to_lower(c) == (is_in(upper, c) ? lower[upper.find(c)] : c));
  }
}
