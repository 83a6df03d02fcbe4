// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/environment_values.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"

namespace {

using namespace hubauth;
using login::operation;

/// An environment and a transport that record what they are asked for.
struct fixture {
  std::map<std::string, std::string> variables{};
  bool browser_session = false;
  bool cookies = false;
  mutable std::vector<std::string> calls{};

  std::optional<std::string_view> get_env(const char* name) const {
    calls.emplace_back(name);
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  bool has_browser_session() const {
    calls.emplace_back("browser session");
    return browser_session;
  }
  bool has_cookies() const {
    calls.emplace_back("cookies");
    return cookies;
  }

  login::environment_values read(const service& service, operation operation) const {
    return login::read_environment(service, *this, *this, operation);
  }
};

using calls = std::vector<std::string>;

calls calls_of(const service& service, operation operation, fixture at = {}) {
  at.read(service, operation);
  return at.calls;
}

std::string exposed(const std::optional<secret>& value) {
  return value ? value->with_exposed([](std::string_view text) { return std::string(text); }) : "none";
}

}  // namespace

TEST_CASE("read_environment: each value is read") {
  const fixture at{.variables = {{"ULTRALYTICS_HUB_API", "https://api.example"},
                                 {"ULTRALYTICS_HUB_WEB", "https://web.example"},
                                 {"HUB_API_KEY", "a-key"},
                                 {"HUBAUTH_PROMPT", "0"}},
                   .browser_session = true,
                   .cookies = true};
  const auto values = at.read(hub, operation::login);
  CHECK(values.api_url == "https://api.example");
  CHECK(values.web_url == "https://web.example");
  CHECK(exposed(values.key) == "a-key");
  CHECK(values.prompt_disabled);
  CHECK(values.has_browser_session);
  CHECK(values.has_cookies);
}

TEST_CASE("read_environment: a variable that is not set has no value, an empty one has") {
  const auto unset = fixture().read(hub, operation::login);
  CHECK_FALSE(unset.api_url);
  CHECK_FALSE(unset.web_url);
  CHECK_FALSE(unset.key);
  CHECK_FALSE(unset.prompt_disabled);
  CHECK_FALSE(unset.has_browser_session);
  CHECK_FALSE(unset.has_cookies);

  const auto empty =
      fixture{.variables = {{"ULTRALYTICS_HUB_API", ""}, {"HUB_API_KEY", ""}}}.read(hub, operation::login);
  CHECK(empty.api_url == "");
  CHECK(exposed(empty.key) == "");
}

TEST_CASE("read_environment: only HUBAUTH_PROMPT=0 disables the prompt") {
  for (const char* value : {"", "1", "00", "false", "0 "})
    CHECK_FALSE(fixture{.variables = {{"HUBAUTH_PROMPT", value}}}.read(hub, operation::login).prompt_disabled);
}

TEST_CASE("read_environment: only what the operation can use is read") {
  CHECK(calls_of(hub, operation::login) ==
        calls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB", "HUB_API_KEY", "HUBAUTH_PROMPT", "browser session"});
  CHECK(calls_of(hub, operation::login, {.browser_session = true}) ==
        calls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB", "HUB_API_KEY", "HUBAUTH_PROMPT", "browser session",
              "cookies"});
  CHECK(calls_of(platform, operation::login) ==
        calls{"ULTRALYTICS_PLATFORM_URL", "ULTRALYTICS_PLATFORM_URL", "ULTRALYTICS_API_KEY", "HUBAUTH_PROMPT"});
  CHECK(calls_of(hub, operation::authenticate) == calls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB"});
  CHECK(calls_of(hub, operation::auth_with_cookies) == calls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB", "cookies"});
  CHECK(calls_of(platform, operation::auth_with_cookies) ==
        calls{"ULTRALYTICS_PLATFORM_URL", "ULTRALYTICS_PLATFORM_URL"});
  CHECK(calls_of(hub, operation::request_api_key) ==
        calls{"ULTRALYTICS_HUB_API", "ULTRALYTICS_HUB_WEB", "HUBAUTH_PROMPT"});
}

TEST_CASE("read_environment: a service without variables reads none") {
  auto service = hub;
  service.api_url.env_var = nullptr;
  service.web_url.env_var = nullptr;
  service.key_env_var = nullptr;
  CHECK(calls_of(service, operation::login) == calls{"HUBAUTH_PROMPT", "browser session"});
}
