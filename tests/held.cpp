// SPDX-License-Identifier: BSL-1.0
#include "hubauth/held.hpp"

#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

holding key(std::string_view text, bool persisted = false) {
  auto parsed = std::move(*api_key::parse(text));
  return {{std::move(parsed.key), std::move(parsed.model_id), {"x-api-key", ""}}, source::prompt, persisted};
}

holding token(std::string_view text) {
  return {{std::move(*id_token::parse(text)), {"authorization", "Bearer "}}, source::browser};
}

/// What is held and what of it signs in: "" stands for nothing.
void check_holds(const held_credentials& held, std::string_view key, std::string_view token) {
  const auto text = [](const holding* it) { return it ? it->who.expose_text() : std::string_view(); };
  CHECK(text(held.key()) == key);
  CHECK(text(held.token()) == token);
  CHECK(held.current() == (held.token() ? held.token() : held.key()));
}

TEST_CASE("held: nothing at first") {
  const held_credentials held;
  check_holds(held, "", "");
  CHECK_FALSE(held.header());
  CHECK(held.current() == nullptr);
}

TEST_CASE("held: a holding begins as one that came by the argument and is not saved") {
  const holding fresh{token("token").who};
  CHECK(fresh.from == source::argument);
  CHECK_FALSE(fresh.persisted);
}

TEST_CASE("held: a token is held beside a key and goes first; a new key ends both") {
  held_credentials held;
  held.adopt(key("first_model", true));
  check_holds(held, "first", "");
  CHECK(held.current()->persisted);
  CHECK(held.current()->from == source::prompt);
  CHECK(held.current()->who.model_id() == "model");

  held.adopt(token("token"));
  check_holds(held, "first", "token");
  CHECK(held.current()->from == source::browser);

  held.adopt(token("newer"));
  check_holds(held, "first", "newer");

  held.adopt(key("second"));
  check_holds(held, "second", "");
  CHECK_FALSE(held.current()->persisted);
}

TEST_CASE("held: a token may be held alone") {
  held_credentials held;
  held.adopt(token("token"));
  check_holds(held, "", "token");
}

TEST_CASE("held: only the credential that was rejected is forgotten") {
  held_credentials held;
  held.adopt(key("same"));
  held.adopt(token("same"));

  held.forget(key("other").who);
  held.forget(token("other").who);
  check_holds(held, "same", "same");

  SUBCASE("the key") {
    held.forget(key("same_model").who);
    check_holds(held, "", "same");
    held.forget(token("same").who);
    check_holds(held, "", "");
  }
  SUBCASE("the token") {
    held.forget(token("same").who);
    check_holds(held, "same", "");
    held.forget(key("same").who);
    check_holds(held, "", "");
  }
}

TEST_CASE("held: moved from, it holds nothing and has no header") {
  held_credentials first;
  first.adopt(key("key"));
  first.adopt(token("token"));
  CHECK(first.header().expose_value() == "Bearer token");

  held_credentials second(std::move(first));
  check_holds(first, "", "");
  CHECK_FALSE(first.header());
  check_holds(second, "key", "token");
  CHECK(second.header().expose_value() == "Bearer token");

  first = std::move(second);
  check_holds(second, "", "");
  CHECK_FALSE(second.header());
  check_holds(first, "key", "token");

  first.forget(token("token").who);
  CHECK(first.header().expose_value() == "key");
}

TEST_CASE("held: cleared of everything") {
  held_credentials held;
  held.adopt(key("key"));
  held.adopt(token("token"));
  held.clear();
  check_holds(held, "", "");
  held.forget(key("key").who);
  check_holds(held, "", "");
}

TEST_CASE("held: it can be told to forget what it holds by that itself") {
  held_credentials held;
  held.adopt(key("key"));
  held.forget(held.key()->who);
  check_holds(held, "", "");
}

}  // namespace
