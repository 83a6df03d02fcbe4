// SPDX-License-Identifier: BSL-1.0
#include "hubauth/service/platform.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

static_assert(platform.name == "Ultralytics Platform");
static_assert(platform.root.url == "https://platform.ultralytics.com" &&
              platform.root.variable == "ULTRALYTICS_PLATFORM_URL");
static_assert(platform.web.url == platform.root.url && platform.web.variable == platform.root.variable);
static_assert(platform.key_page == "/settings");
static_assert(platform.key_env_var == "ULTRALYTICS_API_KEY");
static_assert(platform.verify_method == http_method::get && platform.verify_path == "/api/settings");
static_assert(platform.token_path.empty() && platform.parse_token_response == nullptr);

TEST_CASE("platform: names of variables end in a NUL, as the environment wants them") {
  for (auto variable : {platform.root.variable, platform.web.variable, platform.key_env_var}) {
    CAPTURE(std::string(variable));
    CHECK(std::string_view(variable.data()) == variable);
  }
}

TEST_CASE("platform: a key is sent as a bearer's") {
  auto key = std::move(*api_key::parse("ul_key"));
  CHECK(credential(std::move(key.key), std::move(key.model_id), platform.key_header_format).header().expose_line() ==
        "authorization: Bearer ul_key");
  CHECK(credential(std::move(*id_token::parse("token")), platform.token_header_format).header().expose_line() ==
        "authorization: Bearer token");
}

TEST_CASE("platform: its responses are judged by its protocol") {
  response accepting{200, R"({"theme":"dark"})"};
  CHECK(platform.check_response(accepting, 0));

  response rejecting{401, R"({"error":"no","message":"other"})"};
  const auto rejected = platform.check_response(rejecting, 0);
  REQUIRE_FALSE(rejected);
  CHECK(rejected.error().code == errc::rejected);
  CHECK(rejected.error().detail == "no");

  response portal{200, "<html>"};
  CHECK(platform.check_response(portal, 0).error().code == errc::invalid_response);

  response limited{429, "", "", "1000"};
  CHECK(platform.check_response(limited, 990).error().retry_after == 10);
}

}  // namespace
