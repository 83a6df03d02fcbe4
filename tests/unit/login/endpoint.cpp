// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/endpoint.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

struct variables {
  std::map<std::string_view, std::string> values;

  std::optional<std::string_view> get_env(const char* name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 0; }
};

static_assert(check_environment<variables>());

constexpr address with_variable{"https://own.test/", "ROOT"};
constexpr address without_variable{"https://own.test", ""};

TEST_CASE("resolve_url: a variable that is set and not whitespace names another address, and one slash at the end is dropped") {
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
  for (const auto& of : table) {
    CAPTURE(of.value.value_or("(unset)"));
    variables env;
    if (of.value) env.values["ROOT"] = *of.value;
    CHECK(resolve_url(with_variable, env) == of.url);
    CHECK(resolve_url(without_variable, env) == "https://own.test");
  }
  CHECK(resolve_url(without_variable, variables{{{"", "https://other.test"}}}) == "https://own.test");
}

service named(address root, address web = {}) {
  return {.name = "The Hub",
          .root = root,
          .web = web,
          .key_page = "/keys?tab=a+b",
          .key_env_var = "",
          .key_header_format = {},
          .token_header_format = {},
          .verify_method = http_method::get,
          .verify_path = "",
          .check_response = nullptr};
}

TEST_CASE("resolve_url: the page where keys are made is below the web's address, and can be shown") {
  const auto hub = named({}, {"https://web.test", "WEB"});
  CHECK(key_page(hub, variables{}) == "https://web.test/keys?tab=a+b");
  CHECK(key_page(hub, variables{{{"WEB", "https://other.test/"}}}) == "https://other.test/keys?tab=a+b");
  CHECK(key_page(hub, variables{{{"WEB", "https://\x1b[2Jother.test\n"}}}) == "https://[2Jother.test/keys?tab=a+b");
}

TEST_CASE("resolve_url: a good one is given as it is located") {
  const auto own = resolve_endpoint(named(with_variable), variables{});
  REQUIRE(own);
  CHECK(own->url == "https://own.test");
  CHECK(own->host == "own.test");

  const variables env{{{"ROOT", "http://127.0.0.1:8080/"}}};
  const auto other = resolve_endpoint(named(with_variable), env);
  REQUIRE(other);
  CHECK(other->url == "http://127.0.0.1:8080");
  CHECK(other->host == "127.0.0.1:8080");
}

TEST_CASE("resolve_url: a bad one is refused by name, and not repeated") {
  constexpr auto no_url = " is not a URL that a key may be sent to";
  constexpr auto no_https = " must begin with https:// (http:// only on loopback)";
  struct {
    address root;
    std::optional<std::string> value;
    std::string detail;
  } const table[]{
      {with_variable, "http://hub.test", std::string("ROOT") + no_https},
      {with_variable, "hub.test", std::string("ROOT") + no_https},
      {with_variable, "https://me:pw@hub.test", std::string("ROOT") + no_url},
      {with_variable, "/", std::string("ROOT") + no_https},
      {{"http://own.test", "ROOT"}, "http://own.test", std::string("ROOT") + no_https},
      {{"http://own.test", "ROOT"}, std::nullopt, std::string("The Hub") + no_https},
      {{"http://own.test", "ROOT"}, " ", std::string("The Hub") + no_https},
      {{"https://own test", "ROOT"}, std::nullopt, std::string("The Hub") + no_url},
      {{"http://own.test", ""}, std::nullopt, std::string("The Hub") + no_https},
  };
  for (const auto& of : table) {
    CAPTURE(of.detail);
    variables env;
    if (of.value) env.values["ROOT"] = *of.value;
    const auto refused = resolve_endpoint(named(of.root), env);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::insecure_url);
    CHECK(refused.error().detail == of.detail);
  }
}

}  // namespace
