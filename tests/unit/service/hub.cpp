// SPDX-License-Identifier: BSL-1.0
#include "hubauth/service/hub.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

static_assert(hub.name == "Ultralytics HUB");
static_assert(hub.root.url == "https://api.ultralytics.com" && hub.root.variable == "ULTRALYTICS_HUB_API");
static_assert(hub.web.url == "https://hub.ultralytics.com" && hub.web.variable == "ULTRALYTICS_HUB_WEB");
static_assert(hub.key_page == "/settings?tab=api+keys");
static_assert(hub.key_env_var == "HUB_API_KEY");
static_assert(hub.verify_method == http_method::post && hub.verify_path == "/v1/auth");
static_assert(hub.token_path == "/v1/auth/auto");

TEST_CASE("hub: names of variables end in a NUL, as the environment wants them") {
  for (auto variable : {hub.root.variable, hub.web.variable, hub.key_env_var}) {
    CAPTURE(std::string(variable));
    CHECK(std::string_view(variable.data()) == variable);
  }
}

TEST_CASE("hub: a key and a token are sent in fields of their own") {
  auto key = std::move(*api_key::parse("key_model"));
  CHECK(credential(std::move(key.key), std::move(key.model_id), hub.key_header_format).header().expose_line() ==
        "x-api-key: key");
  CHECK(credential(std::move(*id_token::parse("token")), hub.token_header_format).header().expose_line() ==
        "authorization: Bearer token");
}

TEST_CASE("hub: its responses are judged by its protocol") {
  response accepting{200, R"({"success":true})"};
  CHECK(hub.check_response(accepting, 0));

  response rejecting{200, R"({"success":false,"message":"no","error":"other"})"};
  const auto rejected = hub.check_response(rejecting, 0);
  REQUIRE_FALSE(rejected);
  CHECK(rejected.error().code == errc::rejected);
  CHECK(rejected.error().detail == "no");

  response with_token{200, R"({"success":true,"data":{"idToken":"token"}})"};
  const auto token = hub.parse_token_response(with_token, 0);
  REQUIRE(token);
  CHECK(*token == *id_token::parse("token"));

  response limited{429, "", "", "1000"};
  CHECK(hub.check_response(limited, 990).error().retry_after == 10);
}

}  // namespace
