// SPDX-License-Identifier: BSL-1.0
//
// Which cookies go where. A request takes them from the user's own file alone, and nothing that a server sets outlives
// it: so it does not matter whether libcurl knows the list of public suffixes (RFC 6265 section 5.3, step 5).

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "support/temporary_directory.hpp"
#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

using namespace prompting;
using testing::scripted_response;
using testing::scripted_server;

TEST_CASE("curl_cookies: there are cookies when there is a file for them") {
  CHECK_FALSE(curl_transport().has_cookies());
  CHECK(curl_transport(curl_options{.cookie_file = "anywhere"}).has_cookies());
}

TEST_CASE("curl_cookies: cookies go only along with a request that is to have them, and to their host and path") {
  const temporary_directory here;
  const auto jar =
      here.write("jar", "# Netscape HTTP Cookie File\n" + jar_line("127.0.0.1", "/", "0", "ours") +
                            jar_line("127.0.0.1", "/other", "0", "elsewhere") +
                            jar_line("example.com", "/", "0", "theirs") + jar_line("127.0.0.1", "/v1", "1", "expired"));
  scripted_server server;
  curl_transport transport(curl_options{.cookie_file = jar});
  const auto url = server.root() + "/v1/auth/auto";
  REQUIRE(transport.send(post(url)));
  REQUIRE(transport.send(post_with_cookies(url)));
  REQUIRE(transport.send(post(url)));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].all("cookie").empty());
  CHECK(one_of_each(seen[1], "cookie") == "session=ours");
  CHECK(seen[2].all("cookie").empty());
  CHECK(server.connections() == 1);
}

TEST_CASE("curl_cookies: cookies marked as for HTTP only are sent, and a file is read anew each time") {
  const temporary_directory here;
  const auto jar = here.write("jar", "#HttpOnly_" + jar_line("127.0.0.1", "/", "0", "first"));
  scripted_server server;
  curl_transport transport(curl_options{.cookie_file = jar});
  REQUIRE(transport.send(post_with_cookies(server.root())));
  here.write("jar", jar_line("127.0.0.1", "/", "0", "second"));
  REQUIRE(transport.send(post_with_cookies(server.root())));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 2);
  CHECK(one_of_each(seen[0], "cookie") == "session=first");
  CHECK(one_of_each(seen[1], "cookie") == "session=second");
}

TEST_CASE("curl_cookies: what a server sets never comes back to it") {
  const temporary_directory here;
  const auto jar = here.write("jar", jar_line("127.0.0.1", "/", "0", "ours"));
  scripted_server server([](const testing::seen_request&) {
    return scripted_response{.headers = {{"Set-Cookie", "tracker=1; path=/"}, {"Set-Cookie", "session=other; path=/"}}};
  });
  curl_transport transport(curl_options{.cookie_file = jar});
  for (bool send_cookies : {false, true, false, false, true}) {
    auto asked = post(server.root());
    request.send_cookies = send_cookies;
    REQUIRE(transport.send(request));
    const auto cookies = server.requests().back().all("cookie");
    CHECK(cookies == (send_cookies ? std::vector<std::string>{"session=ours"} : std::vector<std::string>{}));
  }
}

TEST_CASE("curl_cookies: a cookie file that can't be read is an error, and nothing is asked") {
  const temporary_directory here;
  scripted_server server;
  for (const auto& jar : {here / "missing", here.path(), here.write("page", "<html>")}) {
    CAPTURE(jar);
    curl_transport transport(curl_options{.cookie_file = jar});
    const auto got = transport.send(post_with_cookies(server.root()));
    REQUIRE_FALSE(got);
    CHECK(got.error().code == errc::cookies_unreadable);
    CHECK(got.error().detail.starts_with(jar + ": "));
    CHECK(transport.send(post(server.root())));  // without cookies nobody looks at it
  }
  CHECK(server.requests().size() == 3);
}

