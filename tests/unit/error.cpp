// SPDX-License-Identifier: BSL-1.0
#include "hubauth/error.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>
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

struct expected_error {
  errc code;
  std::string_view name;
  hubauth::recovery recovery;
  std::string_view message;

  constexpr bool holds() const {
    return hubauth::to_string(code) == name && hubauth::message(code) == message &&
           hubauth::recovery_for(code) == recovery;
  }
};

constexpr expected_error errors[]{
    {errc::malformed_key, "malformed_key", recovery::user_action, "the key is malformed"},
    {errc::rejected, "rejected", recovery::user_action, "the service rejected the credential"},
    {errc::forbidden, "forbidden", recovery::user_action, "the credential is valid but has no permission for this"},
    {errc::no_browser_session, "no_browser_session", recovery::user_action, "the browser is not signed in"},
    {errc::too_many_attempts, "too_many_attempts", recovery::user_action, "too many attempts"},
    {errc::prompt_canceled, "prompt_canceled", recovery::user_action, "the prompt was canceled"},
    {errc::prompt_unavailable, "prompt_unavailable", recovery::user_action, "no terminal to prompt for a key"},
    {errc::store_unreadable, "store_unreadable", recovery::user_action, "cannot read the saved key"},
    {errc::store_unwritable, "store_unwritable", recovery::user_action, "cannot save the key"},
    {errc::store_locked, "store_locked", recovery::retry, "the settings file is locked by another process"},
    {errc::store_conflict, "store_conflict", recovery::user_action, "another program has overwritten the saved key"},
    {errc::cookies_unreadable, "cookies_unreadable", recovery::user_action, "cannot read the cookie file"},
    {errc::not_signed_in, "not_signed_in", recovery::user_action, "not signed in"},
    {errc::unreachable, "unreachable", recovery::retry, "cannot connect to the service"},
    {errc::timed_out, "timed_out", recovery::retry, "the service did not respond in time"},
    {errc::rate_limited, "rate_limited", recovery::retry, "rate limit exceeded"},
    {errc::server_error, "server_error", recovery::retry, "the service failed"},
    {errc::tls_error, "tls_error", recovery::user_action, "TLS connection failed"},
    {errc::proxy_failed, "proxy_failed", recovery::user_action, "the proxy refused or failed"},
    {errc::captive_portal, "captive_portal", recovery::user_action, "the network requires a sign-in in the browser"},
    {errc::unexpected_redirect, "unexpected_redirect", recovery::none,
     "the service redirects, and redirects are not followed"},
    {errc::invalid_response, "invalid_response", recovery::none, "unexpected response"},
    {errc::response_too_large, "response_too_large", recovery::none, "the response is too large"},
    {errc::insecure_url, "insecure_url", recovery::user_action, "the service's URL is not secure"},
};

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != std::size(errors) && errors[i].holds()) ++i;
  return i;
}
static_assert(first_wrong() == std::size(errors));

static_assert(std::is_error_code_enum_v<errc> && !std::is_error_condition_enum_v<errc>);
static_assert(std::is_error_condition_enum_v<recovery> && !std::is_error_code_enum_v<recovery>);

TEST_CASE("error: every code has its name, its message and its recovery") {
  for (const auto& error : errors) {
    CAPTURE(std::string(error.name));
    CHECK(error.holds());

    const std::error_code code = error.code;
    CHECK(code);
    CHECK(code.category() == hubauth::error_category());
    CHECK(code.message() == error.message);
    for (auto other : {recovery::retry, recovery::user_action, recovery::none})
      CHECK((code == other) == (error.recovery == other));
  }
}

TEST_CASE("error: names and messages differ") {
  for (const auto& a : errors)
    for (const auto& b : errors) {
      CHECK((a.name == b.name) == (a.code == b.code));
      CHECK((a.message == b.message) == (a.code == b.code));
    }
}

