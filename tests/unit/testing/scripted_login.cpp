// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/scripted_login.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"
#include "support/law_reports.hpp"
#include "support/spellings.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

using recorded_script = scripted_login<law_report&>;

constexpr std::string_view canary = "CanarySaysNothing";
constexpr const char* verify_target = "POST https://api.ultralytics.com/v1/auth";
const response accepted{200, R"({"success": true})"};
const response rejected{401, R"({"success": false})"};

static_assert(check_transport<recorded_script>() && check_store<recorded_script>() &&
              check_prompter<recorded_script>());

template <class Script>
auto make_auth(Script& script, fake_environment env = {}) {
  return basic_auth(hub, std::ref(script), std::ref(script), std::ref(script), std::move(env));
}

std::string header_line(std::string_view key) { return "x-api-key: " + std::string(key); }

api_key make_key(std::string_view text) { return std::move(api_key::parse(text)->key); }

/// What is reported of the calls that `use` makes, and of the expected calls that it does not make.
template <class Write, class Use>
std::set<std::string> failures(Write write, Use use) {
  law_report report;
  {
    recorded_script script(report);
    write(script);
    use(script);
  }
  for (const auto& text : report.reported) CHECK_FALSE(spells(text, canary));
  return report.broken;
}

const auto empty_script = [](auto&) {};
const auto no_call = [](auto&) {};
const auto call_load = [](auto& script) { static_cast<void>(script.load()); };
using reports = std::set<std::string>;

}  // namespace

TEST_CASE("scripted_login: a login that follows the script succeeds") {
  scripted_login script(doctest_report);
  script.expect_load(std::nullopt)
      .expect_ask(secret("wrong"))
      .expect_send(verify_target, "x-api-key: wrong", rejected)
      .expect_ask(secret(canary))
      .expect_send(verify_target, header_line(canary), accepted)
      .expect_save(canary)
      .expect_erase();
  auto auth = make_auth(script);
  const auto session = auth.login();
  REQUIRE(session);
  CHECK(session->saved);
  CHECK(auth.logout());
}

TEST_CASE("scripted_login: a script with cookies makes a transport that has cookies") {
  scripted_login script(doctest_report);
  script.expect_load(std::nullopt)
      .expect_send_with_cookies("POST https://api.ultralytics.com/v1/auth/auto",
                                response{200, R"({"success": true, "data": {"idToken": "token"}})"})
      .expect_send(verify_target, "authorization: Bearer token", accepted);
  CHECK(make_auth(script, {.browser_session = true}).login());
  CHECK_FALSE(scripted_login(doctest_report).has_cookies());
}

TEST_CASE("scripted_login: a call returns the error of the script") {
  scripted_login script(doctest_report);
  script.expect_load(fail(errc::store_unreadable, "torn"));
  const auto session = make_auth(script).login();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::store_unreadable);
}

TEST_CASE("scripted_login: each expected call that is not made is reported") {
  CHECK(failures([](auto& script) { script.expect_load(std::nullopt).expect_save(canary); }, call_load) ==
        reports{"script: save was not called", "script: every expected call was made"});
  CHECK(
      failures(
          [](auto& script) {
            script.expect_erase().expect_ask(secret(canary)).expect_send(verify_target, header_line(canary), accepted);
          },
          no_call) == reports{"script: erase was not called", "script: ask was not called",
                              "script: POST https://api.ultralytics.com/v1/auth was not called",
                              "script: every expected call was made"});
}

TEST_CASE("scripted_login: an unexpected call is reported, and fails with an error of its policy") {
  CHECK(failures(empty_script, call_load) == reports{"script: load was called, expected was nothing"});
  CHECK(failures([](auto& script) { script.expect_ask(secret(canary)); }, call_load) ==
        reports{"script: load was called, expected was ask", "script: ask was not called",
                "script: every expected call was made"});

  failures(empty_script, [](auto& script) {
    CHECK(script.load().error().code == errc::store_unreadable);
    CHECK(script.save(make_key(canary)).error().code == errc::store_unwritable);
    CHECK(script.erase().error().code == errc::store_unwritable);
    CHECK(script.ask({}).error().code == errc::prompt_unavailable);
    CHECK(script.send({.url = "https://example.com"}).error().code == errc::unreachable);
  });
}

TEST_CASE("scripted_login: an unexpected key, credential or request is reported") {
  CHECK(failures([](auto& script) { script.expect_save("another"); },
                 [](auto& script) { CHECK(script.save(make_key(canary))); }) ==
        reports{"script: save is called with the expected key"});

  const credential credential({make_key(canary)}, {"x-api-key", ""});
  const auto sent = [&](std::string target, std::string_view line, bool send_cookies = false) {
    return failures(
        [&](auto& script) { script.expect_send(target, line, accepted); },
        [&](auto& script) {
          CHECK(script.send({http_method::post, "https://example.com/a", credential.header(), send_cookies}));
        });
  };
  const reports unexpected_credential{"script: send is called with the expected credential"};
  CHECK(sent("POST https://example.com/a", header_line(canary)).empty());
  CHECK(sent("POST https://example.com/a", header_line("another")) == unexpected_credential);
  CHECK(sent("POST https://example.com/a", header_line(canary), true) == unexpected_credential);
  CHECK(sent("GET https://example.com/b", header_line(canary)) ==
        reports{"script: POST https://example.com/a was called, expected was GET https://example.com/b"});
}
