// SPDX-License-Identifier: BSL-1.0
#include "hubauth/service/platform.hpp"

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

static_assert(platform.name == "Ultralytics Platform");
static_assert(platform.api_url.default_url == "https://platform.ultralytics.com" &&
              platform.api_url.env_var == "ULTRALYTICS_PLATFORM_URL"sv);
static_assert(platform.web_url.default_url == platform.api_url.default_url &&
              platform.web_url.env_var == std::string_view(platform.api_url.env_var));
static_assert(platform.key_page_path == "/settings");
static_assert(platform.key_env_var == "ULTRALYTICS_API_KEY"sv);
static_assert(platform.verify_method == http_method::get && platform.verify_path == "/api/settings");
static_assert(platform.token_path.empty() && platform.parse_token_response == nullptr);

TEST_CASE("platform: a key is sent as a bearer token") {
  CHECK(credential(api_key::parse("ul_key").value(), platform.key_header_format).header().expose_line() ==
        "authorization: Bearer ul_key");
  CHECK(credential(id_token::parse("token").value(), platform.token_header_format).header().expose_line() ==
        "authorization: Bearer token");
}

TEST_CASE("platform: its responses are checked by its protocol") {
  CHECK(platform.check_response({.status = 200, .body = R"({"theme":"dark"})"}, at_second(0)));

  const auto rejected =
      platform.check_response({.status = 401, .body = R"({"error":"no","message":"other"})"}, at_second(0));
  REQUIRE_FALSE(rejected);
  CHECK(rejected.error().code == errc::rejected);
  CHECK(rejected.error().detail == "no");

  const auto portal = platform.check_response({.status = 200, .body = "<html>"}, at_second(0));
  REQUIRE_FALSE(portal);
  CHECK(portal.error().code == errc::invalid_response);

  const auto limited = platform.check_response({.status = 429, .rate_limit_reset = "1000"}, at_second(990));
  REQUIRE_FALSE(limited);
  CHECK(limited.error().retry_after == std::chrono::seconds(10));
}

}  // namespace
