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
using hubauth::remedy;

struct row {
  errc kind;
  std::string_view name;
  remedy what_to_do;
  std::string_view words;
};

constexpr std::array<row, 21> rows{{
    {errc::malformed_key, "malformed_key", remedy::ask, "the key is malformed"},
    {errc::rejected, "rejected", remedy::ask, "the service rejected the credential"},
    {errc::no_browser_session, "no_browser_session", remedy::ask, "the browser is not signed in"},
    {errc::too_many_attempts, "too_many_attempts", remedy::ask, "too many attempts"},
    {errc::prompt_closed, "prompt_closed", remedy::ask, "the prompt was closed before a key was given"},
    {errc::no_terminal, "no_terminal", remedy::ask, "there is no terminal to ask for a key"},
    {errc::store_unreadable, "store_unreadable", remedy::ask, "the saved settings can't be read"},
    {errc::store_unwritable, "store_unwritable", remedy::ask, "the key can't be saved"},
    {errc::store_busy, "store_busy", remedy::retry, "another process holds the saved settings"},
    {errc::store_overwritten, "store_overwritten", remedy::ask, "another program has overwritten the saved key"},
    {errc::cookies_unreadable, "cookies_unreadable", remedy::ask, "the cookie file can't be read"},
    {errc::not_signed_in, "not_signed_in", remedy::ask, "there is no credential"},
    {errc::unreachable, "unreachable", remedy::retry, "the service can't be reached"},
    {errc::timed_out, "timed_out", remedy::retry, "the service did not answer in time"},
    {errc::rate_limited, "rate_limited", remedy::retry, "the service asks to come back later"},
    {errc::server_error, "server_error", remedy::retry, "the service failed"},
    {errc::tls_failed, "tls_failed", remedy::report, "no secure connection to the service"},
    {errc::redirected, "redirected", remedy::report, "the service redirects, which is never followed"},
    {errc::bad_reply, "bad_reply", remedy::report, "the service's reply is not understood"},
    {errc::reply_too_large, "reply_too_large", remedy::report, "the service's reply is too large"},
    {errc::insecure_root, "insecure_root", remedy::report, "the service's address is not https"},
}};

constexpr bool holds(const row& of) {
  return of.name == hubauth::name(of.kind) && of.words == hubauth::describe(of.kind) &&
         of.what_to_do == hubauth::remedy_for(of.kind);
}

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != rows.size() && holds(rows[i])) ++i;
  return i;
}

static_assert(first_wrong() == rows.size());

static_assert(std::is_error_code_enum_v<errc> && !std::is_error_condition_enum_v<errc>);
static_assert(std::is_error_condition_enum_v<remedy> && !std::is_error_code_enum_v<remedy>);

TEST_CASE("error: every kind has its name, its words and its remedy") {
  for (const auto& of : rows) {
    CAPTURE(std::string(of.name));
    CHECK(holds(of));

    const std::error_code code = of.kind;
    CHECK(code);
    CHECK(code.category() == hubauth::error_category());
    CHECK(code.message() == of.words);
    for (auto other : {remedy::retry, remedy::ask, remedy::report}) CHECK((code == other) == (of.what_to_do == other));
  }
}

TEST_CASE("error: docs/errors.md has every kind, with its words, below its remedy") {
  std::ifstream page(HUBAUTH_DOCS "/errors.md");
  std::vector<std::string> described;
  std::string heading;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) heading = line;
    for (const auto& of : rows)
      if (line.starts_with("| `" + std::string(of.name) + "` | " + std::string(of.words) + " |")) {
        CHECK(heading.ends_with("`remedy::" +
                                std::string(of.what_to_do == remedy::retry ? "retry"
                                            : of.what_to_do == remedy::ask ? "ask"
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
    CHECK(hubauth::name(kind) == std::string_view("unknown"));
    CHECK(hubauth::describe(kind) == std::string_view("unknown error"));
    CHECK(hubauth::remedy_for(kind) == remedy::report);
  }
}

TEST_CASE("error: the two categories are different, and each is one") {
  CHECK(hubauth::error_category().name() == std::string_view("hubauth"));
  CHECK(hubauth::remedy_category().name() == std::string_view("hubauth.remedy"));
  CHECK(hubauth::error_category() == hubauth::error_category());
  CHECK(hubauth::remedy_category() == hubauth::remedy_category());
  CHECK(hubauth::error_category() != hubauth::remedy_category());
}

TEST_CASE("error: a remedy is a condition with words of its own") {
  struct words {
    remedy what;
    std::string_view text;
  };
  for (const auto& of : {words{remedy::retry, "try again later"},
                         {remedy::ask, "a person must act"},
                         {remedy::report, "report it"},
                         {static_cast<remedy>(0), "unknown remedy"},
                         {static_cast<remedy>(4), "unknown remedy"}}) {
    CAPTURE(std::string(of.text));
    const std::error_condition condition = of.what;
    CHECK(condition.value() == static_cast<int>(of.what));
    CHECK(condition.category() == hubauth::remedy_category());
    CHECK(condition.message() == of.text);
  }
}

TEST_CASE("error: a policy's own category joins in") {
  struct own_category final : std::error_category {
    const char* name() const noexcept override { return "own"; }
    std::string message(int) const override { return "the vault is locked"; }
    std::error_condition default_error_condition(int) const noexcept override { return remedy::ask; }
  };
  const own_category own;
  const std::error_code locked(1, own);
  CHECK(locked == remedy::ask);
  CHECK(locked != remedy::retry);
  CHECK(locked != errc::malformed_key);
}

}  // namespace
