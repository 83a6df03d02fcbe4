// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/id_token.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace {

using namespace hubauth;

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<id_token> && !std::is_copy_assignable_v<id_token>);
static_assert(!std::is_default_constructible_v<id_token> && !std::is_constructible_v<id_token, std::string> &&
                  !std::is_constructible_v<id_token, secret>,
              "only parse makes a token");
static_assert(!std::is_convertible_v<id_token, std::string_view> && std::is_nothrow_move_constructible_v<id_token>);
static_assert(!streamable<id_token> && !fmt::is_formattable<id_token>::value);
static_assert(max_id_token_size == 8192);

std::string text_of(const id_token& token) {
  return token.with_exposed([](std::string_view text) { return std::string(text); });
}

TEST_CASE("id_token: is 1 to 8192 characters of its alphabet, and is not trimmed") {
  for (const auto& text : {std::string("t"), std::string("a.b_c-d"), std::string("ul_t"), std::string("_"),
                           std::string(8191, 't'), std::string(8192, 't')}) {
    CAPTURE(text.size());
    const auto token = id_token::parse(text);
    REQUIRE(token);
    CHECK(text_of(*token) == text);
  }
  for (const auto& text : {std::string(), std::string(" "), std::string(" t"), std::string("t\n"), std::string("a b"),
                           std::string(1, '\0'), std::string(8193, 't')}) {
    CAPTURE(text.size());
    const auto token = id_token::parse(text);
    REQUIRE_FALSE(token);
    CHECK(token.error().code == errc::invalid_response);
    CHECK(token.error().detail == "its id token is malformed");
  }
}

TEST_CASE("id_token: contains the bytes of its alphabet and no others, at every position") {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-_";
  for (int byte = 0; byte != 256; ++byte)
    for (const std::size_t size : {1u, 3u, 16u, 33u})
      for (std::size_t at = 0; at != size; ++at) {
        CAPTURE(byte);
        CAPTURE(at);
        std::string text(size, 't');
        text[at] = static_cast<char>(byte);
        CHECK(id_token::parse(text).has_value() == (alphabet.find(text[at]) != std::string_view::npos));
      }
}

TEST_CASE("id_token: is compared by its text, and copied only by clone") {
  const auto token = id_token::parse("token")->clone();
  CHECK(token == *id_token::parse("token"));
  CHECK_FALSE(token == *id_token::parse("tokem"));
  CHECK(text_of(token.clone()) == "token");
}

}  // namespace