TEST_CASE("error: docs/errors.md lists every code with its message, below its recovery, and no other code") {
  std::ifstream page(HUBAUTH_DOCS "/errors.md");
  REQUIRE(page);
  std::vector<std::string> listed;
  std::string heading;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) heading = line;
    if (heading.find("`recovery::") == std::string::npos || !line.starts_with("| `")) continue;
    const auto name = line.substr(3, line.find('`', 3) - 3);
    CAPTURE(name);
    listed.push_back(name);
    const auto* const error =
        std::find_if(std::begin(errors), std::end(errors), [&](auto& e) { return e.name == name; });
    REQUIRE(error != std::end(errors));
    CHECK(line.starts_with("| `" + name + "` | " + std::string(error->message) + " |"));
    const std::string_view recovery = error->recovery == recovery::retry         ? "retry"
                                      : error->recovery == recovery::user_action ? "user_action"
                                                                                 : "none";
    CHECK(heading.find("`recovery::" + std::string(recovery) + "`") != std::string::npos);
  }
  for (const auto& error : errors) {
    CAPTURE(std::string(error.name));
    CHECK(std::count(listed.begin(), listed.end(), error.name) == 1);
  }
}

TEST_CASE("error: codes are numbered from 1 without a gap, because 0 is success") {
  for (std::size_t i = 0; i != std::size(errors); ++i) CHECK(static_cast<std::size_t>(errors[i].code) == i + 1);
}

TEST_CASE("error: a value that is no code is unknown, and cannot be fixed at run time") {
  for (int value : {-1, 0, static_cast<int>(std::size(errors)) + 1}) {
    CAPTURE(value);
    const auto code = static_cast<errc>(value);
    CHECK(hubauth::to_string(code) == std::string_view("unknown"));
    CHECK(hubauth::message(code) == std::string_view("unknown error"));
    CHECK(hubauth::recovery_for(code) == recovery::none);
  }
}

TEST_CASE("error: there is one category of codes and one of recoveries") {
  CHECK(hubauth::error_category().name() == std::string_view("hubauth"));
  CHECK(hubauth::recovery_category().name() == std::string_view("hubauth.recovery"));
  CHECK(hubauth::error_category() == hubauth::error_category());
  CHECK(hubauth::recovery_category() == hubauth::recovery_category());
  CHECK(hubauth::error_category() != hubauth::recovery_category());
}

TEST_CASE("error: a recovery is a condition with a message of its own") {
  struct {
    recovery value;
    std::string_view message;
  } const table[]{{recovery::retry, "try again later"},
                  {recovery::user_action, "the user must act"},
                  {recovery::none, "cannot be fixed at run time"},
                  {static_cast<recovery>(0), "unknown recovery"},
                  {static_cast<recovery>(4), "unknown recovery"}};
  for (const auto& row : table) {
    CAPTURE(std::string(row.message));
    const std::error_condition condition = row.value;
    CHECK(condition.value() == static_cast<int>(row.value));
    CHECK(condition.category() == hubauth::recovery_category());
    CHECK(condition.message() == row.message);
  }
}

TEST_CASE("error: a policy's own category participates") {
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

TEST_CASE("error_info: its message is the code's, and the detail where there is one") {
  using hubauth::error_info;
  CHECK(error_info{errc::unreachable}.message() == "cannot connect to the service");
  CHECK(error_info{errc::unreachable, "refused"}.message() == "cannot connect to the service: refused");

  const auto foreign = std::make_error_code(std::errc::io_error);
  CHECK(error_info{foreign, "key.txt"}.message() == foreign.message() + ": key.txt");
}

TEST_CASE("error_info: is equal only with the same code, detail and time") {
  using hubauth::error_info;
  const error_info all[]{{errc::rate_limited},
                         {errc::server_error},
                         {errc::rate_limited, "slow down"},
                         {errc::rate_limited, "slow down", std::chrono::seconds(0)},
                         {errc::rate_limited, "slow down", std::chrono::seconds(1)}};
  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

}  // namespace
