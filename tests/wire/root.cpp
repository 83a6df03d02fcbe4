// SPDX-License-Identifier: BSL-1.0
#include "hubauth/wire/root.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::string_view_literals;
using wire::root_fault;

// split_root

struct row {
  std::string_view url, host;
  root_fault fault = root_fault::none;

  constexpr bool holds() const {
    const auto parts = wire::split_root(url);
    return parts.fault == fault && (fault != root_fault::none || parts.host == host);
  }
};

constexpr row ok(std::string_view url, std::string_view host) { return {url, host}; }
constexpr row bad(std::string_view url, root_fault fault) { return {url, {}, fault}; }

constexpr row rows[]{
    ok("https://hub.test", "hub.test"),
    ok("https://h", "h"),
    ok("https://HUB.test", "HUB.test"),
    ok("https://azAZ09-._.test", "azAZ09-._.test"),
    ok("https://hub.test:1", "hub.test:1"),
    ok("https://hub.test:01234", "hub.test:01234"),
    ok("https://hub.test:56789", "hub.test:56789"),
    ok("https://hub.test/a/b", "hub.test"),
    ok("https://hub.test/a-b._~%20+c:d[e]", "hub.test"),
    ok("https://hub.test/", "hub.test"),
    ok("https://hub.test:8443/a", "hub.test:8443"),
    ok("https://hub.test/a:b", "hub.test"),
    ok("https://192.0.2.1", "192.0.2.1"),
    ok("https://[2001:db8::1]", "[2001:db8::1]"),
    ok("https://[::]", "[::]"),
    ok("https://[::1]:8443/a", "[::1]:8443"),
    ok("https://[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"),
    ok("https://[2001:DB8::AF]", "[2001:DB8::AF]"),
    ok("http://127.0.0.1", "127.0.0.1"),
    ok("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
    ok("http://[::1]", "[::1]"),
    ok("http://[::1]:8080", "[::1]:8080"),
    ok("http://localhost", "localhost"),
    ok("http://localhost:65535/", "localhost:65535"),
    ok("https://localhost", "localhost"),

    bad("", root_fault::not_https),
    bad("hub.test", root_fault::not_https),
    bad("//hub.test", root_fault::not_https),
    bad("ftp://hub.test", root_fault::not_https),
    bad("file:///etc/passwd", root_fault::not_https),
    bad("HTTPS://hub.test", root_fault::not_https),
    bad("https:/hub.test", root_fault::not_https),
    bad("https:hub.test", root_fault::not_https),
    bad("http:/127.0.0.1", root_fault::not_https),
    bad("http://hub.test", root_fault::not_https),
    bad("http://127.0.0.2", root_fault::not_https),
    bad("http://127.0.0.11", root_fault::not_https),
    bad("http://127.0.0.1.test", root_fault::not_https),
    bad("http://127.1", root_fault::not_https),
    bad("http://localhost.test", root_fault::not_https),
    bad("http://test.localhost", root_fault::not_https),
    bad("http://LOCALHOST", root_fault::not_https),
    bad("http://[::2]", root_fault::not_https),
    bad("http://[0:0:0:0:0:0:0:1]", root_fault::not_https),
    bad("http://0.0.0.0", root_fault::not_https),
    bad("http://hub.test:8080/127.0.0.1", root_fault::not_https),

    bad("https://", root_fault::not_a_url),
    bad("https:///", root_fault::not_a_url),
    bad("https:///hub.test", root_fault::not_a_url),
    bad("http://", root_fault::not_a_url),
    bad("https://:443", root_fault::not_a_url),
    bad("https://hub.test:", root_fault::not_a_url),
    bad("https://hub.test:/a", root_fault::not_a_url),
    bad("https://hub.test:123456", root_fault::not_a_url),
    bad("https://hub.test:80a", root_fault::not_a_url),
    bad("https://hub.test:a80", root_fault::not_a_url),
    bad("https://hub.test:8:0", root_fault::not_a_url),
    bad("https://hub.test::80", root_fault::not_a_url),
    bad("https://hub.test:+80", root_fault::not_a_url),
    bad("https://2001:db8::1", root_fault::not_a_url),
    bad("https://[]", root_fault::not_a_url),
    bad("https://[]:80", root_fault::not_a_url),
    bad("https://[::1", root_fault::not_a_url),
    bad("https://::1]", root_fault::not_a_url),
    bad("https://[", root_fault::not_a_url),
    bad("https://]", root_fault::not_a_url),
    bad("https://[::1]x", root_fault::not_a_url),
    bad("https://[::1]80", root_fault::not_a_url),
    bad("https://[::1]:", root_fault::not_a_url),
    bad("https://[::1]]", root_fault::not_a_url),
    bad("https://[[::1]", root_fault::not_a_url),
    bad("https://[[::1]]", root_fault::not_a_url),
    bad("https://[::1x]", root_fault::not_a_url),
    bad("https://[x::1]", root_fault::not_a_url),
    bad("https://[hub.test]", root_fault::not_a_url),
    bad("https://[fe80::1%25eth0]", root_fault::not_a_url),
    bad("https://hub[.test", root_fault::not_a_url),
    bad("https://hub].test", root_fault::not_a_url),
    bad("https://hub%2etest", root_fault::not_a_url),
    bad("https://hub+test", root_fault::not_a_url),
    bad("https://hub~test", root_fault::not_a_url),
    bad("https://me@hub.test", root_fault::not_a_url),
    bad("https://me:pw@hub.test", root_fault::not_a_url),
    bad("https://hub.test@evil.test", root_fault::not_a_url),
    bad("http://127.0.0.1@evil.test", root_fault::not_a_url),
    bad("https://hub.test?a=b", root_fault::not_a_url),
    bad("https://hub.test#a", root_fault::not_a_url),
    bad("https://hub.test\\a", root_fault::not_a_url),
    bad("https://hub.test\\@evil.test", root_fault::not_a_url),
    bad("https://hub test", root_fault::not_a_url),
    bad(" https://hub.test", root_fault::not_a_url),
    bad("https://hub.test ", root_fault::not_a_url),
    bad("https://hub.test\r\nx: y", root_fault::not_a_url),
    bad("https://hub.test\0"sv, root_fault::not_a_url),
    bad("https://m\xc3\xb6hre.test", root_fault::not_a_url),
    bad("https://hub.test/\x7f", root_fault::not_a_url),
};

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != std::size(rows) && rows[i].holds()) ++i;
  return i;
}