namespace {

/// The cookies that a request to this URL carries, as one text; empty: none.
std::string sent_to(curl_transport& transport, const std::string& url, const tls_server& server) {
  REQUIRE(transport.send(post_with_cookies(url)));
  const auto head = server.requests().back();
  const auto start = head.find("\r\nCookie: ");
  return start == head.npos ? "" : head.substr(start + 10, head.find("\r\n", start + 10) - start - 10);
}

}  // namespace

TEST_CASE("curl_cookies: cookies go to their own host, and to those below it when they say so") {
  const trust known;
  const tls_server server(known.trusted());
  const auto line = [](const std::string& domain, const char* with_subdomains, const std::string& name) {
    return domain + "\t" + with_subdomains + "\t/\tFALSE\t0\t" + name + "\tx\n";
  };
  const auto jar = known.directory.write(
      "jar", line("localhost", "FALSE", "top") + line("a.localhost", "FALSE", "exact") +
                 line(".a.localhost", "TRUE", "below") + line("deep.a.localhost", "FALSE", "deep") +
                 line("127.0.0.1", "FALSE", "address") + line(".0.0.1", "TRUE", "part") + line("host", "TRUE", "end"));
  auto transport = known.transport({.cookie_file = jar});
  const auto cookies = [&](const std::string& host) {
    const auto sent = sent_to(transport, server.root(host), server);
    std::string names;
    for (const char* name : {"top", "exact", "below", "deep", "address", "part", "end"})
      if (holds(sent, name + std::string("=x"))) names += std::string(" ") + name;
    return names;
  };
  CHECK(cookies("127.0.0.1") == " address");
  CHECK(cookies("localhost") == " top");
  CHECK(cookies("a.localhost") == " exact below");
  CHECK(cookies("deep.a.localhost") == " below deep");
  CHECK(cookies("b.localhost") == "");
}

TEST_CASE("curl_cookies: a cookie for https goes over TLS, and in clear to nobody but this very machine") {
  const trust known;
  const tls_server tls(known.trusted());
  scripted_server plain;
  const auto jar = known.directory.write(
      "jar", jar_line("a.localhost", "/", "0", "for-https", true) + jar_line("127.0.0.1", "/", "0", "for-https", true));
  auto transport = known.transport({.cookie_file = jar});
  CHECK(sent_to(transport, tls.root("a.localhost"), tls) == "session=for-https");
  CHECK(sent_to(transport, tls.root(), tls) == "session=for-https");

  const auto port = plain.root().substr(plain.root().rfind(':'));
  REQUIRE(transport.send(post_with_cookies("http://a.localhost" + port)));
  REQUIRE(transport.send(post_with_cookies(plain.root())));
  REQUIRE(plain.requests().size() == 2);
  CHECK(plain.requests()[0].all("cookie").empty());
  CHECK(plain.requests()[1].all("cookie") == std::vector<std::string>{"session=for-https"});
}

TEST_CASE("curl_cookies: what a server sets goes to no other host, whatever domain it names") {
  const trust known;
  const tls_server server(known.trusted(), [](const std::string&) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    for (const char* domain : {"", "; Domain=localhost", "; Domain=.localhost", "; Domain=a.localhost",
                               "; Domain=b.localhost", "; Domain=example", "; Domain=co.uk", "; Domain=."})
      head += std::string("Set-Cookie: session=set; Path=/") + domain + "\r\n";
    return head + "\r\n";
  });
  const auto jar = known.directory.write("jar", jar_line("example.com", "/", "0", "ours"));
  auto transport = known.transport({.cookie_file = jar});
  for (int round = 0; round != 2; ++round)
    for (const char* host : {"a.localhost", "b.localhost", "localhost", "127.0.0.1"}) {
      CAPTURE(host);
      CHECK(sent_to(transport, server.root(host), server) == "");
    }
}

TEST_CASE("curl_cookies: a server that must not be believed gets no cookie") {
  const trust known;
  const tls_server server(tls::issue({}, &known.foreign));
  const auto jar = known.directory.write("jar", jar_line("127.0.0.1", "/", "0", "ours"));
  auto transport = known.transport({.cookie_file = jar});
  const auto got = transport.send(post_with_cookies(server.root()));
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::tls_error);
  CHECK(server.requests().empty());
}
