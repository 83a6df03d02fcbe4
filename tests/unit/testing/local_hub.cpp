// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/local_hub.hpp"

#include <string>

#include <doctest/doctest.h>
#include <httplib.h>

using hubauth::testing::local_hub;

namespace {

struct answer {
  int status;
  std::string body;
  bool operator==(const answer&) const = default;
};

doctest::String toString(const answer& what) { return (std::to_string(what.status) + ' ' + what.body).c_str(); }

answer post(const local_hub& hub, const char* path, const httplib::Headers& headers = {}) {
  const auto got = httplib::Client(hub.root()).Post(path, headers, "", "");
  REQUIRE(got);
  return {got->status, got->body};
}

answer get(const local_hub& hub, const char* path, const httplib::Headers& headers = {}) {
  const auto got = httplib::Client(hub.root()).Get(path, headers);
  REQUIRE(got);
  return {got->status, got->body};
}

const answer accepted{200, R"({"success": true})"};
const answer rejected{200, R"({"success": false, "message": "unknown key"})"};
const answer settings{200, R"({"theme": "dark"})"};
const answer no_settings{401, R"({"error": "unknown key"})"};
const answer models{200, R"({"models": []})"};
const answer no_models{401, R"({"error": "sign in first"})"};
const answer no_session{401, R"({"success": false, "message": "not signed in"})"};

}  // namespace

TEST_CASE("local_hub: HUB accepts a key by x-api-key and a token as a bearer") {
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

TEST_CASE("local_hub: a session's cookie gives its token") {
  local_hub hub;
  hub.accept_session("cookie", "token");
  const answer token{200, R"({"success": true, "data": {"idToken": "token"}})"};
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

TEST_CASE("local_hub: models are for whoever is signed in, in any way") {
  local_hub hub;
  hub.accept_key("abc").accept_session("cookie", "token");
  CHECK(get(hub, "/v1/models", {{"x-api-key", "abc"}}) == models);
  CHECK(get(hub, "/v1/models", {{"authorization", "Bearer abc"}}) == models);
  CHECK(get(hub, "/v1/models", {{"authorization", "Bearer token"}}) == models);
  CHECK(get(hub, "/v1/models") == no_models);
  CHECK(get(hub, "/v1/models", {{"cookie", "session=cookie"}}) == no_models);
}

TEST_CASE("local_hub: nothing else is there") {
  const local_hub hub;
  CHECK(get(hub, "/").status == 404);
  CHECK(get(hub, "/v1/auth").status == 404);
  CHECK(post(hub, "/api/settings").status == 404);
}

TEST_CASE("local_hub: what is scripted goes before what it would answer") {
  local_hub hub;
  hub.accept_key("abc").script({.status = 503}).script("/v1/models", {.status = 429});
  CHECK(get(hub, "/v1/models").status == 429);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}}).status == 503);
  CHECK(post(hub, "/v1/auth", {{"x-api-key", "abc"}}) == accepted);
  CHECK(hub.requests().size() == 3);
  CHECK(hub.connections() == 3);
}

TEST_CASE("local_hub: what is held is released") {
  local_hub hub;
  hub.script(hubauth::testing::held({.status = 204}));
  hub.release();
  CHECK(get(hub, "/").status == 204);
}
