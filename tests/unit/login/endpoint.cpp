// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/endpoint.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using hubauth::detail::key_page;
using hubauth::detail::resolve_endpoint;
using hubauth::detail::resolve_url;

constexpr configurable_url with_variable{"https://own.test/", "API_URL"};
constexpr configurable_url without_variable{"https://own.test"};

TEST_CASE(
    "resolve_url: a variable that is set and not whitespace replaces the URL, and one slash at the end is removed") {
  struct {
    std::optional<std::string> value;
    std::string_view url;
  } const table[]{
      {std::nullopt, "https://own.test"},
      {"", "https://own.test"},
      {" \t\r\n", "https://own.test"},
      {"https://other.test", "https://other.test"},
      {"https://other.test/", "https://other.test"},
      {"https://other.test/a/", "https://other.test/a"},
      {"https://other.test//", "https://other.test/"},
      {" https://other.test/\n", "https://other.test"},
      {"/", ""},
      {"other", "other"},
  };
  for (const auto& row : table) {
    CAPTURE(row.value.value_or("(unset)"));
    CHECK(resolve_url(with_variable, row.value) == row.url);
  }
  CHECK(resolve_url(without_variable, std::nullopt) == "https://own.test");
}

service service_at(configurable_url api_url, configurable_url web_url = {}) {
  return {.name = "The Hub",
          .api_url = api_url,
          .web_url = web_url,
          .key_page_path = "/keys?tab=a+b",
          .key_header_format = {},
          .token_header_format = {},
          .verify_method = http_method::get,
          .verify_path = "",
          .check_response = nullptr};
}

TEST_CASE("key_page: is below the URL of the pages, and can be shown") {
  const auto service = service_at({}, {"https://web.test", "WEB_URL"});
  CHECK(key_page(service, std::nullopt) == "https://web.test/keys?tab=a+b");
  CHECK(key_page(service, "https://other.test/") == "https://other.test/keys?tab=a+b");
  CHECK(key_page(service, "https://\x1b[2Jother.test\n") == "https://[2Jother.test/keys?tab=a+b");
}

TEST_CASE("resolve_endpoint: a secure URL is used as it is resolved") {
  const auto own = resolve_endpoint(service_at(with_variable), std::nullopt);
  REQUIRE(own);
  CHECK(own->url == "https://own.test");
  CHECK(own->host == "own.test");

  const auto other = resolve_endpoint(service_at(with_variable), "http://127.0.0.1:8080/");
  REQUIRE(other);
  CHECK(other->url == "http://127.0.0.1:8080");
  CHECK(other->host == "127.0.0.1:8080");
}

TEST_CASE("resolve_endpoint: an insecure URL is refused; the error names its origin and does not repeat it") {
  constexpr auto no_url = " is not a URL that a key may be sent to";
  constexpr auto no_https = " must start with https:// (http:// only on loopback)";
  struct {
    configurable_url api_url;
    std::optional<std::string> value;
    std::string detail;
  } const table[]{
      {with_variable, "http://hub.test", std::string("API_URL") + no_https},
      {with_variable, "hub.test", std::string("API_URL") + no_https},
      {with_variable, "https://me:pw@hub.test", std::string("API_URL") + no_url},
      {with_variable, "/", std::string("API_URL") + no_https},
      {{"http://own.test", "API_URL"}, "http://own.test", std::string("API_URL") + no_https},
      {{"http://own.test", "API_URL"}, std::nullopt, std::string("the URL of The Hub") + no_https},
      {{"http://own.test", "API_URL"}, " ", std::string("the URL of The Hub") + no_https},
      {{"https://own test", "API_URL"}, std::nullopt, std::string("the URL of The Hub") + no_url},
      {{"http://own.test"}, std::nullopt, std::string("the URL of The Hub") + no_https},
      {without_variable, "http://hub.test", std::string("the URL of The Hub") + no_https},
  };
  for (const auto& row : table) {
    CAPTURE(row.detail);
    const auto refused = resolve_endpoint(service_at(row.api_url), row.value);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::insecure_url);
    CHECK(refused.error().detail == row.detail);
  }
}

}  // namespace
