// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/credential_cache.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

login_credential key(std::string_view text, bool saved = false) {
  return {.credential = credential(api_key::parse(text).value(), {"x-api-key", ""}),
          .source = source::prompt,
          .saved = saved};
}

login_credential token(std::string_view text) {
  return {.credential = credential(id_token::parse(text).value(), {"authorization", "Bearer "}),
          .source = source::browser};
}

/// Checks the key and the token in a cache; "" stands for none.
void check_contains(const credential_cache& cache, std::string_view key, std::string_view token) {
  const auto text_of = [](const login_credential* found) {
    return found ? found->credential.with_exposed([](std::string_view text) { return std::string(text); })
                 : std::string();
  };
  CHECK(text_of(cache.key()) == key);
  CHECK(text_of(cache.token()) == token);
  CHECK(cache.current() == (cache.token() ? cache.token() : cache.key()));
}

static_assert(!std::is_copy_constructible_v<credential_cache>);
static_assert(std::is_nothrow_move_constructible_v<credential_cache> &&
              std::is_nothrow_move_assignable_v<credential_cache>);

TEST_CASE("credential_cache: is empty at first") {
  const credential_cache cache;
  check_contains(cache, "", "");
  CHECK_FALSE(cache.header());
  CHECK(cache.current() == nullptr);
}

TEST_CASE("login_credential: is neither verified nor saved by default") {
  const login_credential fresh = token("token");
  CHECK_FALSE(fresh.verified);
  CHECK_FALSE(fresh.saved);
  CHECK_FALSE(fresh.save_error);
}

TEST_CASE("credential_cache: a token is added to a key and takes precedence; a new key replaces both") {
  credential_cache cache;
  cache.set(key("first_model", true));
  check_contains(cache, "first", "");
  CHECK(cache.current()->saved);
  CHECK(cache.current()->source == source::prompt);
  CHECK(cache.current()->credential.model_id() == "model");

  cache.set(token("token"));
  check_contains(cache, "first", "token");
  CHECK(cache.current()->source == source::browser);

  cache.set(token("newer"));
  check_contains(cache, "first", "newer");

  cache.set(key("second"));
  check_contains(cache, "second", "");
  CHECK_FALSE(cache.current()->saved);
}

TEST_CASE("credential_cache: a token may be alone") {
  credential_cache cache;
  cache.set(token("token"));
  check_contains(cache, "", "token");
}

TEST_CASE("credential_cache: only the rejected credential is removed") {
  credential_cache cache;
  cache.set(key("same"));
  cache.set(token("same"));

  cache.invalidate(key("other").credential);
  cache.invalidate(token("other").credential);
  check_contains(cache, "same", "same");

  SUBCASE("the key") {
    cache.invalidate(key("same_model").credential);
    check_contains(cache, "", "same");
    cache.invalidate(token("same").credential);
    check_contains(cache, "", "");
  }
  SUBCASE("the token") {
    cache.invalidate(token("same").credential);
    check_contains(cache, "same", "");
    cache.invalidate(key("same").credential);
    check_contains(cache, "", "");
  }
}

TEST_CASE("credential_cache: is empty and has no header after it was moved from") {
  credential_cache first;
  first.set(key("key"));
  first.set(token("token"));
  const auto header = first.header();
  CHECK(header.expose_value() == "Bearer token");

  credential_cache second(std::move(first));
  check_contains(first, "", "");
  CHECK_FALSE(first.header());
  check_contains(second, "key", "token");
  CHECK(second.header().expose_line().data() == header.expose_line().data());

  first = std::move(second);
  check_contains(second, "", "");
  CHECK_FALSE(second.header());
  check_contains(first, "key", "token");

  auto& same = first;
  first = std::move(same);
  check_contains(first, "key", "token");

  first.invalidate(token("token").credential);
  CHECK(first.header().expose_value() == "key");
}

TEST_CASE("credential_cache: is empty after clear") {
  credential_cache cache;
  cache.set(key("key"));
  cache.set(token("token"));
  cache.clear();
  check_contains(cache, "", "");
  cache.invalidate(key("key").credential);
  check_contains(cache, "", "");
}

TEST_CASE("credential_cache: a credential of the cache itself can be invalidated") {
  credential_cache cache;
  cache.set(key("same"));
  cache.set(token("same"));
  cache.invalidate(cache.key()->credential);
  check_contains(cache, "", "same");
  cache.invalidate(cache.token()->credential);
  check_contains(cache, "", "");
}

}  // namespace
