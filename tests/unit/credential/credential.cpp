// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/credential.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace {

using namespace hubauth;

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!streamable<auth_header_view> && !fmt::is_formattable<auth_header_view>::value);
static_assert(!std::is_convertible_v<auth_header_view, std::string_view> && !std::is_convertible_v<auth_header_view, bool>);
static_assert(!streamable<credential> && !fmt::is_formattable<credential>::value);
static_assert(!std::is_copy_constructible_v<credential> && !std::is_copy_assignable_v<credential>);
static_assert(std::is_nothrow_move_constructible_v<credential> && std::is_nothrow_move_assignable_v<credential>);

static_assert(auth_header_view::separator == ": ");
static_assert(!auth_header_view() && auth_header_view().name().empty() && auth_header_view().expose_value().empty() &&
              auth_header_view().expose_line().empty() && auth_header_view().expose_line().data() != nullptr);

constexpr auth_header_view example("x-api-key: key", 9);
static_assert(example && example.name() == "x-api-key" && example.expose_value() == "key" &&
              example.expose_line() == "x-api-key: key");

constexpr auth_header_format plain{"x-api-key", ""};
constexpr auth_header_format bearer{"authorization", "Bearer "};

credential key(std::string_view text, const auth_header_format& form = plain) {
  auto parsed = std::move(*api_key::parse(text));
  return {std::move(parsed.key), std::move(parsed.model_id), form};
}

credential token(std::string_view text) { return {std::move(*id_token::parse(text)), bearer}; }

bool has_line(const credential& who, std::string_view line) {
  const auto header = who.header();
  return header && header.expose_line() == line && header.expose_line().data()[line.size()] == '\0';
}

TEST_CASE("credential: a header view may be empty") {
  const auth_header_view none;
  CHECK_FALSE(none);
  CHECK(none.name().empty());
  CHECK(none.expose_value().empty());
  CHECK(*none.expose_line().data() == '\0');
}

TEST_CASE("credential: a key is sent in the form that the service wants") {
  const auto as_is = key("key_model");
  CHECK(has_line(as_is, "x-api-key: key"));
  CHECK(as_is.header().name() == "x-api-key");
  CHECK(as_is.header().expose_value() == "key");

  const auto with_scheme = key("ul_key", bearer);
  CHECK(has_line(with_scheme, "authorization: Bearer ul_key"));
  CHECK(with_scheme.header().name() == "authorization");
  CHECK(with_scheme.header().expose_value() == "Bearer ul_key");
}

TEST_CASE("credential: it is a key with its model id, or a token") {
  const auto a_key = key("key_model");
  REQUIRE(a_key.key());
  CHECK_FALSE(a_key.token());
  CHECK(a_key.expose_text() == "key");
  CHECK(a_key.model_id() == "model");
  CHECK(key("key").model_id().empty());

  const auto a_token = token("to_ken");
  REQUIRE(a_token.token());
  CHECK_FALSE(a_token.key());
  CHECK(a_token.expose_text() == "to_ken");
  CHECK(a_token.model_id().empty());
  CHECK(has_line(a_token, "authorization: Bearer to_ken"));
}

TEST_CASE("credential: equal is the same key or the same token, whatever the model") {
  CHECK(key("key_model") == key("key_other"));
  CHECK(key("key") == key("key", bearer));
  CHECK(token("same") == token("same"));
  CHECK_FALSE(key("key") == key("kez"));
  CHECK_FALSE(token("same") == token("sane"));
  CHECK_FALSE(key("same") == token("same"));
}

TEST_CASE("credential: a clone has all that the first has, in memory of its own") {
  auto first = key("key_model", bearer);
  const auto second = first.clone();
  CHECK(first == second);
  CHECK(first.header().expose_line().data() != second.header().expose_line().data());
  first = token("other");
  CHECK(has_line(first, "authorization: Bearer other"));
  CHECK(has_line(second, "authorization: Bearer key"));
  CHECK(second.header().name() == "authorization");
  CHECK(second.model_id() == "model");
  CHECK(second.key());

  const auto third = first.clone();
  CHECK(third.token());
  CHECK(third.expose_text() == "other");
}

TEST_CASE("credential: moved, it keeps its header") {
  auto first = key("key_model");
  const auto second = std::move(first);
  CHECK(has_line(second, "x-api-key: key"));
  CHECK(second.header().name() == "x-api-key");
  CHECK(second.expose_text() == "key");
  CHECK(second.model_id() == "model");
}

TEST_CASE("credential: moved, its header stays where it is, and the one that it was moved from is none") {
  auto first = key("key_model");
  const char* const line = first.header().expose_line().data();

  credential second(std::move(first));
  CHECK_FALSE(first);
  CHECK_FALSE(first.header());
  REQUIRE(second);
  CHECK(second.header().expose_line().data() == line);

  credential third;
  CHECK_FALSE(third);
  CHECK_FALSE(third.header());
  third = std::move(second);
  CHECK_FALSE(second);
  CHECK_FALSE(second.header());
  CHECK(third.header().expose_line().data() == line);

  auto other = token("token");
  other = std::move(third);
  CHECK_FALSE(third);
  CHECK(third.key() == nullptr);
  CHECK(third.token() == nullptr);
  third = std::move(other);

  auto& itself = third;
  third = std::move(itself);
  CHECK(has_line(third, "x-api-key: key"));

  first = token("token");
  CHECK(has_line(first, "authorization: Bearer token"));
  third = {};
  CHECK_FALSE(third);
  CHECK_FALSE(third.header());
}

}  // namespace
