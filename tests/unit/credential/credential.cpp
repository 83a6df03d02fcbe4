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

static_assert(!streamable<credential> && !fmt::is_formattable<credential>::value);
static_assert(!std::is_copy_constructible_v<credential> && !std::is_copy_assignable_v<credential>);
static_assert(std::is_nothrow_move_constructible_v<credential> && std::is_nothrow_move_assignable_v<credential>);
static_assert(std::is_nothrow_move_constructible_v<login_credential> &&
              std::is_nothrow_move_assignable_v<login_credential> && !std::is_copy_constructible_v<login_credential>);

constexpr auth_header_format without_scheme{"x-api-key", ""};
constexpr auth_header_format bearer{"authorization", "Bearer "};

credential key(std::string_view text, const auth_header_format& format = without_scheme) {
  return credential(api_key::parse(text).value(), format);
}

credential token(std::string_view text) { return credential(id_token::parse(text).value(), bearer); }

bool has_line(const credential& value, std::string_view line) {
  const auto header = value.header();
  return header && header.expose_line() == line && header.expose_line().data()[line.size()] == '\0';
}

std::string text_of(const credential& value) {
  return value.with_exposed([](std::string_view text) { return std::string(text); });
}

TEST_CASE("credential: a key is sent in the format that the service requires") {
  const auto without = key("key_model");
  CHECK(has_line(without, "x-api-key: key"));
  CHECK(without.header().name() == "x-api-key");
  CHECK(without.header().expose_value() == "key");

  const auto with_scheme = key("ul_key", bearer);
  CHECK(has_line(with_scheme, "authorization: Bearer ul_key"));
  CHECK(with_scheme.header().name() == "authorization");
  CHECK(with_scheme.header().expose_value() == "Bearer ul_key");
}

TEST_CASE("credential: is a key with its model id, or a token") {
  const auto a_key = key("key_model");
  REQUIRE(a_key.api_key());
  CHECK_FALSE(a_key.id_token());
  CHECK(text_of(a_key) == "key");
  CHECK(a_key.model_id() == "model");
  CHECK(key("key").model_id().empty());

  const auto a_token = token("to_ken");
  REQUIRE(a_token.id_token());
  CHECK_FALSE(a_token.api_key());
  CHECK(text_of(a_token) == "to_ken");
  CHECK(a_token.model_id().empty());
  CHECK(has_line(a_token, "authorization: Bearer to_ken"));
}

TEST_CASE("credential: is equal to the same key or the same token, whatever the model and the format are") {
  CHECK(key("key_model") == key("key_other"));
  CHECK(key("key") == key("key", bearer));
  CHECK(token("same") == token("same"));
  CHECK_FALSE(key("key") == key("kez"));
  CHECK_FALSE(token("same") == token("sane"));
  CHECK_FALSE(key("same") == token("same"));
}

TEST_CASE("credential: a clone has everything that the original has, in memory of its own") {
  auto first = key("key_model", bearer);
  const auto second = first.clone();
  CHECK(first == second);
  CHECK(first.header().expose_line().data() != second.header().expose_line().data());
  first = token("other");
  CHECK(has_line(first, "authorization: Bearer other"));
  CHECK(has_line(second, "authorization: Bearer key"));
  CHECK(second.header().name() == "authorization");
  CHECK(second.model_id() == "model");
  CHECK(second.api_key());

  const auto third = first.clone();
  CHECK(third.id_token());
  CHECK(text_of(third) == "other");
}

TEST_CASE("credential: keeps everything when it is moved") {
  auto first = key("key_model");
  const auto second = std::move(first);
  CHECK(has_line(second, "x-api-key: key"));
  CHECK(second.header().name() == "x-api-key");
  CHECK(text_of(second) == "key");
  CHECK(second.model_id() == "model");
}

TEST_CASE("credential: a view of its header stays valid when it is moved, and what it was moved from has no header") {
  auto first = key("key_model");
  const char* const line = first.header().expose_line().data();

  credential second(std::move(first));
  CHECK_FALSE(first.header());
  CHECK(second.header().expose_line().data() == line);

  auto third = token("token");
  third = std::move(second);
  CHECK_FALSE(second.header());
  CHECK(third.header().expose_line().data() == line);
  CHECK(third.api_key());

  auto& same = third;
  third = std::move(same);
  CHECK(has_line(third, "x-api-key: key"));
  CHECK(text_of(third) == "key");

  first = token("token");
  CHECK(has_line(first, "authorization: Bearer token"));
}

}  // namespace
