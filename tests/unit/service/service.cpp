// SPDX-License-Identifier: BSL-1.0
#include "hubauth/service/service.hpp"

#include <chrono>
#include <ostream>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

result<void> accept_all(response&&, std::chrono::system_clock::time_point) { return {}; }

/// A service without variables, pages and tokens.
constexpr service minimal{.name = "My service",
                          .api_url = {"https://api.example.com"},
                          .key_header_format = {"authorization", "Bearer "},
                          .verify_method = http_method::get,
                          .verify_path = "/whoami",
                          .check_response = &accept_all};

static_assert(std::is_trivially_copyable_v<service>, "a service is a value");
static_assert(minimal.api_url.env_var == nullptr && minimal.web_url.env_var == nullptr &&
              minimal.key_env_var == nullptr);
static_assert(minimal.web_url.default_url.empty() && minimal.key_page_path.empty());
static_assert(minimal.token_header_format == auth_header_format() && minimal.token_path.empty() &&
              minimal.parse_token_response == nullptr);

TEST_CASE("service: one of your own needs no variables, no pages and no tokens") {
  CHECK(minimal.check_response({}, {}));
}

}  // namespace
