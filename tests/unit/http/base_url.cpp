// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/base_url.hpp"

#include <cstddef>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::string_view_literals;
using detail::base_url_error;

struct row {
  std::string_view url, host;
  base_url_error error = base_url_error::none;

  constexpr bool holds() const {
    const auto parsed = detail::parse_base_url(url);
    return parsed.error == error && (error != base_url_error::none || parsed.host == host);
  }
};

constexpr row ok(std::string_view url, std::string_view host) { return {url, host}; }
constexpr row bad(std::string_view url, base_url_error error) { return {url, {}, error}; }

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

    bad("", base_url_error::not_https),
    bad("hub.test", base_url_error::not_https),
    bad("//hub.test", base_url_error::not_https),
    bad("ftp://hub.test", base_url_error::not_https),
    bad("file:///etc/passwd", base_url_error::not_https),
    bad("HTTPS://hub.test", base_url_error::not_https),
    bad("https:/hub.test", base_url_error::not_https),
    bad("https:hub.test", base_url_error::not_https),
    bad("http:/127.0.0.1", base_url_error::not_https),
    bad("http://hub.test", base_url_error::not_https),
    bad("http://127.0.0.2", base_url_error::not_https),
    bad("http://127.0.0.11", base_url_error::not_https),
    bad("http://127.0.0.1.test", base_url_error::not_https),
    bad("http://127.1", base_url_error::not_https),
    bad("http://localhost.test", base_url_error::not_https),
    bad("http://test.localhost", base_url_error::not_https),
    bad("http://LOCALHOST", base_url_error::not_https),
    bad("http://[::2]", base_url_error::not_https),
    bad("http://[0:0:0:0:0:0:0:1]", base_url_error::not_https),
    bad("http://0.0.0.0", base_url_error::not_https),
    bad("http://hub.test:8080/127.0.0.1", base_url_error::not_https),

    bad("https://", base_url_error::not_a_url),
    bad("https:///", base_url_error::not_a_url),
    bad("https:///hub.test", base_url_error::not_a_url),
    bad("http://", base_url_error::not_a_url),
    bad("https://:443", base_url_error::not_a_url),
    bad("https://hub.test:", base_url_error::not_a_url),
    bad("https://hub.test:/a", base_url_error::not_a_url),
    bad("https://hub.test:123456", base_url_error::not_a_url),
    bad("https://hub.test:80a", base_url_error::not_a_url),
    bad("https://hub.test:a80", base_url_error::not_a_url),
    bad("https://hub.test:8:0", base_url_error::not_a_url),
    bad("https://hub.test::80", base_url_error::not_a_url),
    bad("https://hub.test:+80", base_url_error::not_a_url),
    bad("https://2001:db8::1", base_url_error::not_a_url),
    bad("https://[]", base_url_error::not_a_url),
    bad("https://[]:80", base_url_error::not_a_url),
    bad("https://[::1", base_url_error::not_a_url),
    bad("https://::1]", base_url_error::not_a_url),
    bad("https://[", base_url_error::not_a_url),
    bad("https://]", base_url_error::not_a_url),
    bad("https://[::1]x", base_url_error::not_a_url),
    bad("https://[::1]80", base_url_error::not_a_url),
    bad("https://[::1]:", base_url_error::not_a_url),
    bad("https://[::1]]", base_url_error::not_a_url),
    bad("https://[[::1]", base_url_error::not_a_url),
    bad("https://[[::1]]", base_url_error::not_a_url),
    bad("https://[::1x]", base_url_error::not_a_url),
    bad("https://[x::1]", base_url_error::not_a_url),
    bad("https://[hub.test]", base_url_error::not_a_url),
    bad("https://[fe80::1%25eth0]", base_url_error::not_a_url),
    bad("https://hub[.test", base_url_error::not_a_url),
    bad("https://hub].test", base_url_error::not_a_url),
    bad("https://hub%2etest", base_url_error::not_a_url),
    bad("https://hub+test", base_url_error::not_a_url),
    bad("https://hub~test", base_url_error::not_a_url),
    bad("https://me@hub.test", base_url_error::not_a_url),
    bad("https://me:pw@hub.test", base_url_error::not_a_url),
    bad("https://hub.test@evil.test", base_url_error::not_a_url),
    bad("http://127.0.0.1@evil.test", base_url_error::not_a_url),
    bad("https://hub.test?a=b", base_url_error::not_a_url),
    bad("https://hub.test#a", base_url_error::not_a_url),
    bad("https://hub.test\\a", base_url_error::not_a_url),
    bad("https://hub.test\\@evil.test", base_url_error::not_a_url),
    bad("https://hub test", base_url_error::not_a_url),
    bad(" https://hub.test", base_url_error::not_a_url),
    bad("https://hub.test ", base_url_error::not_a_url),
    bad("https://hub.test\r\nx: y", base_url_error::not_a_url),
    bad("https://hub.test\0"sv, base_url_error::not_a_url),
    bad("https://m\xc3\xb6hre.test", base_url_error::not_a_url),
    bad("https://hub.test/\x7f", base_url_error::not_a_url),
};

constexpr std::size_t first_wrong() {
  std::size_t i = 0;
  while (i != std::size(rows) && rows[i].holds()) ++i;
  return i;
}

static_assert(first_wrong() == std::size(rows));

TEST_CASE("base_url: https is valid, http only on loopback, and an ambiguous URL never") {
  for (const auto& row : rows) {
    CAPTURE(std::string(row.url));
    CHECK(row.holds());
  }
}

TEST_CASE("base_url: the valid characters of a path") {
  constexpr auto valid = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/[]%+"sv;
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    const bool is_valid = valid.find(c) != std::string_view::npos;
    CHECK((detail::parse_base_url(std::string("https://hub.test/") + c).error == base_url_error::none) == is_valid);
    CHECK((detail::parse_base_url(c + std::string("https://hub.test/")).error == base_url_error::not_a_url) ==
          !is_valid);
  }
}

TEST_CASE("base_url: the valid characters of a host name") {
  constexpr auto valid = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/"sv;
  constexpr auto valid_in_brackets = "ABCDEFabcdef0123456789.:"sv;
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    CHECK((detail::parse_base_url(std::string("https://hub") + c + "test").error == base_url_error::none) ==
          (valid.find(c) != std::string_view::npos));
    CHECK((detail::parse_base_url(std::string("https://[::") + c + "1]").error == base_url_error::none) ==
          (valid_in_brackets.find(c) != std::string_view::npos));
  }
}

}  // namespace
