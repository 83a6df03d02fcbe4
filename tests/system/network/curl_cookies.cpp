// SPDX-License-Identifier: BSL-1.0
//
// Which cookies are sent where. They come from the user's cookie file only, and no cookie that a server sets is kept
// after the request. So libcurl needs no list of public suffixes (RFC 6265 section 5.3, step 5).

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "support/sending.hpp"
#include "support/temporary_directory.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

}  // namespace

TEST_CASE("curl_cookies: there are cookies if there is a cookie file") {
  CHECK_FALSE(curl_transport().has_cookies());
  CHECK(curl_transport(curl_options{.cookie_file = "anywhere"}).has_cookies());
}

TEST_CASE("curl_cookies: cookies are sent only if the request asks for them, and only to their host and path") {
  const temporary_directory directory;
  const auto cookies = directory.write(
      "cookies", "# Netscape HTTP Cookie File\n" + cookie_line("127.0.0.1", "/", "0", "ours") +
                     cookie_line("127.0.0.1", "/other", "0", "elsewhere") +
                     cookie_line("example.com", "/", "0", "theirs") + cookie_line("127.0.0.1", "/v1", "1", "expired"));
  scripted_server server;
  curl_transport transport(curl_options{.cookie_file = cookies});
  const auto url = server.url() + "/v1/auth/auto";
  REQUIRE(transport.send(post(url)));
  REQUIRE(transport.send(post_with_cookies(url)));
  REQUIRE(transport.send(post(url)));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].all("cookie").empty());
  CHECK(single_value(requests[1], "cookie") == "session=ours");
  CHECK(requests[2].all("cookie").empty());
  CHECK(server.connections() == 1);
}

TEST_CASE("curl_cookies: HttpOnly cookies are sent, and the file is read for each request") {
  const temporary_directory directory;
  const auto cookies = directory.write("cookies", "#HttpOnly_" + cookie_line("127.0.0.1", "/", "0", "first"));
  scripted_server server;
  curl_transport transport(curl_options{.cookie_file = cookies});
  REQUIRE(transport.send(post_with_cookies(server.url())));
  directory.write("cookies", cookie_line("127.0.0.1", "/", "0", "second"));
  REQUIRE(transport.send(post_with_cookies(server.url())));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(single_value(requests[0], "cookie") == "session=first");
  CHECK(single_value(requests[1], "cookie") == "session=second");
}

TEST_CASE("curl_cookies: a cookie that a server sets is never sent back") {
  const temporary_directory directory;
  const auto cookies = directory.write("cookies", cookie_line("127.0.0.1", "/", "0", "ours"));
  scripted_server server([](const received_request&) {
    return scripted_response{.headers = {{"Set-Cookie", "tracker=1; path=/"}, {"Set-Cookie", "session=other; path=/"}}};
  });
  curl_transport transport(curl_options{.cookie_file = cookies});
  for (bool send_cookies : {false, true, false, false, true}) {
    REQUIRE(transport.send({.url = server.url(), .send_cookies = send_cookies}));
    const auto sent = server.requests().back().all("cookie");
    CHECK(sent == (send_cookies ? std::vector<std::string>{"session=ours"} : std::vector<std::string>{}));
  }
}

TEST_CASE("curl_cookies: a cookie file that cannot be read is an error, and no request is sent") {
  const temporary_directory directory;
  scripted_server server;
  for (const auto& cookies : {directory / "missing", directory.path(), directory.write("page", "<html>")}) {
    CAPTURE(cookies);
    curl_transport transport(curl_options{.cookie_file = cookies});
    const auto response = transport.send(post_with_cookies(server.url()));
    REQUIRE_FALSE(response);
    CHECK(response.error().code == errc::cookies_unreadable);
    CHECK(response.error().detail.starts_with(cookies + ": "));
    CHECK(transport.send(post(server.url())));  // the file is not read
  }
  CHECK(server.requests().size() == 3);
}

namespace {

/// The cookies that a request to this URL sends; empty: none.
std::string sent_to(curl_transport& transport, const std::string& url, const tls_server& server) {
  REQUIRE(transport.send(post_with_cookies(url)));
  const auto head = server.requests().back();
  const auto start = head.find("\r\nCookie: ");
  return start == head.npos ? "" : head.substr(start + 10, head.find("\r\n", start + 10) - start - 10);
}

}  // namespace

