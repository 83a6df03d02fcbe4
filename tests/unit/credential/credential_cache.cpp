// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/credential_cache.hpp"

#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

stored_credential key(std::string_view text, bool saved = false) {
  auto parsed = std::move(*api_key::parse(text));
  return {{std::move(parsed.key), std::move(parsed.model_id), {"x-api-key", ""}}, source::prompt, saved};
}

stored_credential token(std::string_view text) {
  return {{std::move(*id_token::parse(text)), {"authorization", "Bearer "}}, source::browser};
}

/// What is held and what of it signs in: "" stands for nothing.
void check_holds(const credential_cache& held, std::string_view key, std::string_view token) {
  const auto text = [](const stored_credential* it) { return it ? it->who.expose_text() : std::string_view(); };
  CHECK(text(held.key()) == key);
  CHECK(text(held.token()) == token);
  CHECK(held.current() == (held.token() ? held.token() : held.key()));
}

TEST_CASE("held: nothing at first") {
  const credential_cache held;
  check_holds(held, "", "");
  CHECK_FALSE(held.header());
  CHECK(held.current() == nullptr);
}

TEST_CASE("held: a stored_credential begins as one that came by the argument and is not saved") {
  const stored_credential fresh{token("token").who};
  CHECK(fresh.source == source::argument);
  CHECK_FALSE(fresh.saved);
}

TEST_CASE("held: a token is held beside a key and goes first; a new key ends both") {
  credential_cache held;
  held.set(key("first_model", true));
  check_holds(held, "first", "");
  CHECK(held.current()->saved);
  CHECK(held.current()->source == source::prompt);
  CHECK(held.current()->who.model_id() == "model");

  held.set(token("token"));
  check_holds(held, "first", "token");
  CHECK(held.current()->source == source::browser);

  held.set(token("newer"));
  check_holds(held, "first", "newer");

  held.set(key("second"));
  check_holds(held, "second", "");
  CHECK_FALSE(held.current()->saved);
}

TEST_CASE("held: a token may be held alone") {
  credential_cache held;
  held.set(token("token"));
  check_holds(held, "", "token");
}

TEST_CASE("held: only the credential that was rejected is forgotten") {
  credential_cache held;
  held.set(key("same"));
  held.set(token("same"));

  held.invalidate(key("other").who);
  held.invalidate(token("other").who);
  check_holds(held, "same", "same");

  SUBCASE("the key") {
    held.invalidate(key("same_model").who);
    check_holds(held, "", "same");
    held.invalidate(token("same").who);
    check_holds(held, "", "");
  }
  SUBCASE("the token") {
    held.invalidate(token("same").who);
    check_holds(held, "same", "");
    held.invalidate(key("same").who);
    check_holds(held, "", "");
  }
}

TEST_CASE("held: moved from, it holds nothing and has no header") {
  credential_cache first;
  first.set(key("key"));
  first.set(token("token"));
  CHECK(first.header().expose_value() == "Bearer token");

  credential_cache second(std::move(first));
  check_holds(first, "", "");
  CHECK_FALSE(first.header());
  check_holds(second, "key", "token");
  CHECK(second.header().expose_value() == "Bearer token");

  first = std::move(second);
  check_holds(second, "", "");
  CHECK_FALSE(second.header());
  check_holds(first, "key", "token");

  first.invalidate(token("token").who);
  CHECK(first.header().expose_value() == "key");
}

TEST_CASE("held: cleared of everything") {
  credential_cache held;
  held.set(key("key"));
  held.set(token("token"));
  held.clear();
  check_holds(held, "", "");
  held.invalidate(key("key").who);
  check_holds(held, "", "");
}

TEST_CASE("held: it can be told to invalidate what it holds by that itself") {
  credential_cache held;
  held.set(key("key"));
  held.invalidate(held.key()->who);
  check_holds(held, "", "");
}

}  // namespace
