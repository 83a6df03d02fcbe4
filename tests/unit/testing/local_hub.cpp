// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/local_hub.hpp"

#include <string>

#include <doctest/doctest.h>
#include <httplib.h>

using hubauth::testing::local_hub;

namespace {

struct status_and_body {
  int status;
  std::string body;
  bool operator==(const status_and_body&) const = default;
};

doctest::String toString(const status_and_body& response) {
  return (std::to_string(response.status) + ' ' + response.body).c_str();
}

status_and_body post(const local_hub& hub, const char* path, const httplib::Headers& headers = {}) {
  const auto got = httplib::Client(hub.url()).Post(path, headers, "", "");
  REQUIRE(got);
  return {got->status, got->body};
}

status_and_body get(const local_hub& hub, const char* path, const httplib::Headers& headers = {}) {
  const auto got = httplib::Client(hub.url()).Get(path, headers);
  REQUIRE(got);
  return {got->status, got->body};
}

const status_and_body accepted{200, R"({"success": true})"};
const status_and_body rejected{200, R"({"success": false, "message": "unknown key"})"};
const status_and_body settings{200, R"({"theme": "dark"})"};
const status_and_body no_settings{401, R"({"error": "unknown key"})"};
const status_and_body models{200, R"({"models": []})"};
const status_and_body no_models{401, R"({"error": "sign in first"})"};
const status_and_body no_session{401, R"({"success": false, "message": "not signed in"})"};

}  // namespace

TEST_CASE("local_hub: HUB accepts a key in x-api-key and a token as a bearer") {
  local_hub hub;
  hub.accept_key("abc").accept_key("def").accept_session("cookie", "token");
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}}) == accepted);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "def"}}) == accepted);
  CHECK(post(hub, "/v1/auth", {{"authorization", "Bearer token"}}) == accepted);

  CHECK(post(hub, "/v1/auth") == rejected);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "ghi"}}) == rejected);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", ""}}) == rejected);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "token"}}) == rejected);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}, {"x-api-key", "abc"}}) == rejected);
  CHECK(post(hub, "/v1/auth", {{"authorization", "Bearer abc"}}) == rejected);
  CHECK(post(hub, "/v1/auth", {{"authorization", "token"}}) == rejected);
}

TEST_CASE("local_hub: the cookie of a session is exchanged for its token") {
  local_hub hub;
  hub.accept_session("cookie", "token");
  const status_and_body token{200, R"({"success": true, "data": {"idToken": "token"}})"};
  CHECK(post(hub, "/v1/auth/auto", {{"cookie", "session=cookie"}}) == token);
  CHECK(post(hub, "/v1/auth/auto", {{"cookie", "a=b; session=cookie; c=d"}}) == token);

  CHECK(post(hub, "/v1/auth/auto") == no_session);
  CHECK(post(hub, "/v1/auth/auto", {{"cookie", "session=other"}}) == no_session);
  CHECK(post(hub, "/v1/auth/auto", {{"cookie", "session=cookiemonster"}}) == no_session);
  CHECK(post(hub, "/v1/auth/auto", {{"cookie", "my-session=cookie"}}) == no_session);
}

TEST_CASE("local_hub: the Platform accepts a key as a bearer") {
  local_hub hub;
  hub.accept_key("abc").accept_session("cookie", "token");
  CHECK(get(hub, "/api/settings", {{"authorization", "Bearer abc"}}) == settings);

  CHECK(get(hub, "/api/settings") == no_settings);
  CHECK(get(hub, "/api/settings", {{"x-api-key", "abc"}}) == no_settings);
  CHECK(get(hub, "/api/settings", {{"authorization", "Bearer token"}}) == no_settings);
}

TEST_CASE("local_hub: each accepted credential may list the models") {
  local_hub hub;
  hub.accept_key("abc").accept_session("cookie", "token");
  CHECK(get(hub, "/v1/models", {{"x-api-key", "abc"}}) == models);
  CHECK(get(hub, "/v1/models", {{"authorization", "Bearer abc"}}) == models);
  CHECK(get(hub, "/v1/models", {{"authorization", "Bearer token"}}) == models);
  CHECK(get(hub, "/v1/models") == no_models);
  CHECK(get(hub, "/v1/models", {{"cookie", "session=cookie"}}) == no_models);
}

TEST_CASE("local_hub: another path or method is not found") {
  const local_hub hub;
  CHECK(get(hub, "/").status == 404);
  CHECK(get(hub, "/v1/auth").status == 404);
  CHECK(post(hub, "/api/settings").status == 404);
}

TEST_CASE("local_hub: scripted responses take precedence") {
  local_hub hub;
  hub.accept_key("abc").script({.status = 503}).script("/v1/models", {.status = 429});
  CHECK(get(hub, "/v1/models").status == 429);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}}).status == 503);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}}) == accepted);
  CHECK(hub.requests().size() == 3);
  CHECK(hub.connections() == 3);
}

TEST_CASE("local_hub: a held response is sent when it is released") {
  local_hub hub;
  hub.script(hubauth::testing::held({.status = 204}));
  hub.release();
  CHECK(get(hub, "/").status == 204);
}