static_assert(first_wrong() == std::size(rows));

TEST_CASE("root: https is good, http is on loopback only, and what is read in two ways is no URL") {
  for (const auto& of : rows) {
    CAPTURE(std::string(of.url));
    CHECK(of.holds());
  }
}

TEST_CASE("root: of all bytes only these may stand in a path") {
  constexpr auto good = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/[]%+"sv;
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    const bool is_good = good.find(c) != std::string_view::npos;
    CHECK((wire::split_root(std::string("https://hub.test/") + c).fault == root_fault::none) == is_good);
    CHECK((wire::split_root(c + std::string("https://hub.test/")).fault == root_fault::not_a_url) == !is_good);
  }
}

TEST_CASE("root: of all bytes only these may stand in a host's name") {
  constexpr auto good = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/"sv;
  constexpr auto good_in_brackets = "ABCDEFabcdef0123456789.:"sv;
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    CHECK((wire::split_root(std::string("https://hub") + c + "test").fault == root_fault::none) ==
          (good.find(c) != std::string_view::npos));
    CHECK((wire::split_root(std::string("https://[::") + c + "1]").fault == root_fault::none) ==
          (good_in_brackets.find(c) != std::string_view::npos));
  }
}

// Where a service is

struct variables {
  std::map<std::string_view, std::string> values;

  std::optional<std::string_view> variable(const char* name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  bool browser_at_hand() const { return false; }
  std::int64_t now() const { return 0; }
};

static_assert(check_environment<variables>());

constexpr address with_variable{"https://own.test/", "ROOT"};
constexpr address without_variable{"https://own.test", ""};

TEST_CASE("root: a variable that is set and not blank names another address, and one slash at the end is dropped") {
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
    CHECK(wire::locate(with_variable, env) == of.url);
    CHECK(wire::locate(without_variable, env) == "https://own.test");
  }
  CHECK(wire::locate(without_variable, variables{{{"", "https://other.test"}}}) == "https://own.test");
}

service named(address root, address web = {}) {
  return {.name = "The Hub",
          .root = root,
          .web = web,
          .keys_page = "/keys?tab=a+b",
          .key_variable = "",
          .key_header = {},
          .token_header = {},
          .verify_method = method::get,
          .verify_path = "",
          .judge = nullptr};
}

TEST_CASE("root: the page where keys are made is below the web's address, and can be shown") {
  const auto hub = named({}, {"https://web.test", "WEB"});
  CHECK(wire::keys_page(hub, variables{}) == "https://web.test/keys?tab=a+b");
  CHECK(wire::keys_page(hub, variables{{{"WEB", "https://other.test/"}}}) == "https://other.test/keys?tab=a+b");
  CHECK(wire::keys_page(hub, variables{{{"WEB", "https://\x1b[2Jother.test\n"}}}) ==
        "https://[2Jother.test/keys?tab=a+b");
}

TEST_CASE("root: a good one is given as it is located") {
  const auto own = wire::locate_root(named(with_variable), variables{});
  REQUIRE(own);
  CHECK(*own == "https://own.test");

  const variables env{{{"ROOT", "http://127.0.0.1:8080/"}}};
  const auto other = wire::locate_root(named(with_variable), env);
  REQUIRE(other);
  CHECK(*other == "http://127.0.0.1:8080");
}

TEST_CASE("root: a bad one is refused by name, and not repeated") {
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
    const auto refused = wire::locate_root(named(of.root), env);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::insecure_root);
    CHECK(refused.error().detail == of.detail);
  }
}

}  // namespace
