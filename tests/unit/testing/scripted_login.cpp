// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/scripted_login.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "../support/spellings.hpp"
#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"
#include "verdicts.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

using script_of_verdicts = scripted_login<verdicts&>;

constexpr std::string_view canary = "CanarySaysNothing";
constexpr std::string_view asked = "POST https://api.ultralytics.com/v1/auth";
const response yes{200, R"({"success": true})"};

static_assert(check_transport<script_of_verdicts>() && check_store<script_of_verdicts>() &&
              check_prompter<script_of_verdicts>());

template <class Script>
auto auth_by(Script& script, fake_environment env = {}) {
  return basic_auth(hub, std::ref(script), std::ref(script), std::ref(script), std::move(env));
}

std::string line_of(std::string_view key) { return "x-api-key: " + std::string(key); }

api_key key(std::string_view text) { return std::move(api_key::parse(text)->key); }

/// What is told of the calls that `use` makes, and of the lines that it leaves.
template <class Write, class Use>
std::set<std::string> told(Write write, Use use) {
  verdicts report;
  {
    script_of_verdicts script(report);
    write(script);
    use(script);
  }
  for (const auto& words : report.told) CHECK_FALSE(spells(words, canary));
  return report.broken;
}

const auto nothing = [](auto&) {};
const auto load_it = [](auto& script) { static_cast<void>(script.load()); };
using words = std::set<std::string>;

}  // namespace

TEST_CASE("scripted_login: a login that goes by the script is told as that") {
  scripted_login script(doctest_report);
  script.expect_load(std::nullopt)
      .expect_ask(secret("wrong"))
      .expect_send(std::string(request), "x-api-key: wrong", response{401})
      .expect_ask(secret(canary))
      .expect_send(std::string(request), line_of(canary), yes)
      .expect_save(canary)
      .expect_erase();
  auto auth = auth_by(script);
  const auto session = auth.login();
  REQUIRE(session);
  CHECK(session->saved);
  CHECK(auth.logout());
}

TEST_CASE("scripted_login: a browser's session goes by the script too") {
  scripted_login script(doctest_report);
  script.expect_load(std::nullopt)
      .expect_send_with_cookies("POST https://api.ultralytics.com/v1/auth/auto",
                                response{200, R"({"success": true, "data": {"idToken": "token"}})"})
      .expect_send(std::string(request), "authorization: Bearer token", yes);
  CHECK(auth_by(script, {.browser = true}).login());
  CHECK_FALSE(scripted_login(doctest_report).has_cookies());
}

TEST_CASE("scripted_login: errors are key_entered as they are written") {
  scripted_login script(doctest_report);
  script.expect_load(fail(errc::store_unreadable, "torn"));
  const auto session = auth_by(script).login();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::store_unreadable);
}

TEST_CASE("scripted_login: a line that nobody came to is told") {
  CHECK(told([](auto& script) { script.expect_load(std::nullopt).expect_save(canary); }, load_it) ==
        words{"script: save did not come", "script: every line came"});
  CHECK(told(
            [](auto& script) {
              script.expect_erase().expect_ask(secret(canary)).expect_send(std::string(request), line_of(canary), yes);
            },
            nothing) == words{"script: erase did not come", "script: ask did not come",
                              "script: POST https://api.ultralytics.com/v1/auth did not come",
                              "script: every line came"});
}

TEST_CASE("scripted_login: a call that was not expected is told, and ends in an error of its policy") {
  CHECK(told(nothing, load_it) == words{"script: load came, nothing was to come"});
  CHECK(told([](auto& script) { script.expect_ask(secret(canary)); }, load_it) ==
        words{"script: load came, ask was to come", "script: ask did not come", "script: every line came"});

  told(nothing, [](auto& script) {
    CHECK(script.load().error().code == errc::store_unreadable);
    CHECK(script.save(key(canary)).error().code == errc::store_unwritable);
    CHECK(script.erase().error().code == errc::store_unwritable);
    CHECK(script.ask({}).error().code == errc::prompt_unavailable);
    CHECK(script.send({.url = "https://example.com"}).error().code == errc::unreachable);
  });
}

TEST_CASE("scripted_login: another key, credential or request than was expected is told") {
  CHECK(told([](auto& script) { script.expect_save("another"); },
             [](auto& script) { CHECK(script.save(key(canary))); }) ==
        words{"script: the key that is saved is the one expected"});

  const credential who(key(canary), {}, {"x-api-key", ""});
  const auto sent = [&](std::string what, std::string_view line, bool send_cookies = false) {
    return told([&](auto& script) { script.expect_send(what, line, yes); },
                [&](auto& script) {
                  CHECK(script.send({http_method::post, "https://example.com/a", who.header(), send_cookies}));
                });
  };
  const words another_credential{"script: the credential that is sent is the one expected"};
  CHECK(sent("POST https://example.com/a", line_of(canary)).empty());
  CHECK(sent("POST https://example.com/a", line_of("another")) == another_credential);
  CHECK(sent("POST https://example.com/a", line_of(canary), true) == another_credential);
  CHECK(sent("GET https://example.com/b", line_of(canary)) ==
        words{"script: POST https://example.com/a came, GET https://example.com/b was to come"});
}
