// SPDX-License-Identifier: BSL-1.0
#include "hubauth/error.hpp"

#include <array>
#include <cstddef>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

namespace {

using hubauth::errc;
using hubauth::recovery;

struct row {
  errc kind;
  std::string_view name;
  recovery what_to_do;
  std::string_view words;
};

constexpr std::array<row, 21> rows{{
    {errc::malformed_key, "malformed_key", recovery::user_action, "the key is malformed"},
    {errc::rejected, "rejected", recovery::user_action, "the service rejected the credential"},
    {errc::no_browser_session, "no_browser_session", recovery::user_action, "the browser is not signed in"},
    {errc::too_many_attempts, "too_many_attempts", recovery::user_action, "too many attempts"},
    {errc::prompt_canceled, "prompt_canceled", recovery::user_action, "the prompt was closed before a key was given"},
    {errc::prompt_unavailable, "prompt_unavailable", recovery::user_action, "there is no terminal to ask for a key"},
    {errc::store_unreadable, "store_unreadable", recovery::user_action, "the saved settings can't be read"},
    {errc::store_unwritable, "store_unwritable", recovery::user_action, "the key can't be saved"},
    {errc::store_locked, "store_locked", recovery::retry, "another process holds the saved settings"},
    {errc::store_conflict, "store_conflict", recovery::user_action, "another program has overwritten the saved key"},
    {errc::cookies_unreadable, "cookies_unreadable", recovery::user_action, "the cookie file can't be read"},
    {errc::not_signed_in, "not_signed_in", recovery::user_action, "there is no credential"},
    {errc::unreachable, "unreachable", recovery::retry, "the service can't be reached"},
    {errc::timed_out, "timed_out", recovery::retry, "the service did not answer in time"},
    {errc::rate_limited, "rate_limited", recovery::retry, "the service prompts to come back later"},
    {errc::server_error, "server_error", recovery::retry, "the service failed"},
    {errc::tls_error, "tls_error", recovery::none, "no secure connection to the service"},
    {errc::unexpected_redirect, "unexpected_redirect", recovery::none, "the service redirects, which is never followed"},
    {errc::invalid_response, "invalid_response", recovery::none, "the service's response is not understood"},
    {errc::response_too_large, "response_too_large", recovery::none, "the service's response is too large"},
    {errc::insecure_url, "insecure_url", recovery::none, "the service's address is not https"},
}};

constexpr bool holds(const row& of) {
  return of.name == hubauth::to_string(of.kind) && of.words == hubauth::describe(of.kind) &&
         of.what_to_do == hubauth::recovery_for(of.kind);
}

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != rows.size() && holds(rows[i])) ++i;
  return i;
}

static_assert(first_wrong() == rows.size());

static_assert(std::is_error_code_enum_v<errc> && !std::is_error_condition_enum_v<errc>);
static_assert(std::is_error_condition_enum_v<recovery> && !std::is_error_code_enum_v<recovery>);

TEST_CASE("error: every kind has its name, its words and its recovery") {
  for (const auto& of : rows) {
    CAPTURE(std::string(of.name));
    CHECK(holds(of));

    const std::error_code code = of.kind;
    CHECK(code);
    CHECK(code.category() == hubauth::error_category());
    CHECK(code.message() == of.words);
    for (auto other : {recovery::retry, recovery::user_action, recovery::none}) CHECK((code == other) == (of.what_to_do == other));
  }
}

TEST_CASE("error: docs/errors.md has every kind, with its words, below its recovery") {
  std::ifstream page(HUBAUTH_DOCS "/errors.md");
  std::vector<std::string> described;
  std::string heading;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) heading = line;
    for (const auto& of : rows)
      if (line.starts_with("| `" + std::string(of.name) + "` | " + std::string(of.words) + " |")) {
        CHECK(heading.ends_with("`recovery::" +
                                std::string(of.what_to_do == recovery::retry ? "retry"
                                            : of.what_to_do == recovery::user_action ? "ask"
                                                                           : "report") +
                                "`"));
        described.emplace_back(of.name);
      }
  }
  CHECK(described.size() == rows.size());
}

TEST_CASE("error: the kinds are numbered without a gap from 1, for 0 is success") {
  for (std::size_t i = 0; i != rows.size(); ++i) CHECK(static_cast<std::size_t>(rows[i].kind) == i + 1);
}

TEST_CASE("error: what is no kind is called unknown, and is to be reported") {
  for (int value : {-1, 0, static_cast<int>(rows.size()) + 1}) {
    CAPTURE(value);
    const auto kind = static_cast<errc>(value);
    CHECK(hubauth::to_string(kind) == std::string_view("unknown"));
    CHECK(hubauth::describe(kind) == std::string_view("unknown error"));
    CHECK(hubauth::recovery_for(kind) == recovery::none);
  }
}

TEST_CASE("error: the two categories are different, and each is one") {
  CHECK(hubauth::error_category().name() == std::string_view("hubauth"));
  CHECK(hubauth::recovery_category().name() == std::string_view("hubauth.recovery"));
  CHECK(hubauth::error_category() == hubauth::error_category());
  CHECK(hubauth::recovery_category() == hubauth::recovery_category());
  CHECK(hubauth::error_category() != hubauth::recovery_category());
}

TEST_CASE("error: a recovery is a condition with words of its own") {
  struct words {
    recovery what;
    std::string_view text;
  };
  for (const auto& of : {words{recovery::retry, "try again later"},
                         {recovery::user_action, "a person must act"},
                         {recovery::none, "report it"},
                         {static_cast<recovery>(0), "unknown recovery"},
                         {static_cast<recovery>(4), "unknown recovery"}}) {
    CAPTURE(std::string(of.text));
    const std::error_condition condition = of.what;
    CHECK(condition.value() == static_cast<int>(of.what));
    CHECK(condition.category() == hubauth::recovery_category());
    CHECK(condition.message() == of.text);
  }
}

TEST_CASE("error: a policy's own category joins in") {
  struct own_category final : std::error_category {
    const char* name() const noexcept override { return "own"; }
    std::string message(int) const override { return "the vault is locked"; }
    std::error_condition default_error_condition(int) const noexcept override { return recovery::user_action; }
  };
  const own_category own;
  const std::error_code locked(1, own);
  CHECK(locked == recovery::user_action);
  CHECK(locked != recovery::retry);
  CHECK(locked != errc::malformed_key);
}

}  // namespace
