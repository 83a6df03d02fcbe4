// SPDX-License-Identifier: BSL-1.0
#include "hubauth/wire/root.hpp"

#include <cstddef>
#include <iterator>
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

}  // namespace
