// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/environment_values.hpp"

#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"

namespace {

using namespace hubauth;
using hubauth::login::environment_values;
using hubauth::login::operation;
using hubauth::login::read_environment;

/// Records what is read.
struct environment {
  std::map<std::string, std::string, std::less<>> variables{};
  bool browser = true;
  mutable std::set<std::string> read{};

  std::optional<std::string_view> get_env(const char* name) const {
    read.insert(name);
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  bool has_browser_session() const {
    read.insert("(browser)");
    return browser;
  }
};

struct transport {
  mutable int questions = 0;
  bool has_cookies() const { return ++questions != 0; }
};

TEST_CASE("read_environment: reads what the operation can use, and nothing else") {
  const std::set<std::string> urls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB"};
  struct {
    login::operation operation;
    std::set<std::string> more;
    int cookies;
  } const table[]{
      {operation::login, {"HUB_API_KEY", "HUBAUTH_PROMPT", "(browser)"}, 1},
      {operation::authenticate, {}, 0},
      {operation::auth_with_cookies, {}, 1},
      {operation::request_api_key, {"HUBAUTH_PROMPT"}, 0},
  };
  for (const auto& row : table) {
    CAPTURE(static_cast<int>(row.operation));
    const environment env;
    const transport cookies;
    static_cast<void>(read_environment(hub, env, cookies, row.operation));
    auto expected = urls;
    expected.insert(row.more.begin(), row.more.end());
    CHECK(env.read == expected);
    CHECK(cookies.questions == row.cookies);
  }
}

TEST_CASE("read_environment: returns the values as they are set") {
  const environment nothing{.browser = false};
  const auto unset = read_environment(hub, nothing, transport(), operation::login);
  CHECK_FALSE(unset.api_url);
  CHECK_FALSE(unset.web_url);
  CHECK_FALSE(unset.key);
  CHECK_FALSE(unset.prompt_disabled);
  CHECK_FALSE(unset.has_browser_session);
  CHECK_FALSE(unset.has_cookies);

  const environment all{.variables = {{"ULTRALYTICS_HUB_API", " https://api.test/ "},
                                      {"ULTRALYTICS_HUB_WEB", ""},
                                      {"HUB_API_KEY", " key\n"},
                                      {"HUBAUTH_PROMPT", "0"}}};
  const auto set = read_environment(hub, all, transport(), operation::login);
  CHECK(set.api_url == " https://api.test/ ");
  CHECK(set.web_url == "");
  REQUIRE(set.key);
  CHECK(*set.key == secret(" key\n"));
  CHECK(set.prompt_disabled);
  CHECK(set.has_browser_session);
  CHECK(set.has_cookies);
}

TEST_CASE("read_environment: HUBAUTH_PROMPT disables the prompt only if it is 0") {
  for (const char* value : {"", "1", "00", " 0", "false"}) {
    CAPTURE(value);
    const environment env{.variables = {{"HUBAUTH_PROMPT", value}}};
    CHECK_FALSE(read_environment(hub, env, transport(), operation::login).prompt_disabled);
  }
}

TEST_CASE("read_environment: a service without a variable or without a token is not asked for it") {
  auto own = platform;
  own.api_url.env_var = own.web_url.env_var = own.key_env_var = nullptr;
  const environment env;
  const transport cookies;
  const auto values = read_environment(own, env, cookies, operation::login);
  CHECK(env.read == std::set<std::string>{"HUBAUTH_PROMPT"});
  CHECK_FALSE(values.key);
  CHECK_FALSE(values.has_browser_session);
  CHECK(cookies.questions == 0);
}

}  // namespace
