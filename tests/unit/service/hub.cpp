// SPDX-License-Identifier: BSL-1.0
#include "hubauth/service/hub.hpp"

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/credential/credential.hpp"

namespace {

using namespace hubauth;
using namespace std::string_view_literals;

constexpr std::chrono::system_clock::time_point at_second(int second) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(second));
}

static_assert(hub.name == "Ultralytics HUB");
static_assert(hub.api_url.default_url == "https://api.ultralytics.com" &&
              hub.api_url.env_var == "ULTRALYTICS_HUB_API"sv);
static_assert(hub.web_url.default_url == "https://hub.ultralytics.com" &&
              hub.web_url.env_var == "ULTRALYTICS_HUB_WEB"sv);
static_assert(hub.key_page_path == "/settings?tab=api+keys");
static_assert(hub.key_env_var == "HUB_API_KEY"sv);
static_assert(hub.verify_method == http_method::post && hub.verify_path == "/v1/auth");
static_assert(hub.token_path == "/v1/auth/auto");

TEST_CASE("hub: a key and a token are sent in fields of their own") {
  CHECK(credential(api_key::parse("key_model").value(), hub.key_header_format).header().expose_line() ==
        "x-api-key: key");
  CHECK(credential(id_token::parse("token").value(), hub.token_header_format).header().expose_line() ==
        "authorization: Bearer token");
}

TEST_CASE("hub: its responses are checked by its protocol") {
  CHECK(hub.check_response({.status = 200, .body = R"({"success":true})"}, at_second(0)));

  const auto rejected =
      hub.check_response({.status = 200, .body = R"({"success":false,"message":"no","error":"other"})"}, at_second(0));
  REQUIRE_FALSE(rejected);
  CHECK(rejected.error().code == errc::rejected);
  CHECK(rejected.error().detail == "no");

  const auto token =
      hub.parse_token_response({.status = 200, .body = R"({"success":true,"data":{"idToken":"token"}})"}, at_second(0));
  REQUIRE(token);
  CHECK(*token == *id_token::parse("token"));

  const auto limited = hub.check_response({.status = 429, .rate_limit_reset = "1000"}, at_second(990));
  REQUIRE_FALSE(limited);
  CHECK(limited.error().retry_after == std::chrono::seconds(10));
}

}  // namespace
