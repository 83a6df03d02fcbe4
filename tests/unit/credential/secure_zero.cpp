// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/secure_zero.hpp"

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::secure_zero;

TEST_CASE("secure_zero: overwrites the given bytes and no others") {
  std::array<char, 5> bytes{'a', 'b', 'c', 'd', 'e'};
  secure_zero(bytes.data() + 1, 3);
  CHECK(std::string_view(bytes.data(), bytes.size()) == std::string_view("a\0\0\0e", 5));
  secure_zero(bytes.data(), 0);
  CHECK(bytes[0] == 'a');
}

TEST_CASE("secure_zero: overwrites a string with its unused capacity, and empties it") {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 22u, 23u, 100u}) {
    CAPTURE(size);
    std::string text(size + 10, 'x');
    text.resize(size);
    const char* const bytes = text.data();
    const auto capacity = text.capacity();
    secure_zero(text);
    CHECK(text.empty());
    REQUIRE(text.data() == bytes);
    CHECK(std::string_view(bytes, capacity).find_first_not_of('\0') == std::string_view::npos);
  }
}

}  // namespace