TEST_CASE("curl_cookies: cookies are sent to their host, and to its subdomains if the file says so") {
  const trust known;
  const tls_server server(known.trusted());
  const auto line = [](const std::string& domain, const char* include_subdomains, const std::string& name) {
    return domain + "\t" + include_subdomains + "\t/\tFALSE\t0\t" + name + "\tx\n";
  };
  const auto cookies = known.directory.write(
      "cookies", line("localhost", "FALSE", "top") + line("a.localhost", "FALSE", "exact") +
                     line(".a.localhost", "TRUE", "below") + line("deep.a.localhost", "FALSE", "deep") +
                     line("127.0.0.1", "FALSE", "address") + line(".0.0.1", "TRUE", "part") +
                     line("host", "TRUE", "end"));
  auto transport = known.transport({.cookie_file = cookies});
  const auto sent_to_host = [&](const std::string& host) {
    const auto sent = sent_to(transport, server.url(host), server);
    std::string names;
    for (const char* name : {"top", "exact", "below", "deep", "address", "part", "end"})
      if (contains(sent, name + std::string("=x"))) names += std::string(" ") + name;
    return names;
  };
  CHECK(sent_to_host("127.0.0.1") == " address");
  CHECK(sent_to_host("localhost") == " top");
  CHECK(sent_to_host("a.localhost") == " exact below");
  CHECK(sent_to_host("deep.a.localhost") == " below deep");
  CHECK(sent_to_host("b.localhost") == "");
}

TEST_CASE("curl_cookies: a cookie for https is sent over TLS, and without TLS only on loopback") {
  const trust known;
  const tls_server https(known.trusted());
  scripted_server http;
  const auto cookies = known.directory.write("cookies", cookie_line("a.localhost", "/", "0", "for-https", "TRUE") +
                                                            cookie_line("127.0.0.1", "/", "0", "for-https", "TRUE"));
  auto transport = known.transport({.cookie_file = cookies});
  CHECK(sent_to(transport, https.url("a.localhost"), https) == "session=for-https");
  CHECK(sent_to(transport, https.url(), https) == "session=for-https");

  const auto port = http.url().substr(http.url().rfind(':'));
  REQUIRE(transport.send(post_with_cookies("http://a.localhost" + port)));
  REQUIRE(transport.send(post_with_cookies(http.url())));
  REQUIRE(http.requests().size() == 2);
  CHECK(http.requests()[0].all("cookie").empty());
  CHECK(http.requests()[1].all("cookie") == std::vector<std::string>{"session=for-https"});
}

TEST_CASE("curl_cookies: a cookie that a server sets is sent to no host, whatever its domain") {
  const trust known;
  const tls_server server(known.trusted(), [](const std::string&) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    for (const char* domain : {"", "; Domain=localhost", "; Domain=.localhost", "; Domain=a.localhost",
                               "; Domain=b.localhost", "; Domain=example", "; Domain=co.uk", "; Domain=."})
      head += std::string("Set-Cookie: session=set; Path=/") + domain + "\r\n";
    return head + "\r\n";
  });
  const auto cookies = known.directory.write("cookies", cookie_line("example.com", "/", "0", "ours"));
  auto transport = known.transport({.cookie_file = cookies});
  for (int round = 0; round != 2; ++round)
    for (const char* host : {"a.localhost", "b.localhost", "localhost", "127.0.0.1"}) {
      CAPTURE(host);
      CHECK(sent_to(transport, server.url(host), server) == "");
    }
}

TEST_CASE("curl_cookies: a server with an untrusted certificate receives no cookie") {
  const trust known;
  const tls_server server(tls::issue({}, &known.foreign));
  const auto cookies = known.directory.write("cookies", cookie_line("127.0.0.1", "/", "0", "ours"));
  auto transport = known.transport({.cookie_file = cookies});
  const auto response = transport.send(post_with_cookies(server.url()));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == errc::tls_error);
  CHECK(server.requests().empty());
}
