// SPDX-License-Identifier: BSL-1.0
#include "hubauth/transport/curl.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"
#include "transport/untrusted_server.hpp"

using namespace hubauth;
using testing::scripted_reply;
using testing::scripted_server;

static_assert(std::is_nothrow_move_constructible_v<curl_transport> && !std::is_copy_constructible_v<curl_transport>);

namespace {

constexpr std::string_view key_text = "made-up.key";

credential some_key() {
  auto parsed = api_key::parse(key_text);
  REQUIRE(parsed);
  return credential(std::move(parsed->key), {}, header_form{"x-api-key", ""});
}

request post(std::string url) { return {.url = std::move(url)}; }

request post_with_cookies(std::string url) {
  auto asked = post(std::move(url));
  asked.with_cookies = true;
  return asked;
}

std::string https(const scripted_server& server) { return "https" + server.root().substr(4); }

/// The failure of a request that must not succeed; it says nothing of the URL nor of the key.
failure failing(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  const auto got = transport.send({.url = url, .credential = key.header()});
  REQUIRE_FALSE(got);
  CHECK(got.error().detail.find("127.0.0.1") == std::string::npos);
  CHECK(got.error().detail.find(key_text) == std::string::npos);
  return got.error();
}

failure failing(const scripted_reply& answer) {
  scripted_server server;
  server.script({}, answer);
  curl_transport transport;
  return failing(transport, server.root());
}

std::string one_of_each(const testing::seen_request& seen, std::string_view name) {
  const auto values = seen.all(name);
  REQUIRE(values.size() == 1);
  return values.front();
}

/// A port of 127.0.0.1 that is taken, and where nobody listens.
class silent_port {
 public:
  silent_port() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
  }
  silent_port(const silent_port&) = delete;
  silent_port& operator=(const silent_port&) = delete;
  ~silent_port() { ::close(socket_); }

  std::string root() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
};

}  // namespace

// What is sent.

TEST_CASE("curl: a post is one request with one credential and an empty body") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(transport.send({.url = server.root() + "/v1/auth", .credential = key.header()}));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == "POST");
  CHECK(seen[0].target == "/v1/auth");
  CHECK(seen[0].body.empty());

  std::vector<std::string> names;
  for (const auto& field : seen[0].headers) names.push_back(field.first);
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"accept", "content-length", "host", "user-agent", "x-api-key"});
  CHECK(one_of_each(seen[0], "accept") == "application/json");
  CHECK(one_of_each(seen[0], "content-length") == "0");
  CHECK(one_of_each(seen[0], "user-agent") == "hubauth/0.1");
  CHECK(one_of_each(seen[0], "x-api-key") == key_text);
}

TEST_CASE("curl: a get has no body at all") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(transport.send({.verb = method::get, .url = server.root() + "/api/settings", .credential = key.header()}));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == "GET");
  CHECK(seen[0].all("content-length").empty());
  CHECK(one_of_each(seen[0], "x-api-key") == key_text);
}

TEST_CASE("curl: what one request was told, the next one has forgotten") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(transport.send({.verb = method::get, .url = server.root(), .credential = key.header()}));
  REQUIRE(transport.send(post(server.root())));
  REQUIRE(transport.send({.verb = method::get, .url = server.root()}));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].all("x-api-key").size() == 1);
  CHECK(seen[1].all("x-api-key").empty());
  CHECK(seen[1].method == "POST");
  CHECK(seen[2].all("x-api-key").empty());
  CHECK(seen[2].method == "GET");
}

TEST_CASE("curl: three attempts need one connection, a moved transport included") {
  scripted_server server;
  curl_transport first;
  REQUIRE(first.send(post(server.root())));
  REQUIRE(first.send(post(server.root())));
  curl_transport second(std::move(first));
  REQUIRE(second.send(post(server.root())));
  CHECK(server.requests().size() == 3);
  CHECK(server.connections() == 1);
}

// What comes back.

TEST_CASE("curl: any status is a reply") {
  scripted_server server;
  curl_transport transport;
  for (int status : {200, 201, 300, 304, 400, 401, 403, 404, 407, 408, 418, 429, 500, 503, 599}) {
    CAPTURE(status);
    server.script({}, {.status = status, .body = status == 304 ? "" : R"({"success": false})"});
    const auto got = transport.send(post(server.root()));
    REQUIRE(got);
    CHECK(got->status == status);
    CHECK(got->body == (status == 304 ? "" : R"({"success": false})"));
  }
  CHECK(server.requests().size() == 15);
}

TEST_CASE("curl: the times that a service names are kept, whatever the case of the names") {
  scripted_server server;
  curl_transport transport;
  server.script({}, {.status = 429, .headers = {{"RETRY-after", " 7 "}, {"X-RateLimit-Reset", "2026-11-24T15:00Z"}}});
  const auto named = transport.send(post(server.root()));
  REQUIRE(named);
  CHECK(named->retry_after == "7");
  CHECK(named->rate_limit_reset == "2026-11-24T15:00Z");

  const auto unnamed = transport.send(post(server.root()));
  REQUIRE(unnamed);
  CHECK(unnamed->retry_after.empty());
  CHECK(unnamed->rate_limit_reset.empty());

  server.script({}, {.status = 429, .headers = {{"Retry-After", std::string(65, '9')}, {"X-Retry-After", "7"}}});
  const auto endless = transport.send(post(server.root()));
  REQUIRE(endless);
  CHECK(endless->retry_after.empty());
}

TEST_CASE("curl: only the last reply counts, not the interim ones before it") {
  scripted_server server;
  server.script({}, testing::raw("HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\nX-RateLimit-Reset: 8\r\n\r\n"
                                 "HTTP/1.1 429 Slow Down\r\nContent-Length: 2\r\n\r\n{}"));
  curl_transport transport;
  const auto got = transport.send(post(server.root()));
  REQUIRE(got);
  CHECK(got->status == 429);
  CHECK(got->body == "{}");
  CHECK(got->retry_after.empty());
  CHECK(got->rate_limit_reset.empty());
}

TEST_CASE("curl: a body is read up to one byte behind the largest") {
  scripted_server server;
  curl_transport transport;
  for (auto size : {reply::max_body - 1, reply::max_body, reply::max_body + 1, 3 * reply::max_body}) {
    CAPTURE(size);
    server.script({}, {.status = 201, .body = std::string(size, 'x')});
    const auto got = transport.send(post(server.root()));
    REQUIRE(got);
    CHECK(got->status == 201);
    CHECK(got->body == std::string(std::min(size, reply::max_body + 1), 'x'));
  }
}

TEST_CASE("curl: an endless body is left, and the next request is answered") {
  scripted_server server;
  server.script({}, testing::endless_body());
  curl_transport transport;
  const auto endless = transport.send(post(server.root()));
  REQUIRE(endless);
  CHECK(endless->status == 200);
  CHECK(endless->body.size() == reply::max_body + 1);

  const auto next = transport.send(post(server.root()));
  REQUIRE(next);
  CHECK(next->body.empty());
}

TEST_CASE("curl: nothing is unpacked, so that nothing can explode") {
  scripted_server server;
  const std::string packed("\x1F\x8B\x08\x00rest", 8);
  server.script({}, {.body = packed, .headers = {{"Content-Encoding", "gzip"}}});
  curl_transport transport;
  const auto got = transport.send(post(server.root()));
  REQUIRE(got);
  CHECK(got->body == packed);
}

TEST_CASE("curl: a header without end is too large") {
  CHECK(failing(testing::endless_headers()).code == errc::reply_too_large);
  CHECK(failing(testing::endless_interim_replies()).code == errc::reply_too_large);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nx: ", std::string(4096, 'x'))).code == errc::reply_too_large);
}

TEST_CASE("curl: the header's limit counts every byte of it") {
  scripted_server server;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  const auto size = static_cast<long>(head.size());
  for (long limit : {size, size - 1}) {
    CAPTURE(limit);
    server.script({}, testing::raw(head));
    curl_transport transport(curl_options{.max_header_bytes = limit});
    const auto got = transport.send(post(server.root()));
    if (limit == size)
      CHECK(got.has_value());
    else
      CHECK(got.error().code == errc::reply_too_large);
  }
}

TEST_CASE("curl: a limit can't be switched off") {
  for (long off : {0L, -1L}) {
    CAPTURE(off);
    scripted_server server;
    curl_transport transport(curl_options{.connect_timeout_ms = off,
                                          .total_timeout_ms = off,
                                          .low_speed_bytes = off,
                                          .low_speed_seconds = off,
                                          .max_header_bytes = off});
    CHECK(transport.send(post(server.root())));
    server.script({}, testing::endless_headers());
    CHECK(failing(transport, server.root()).code == errc::reply_too_large);
  }
}

// What goes wrong.

TEST_CASE("curl: no answer in time is timed_out, by each limit alone") {
  constexpr long very_long = 3'600'000;
  for (const auto& limits : {curl_options{.total_timeout_ms = 50, .low_speed_seconds = very_long},
                             curl_options{.total_timeout_ms = very_long, .low_speed_seconds = 1}}) {
    scripted_server server;
    server.script({}, testing::held());
    curl_transport transport(limits);
    CHECK(failing(transport, server.root()).code == errc::timed_out);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("curl: a connection that fails or breaks off is unreachable") {
  curl_transport transport;
  CHECK(failing(transport, silent_port().root()).code == errc::unreachable);
  CHECK(failing(testing::raw()).code == errc::unreachable);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")).code == errc::unreachable);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}")).code ==
        errc::unreachable);
}

TEST_CASE("curl: what is not HTTP is bad_reply") {
  CHECK(failing(testing::raw("hello")).code == errc::bad_reply);
  CHECK(failing(testing::raw("SSH-2.0-server\r\n")).code == errc::bad_reply);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")).code == errc::bad_reply);
  CHECK(failing(testing::raw({"HTTP/1.1 200 OK\r\nx: \0\r\n\r\n", 25})).code == errc::bad_reply);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\r\n\r\n{}")).code == errc::bad_reply);
}

TEST_CASE("curl: https to a server that speaks plain HTTP is tls_failed, and nothing is asked") {
  scripted_server server;
  curl_transport transport;
  CHECK(failing(transport, https(server)).code == errc::tls_failed);
  CHECK(server.requests().empty());
}

TEST_CASE("curl: a certificate that nobody vouches for is tls_failed, and nothing is asked") {
  untrusted_server server;
  curl_transport transport;
  CHECK(failing(transport, server.root()).code == errc::tls_failed);
  CHECK(server.requests() == 0);
}

TEST_CASE("curl: no other scheme, and no name in the URL") {
  scripted_server server;
  const auto host = server.root().substr(7);
  curl_transport transport;
  const std::vector<std::string> urls{"ftp://" + host,
                                      "file:///dev/null",
                                      "HTTP://" + host,
                                      "://" + host,
                                      host,
                                      "",
                                      "http://",
                                      "http://someone:word@" + host,
                                      "http://someone@" + host};
  for (const auto& url : urls) {
    CAPTURE(url);
    const auto got = transport.send(post(url));
    REQUIRE_FALSE(got);
    CHECK(got.error().code == errc::insecure_root);
    CHECK(got.error().detail.find("someone") == std::string::npos);
  }
  CHECK(server.connections() == 0);
}

// Who is not asked.

TEST_CASE("curl: a redirect is a reply, and never followed") {
  scripted_server elsewhere;
  curl_transport transport;
  const auto key = some_key();
  for (int status : {301, 302, 303, 307, 308})
    for (const auto& to : {elsewhere.root(), elsewhere.root().substr(5), https(elsewhere), std::string("/again")}) {
      CAPTURE(status);
      CAPTURE(to);
      scripted_server server;
      server.script({}, testing::redirect(status, to));
      const auto got = transport.send({.url = server.root(), .credential = key.header()});
      REQUIRE(got);
      CHECK(got->status == status);
      CHECK(server.requests().size() == 1);
    }
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE("curl: no proxy carries what is not encrypted") {
  scripted_server proxy;
  const scoped_variable http_proxy("http_proxy", proxy.root());
  const scoped_variable all_proxy("all_proxy", proxy.root());
  const scoped_variable ALL_PROXY("ALL_PROXY", proxy.root());
  const scoped_variable no_proxy("no_proxy", "");
  const scoped_variable NO_PROXY("NO_PROXY", "");
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  CHECK(transport.send({.url = server.root(), .credential = key.header()}));
  CHECK(server.requests().size() == 1);
  CHECK(proxy.connections() == 0);
}

TEST_CASE("curl: a proxy for https learns where, not what") {
  scripted_server proxy;
  const scoped_variable https_proxy("https_proxy", proxy.root());
  const scoped_variable no_proxy("no_proxy", "");
  const scoped_variable NO_PROXY("NO_PROXY", "");
  scripted_server server;
  curl_transport transport;
  CHECK(failing(transport, https(server)).code == errc::unreachable);  // this proxy knows no CONNECT

  const auto seen = proxy.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == "CONNECT");
  CHECK(seen[0].all("x-api-key").empty());
  CHECK(server.connections() == 0);
}

TEST_CASE("curl: netrc gives no credential") {
  temporary_folder home;
  home.write(".netrc", "machine 127.0.0.1 login someone password word\n");
  const scoped_variable HOME("HOME", home.path());
  scripted_server server;
  server.script({}, {.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}});
  curl_transport transport;
  REQUIRE(transport.send(post(server.root())));
  const auto seen = server.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].all("authorization").empty());
}

// Cookies.

namespace {

std::string jar_line(std::string_view domain, std::string_view path, std::string_view expires,
                     std::string_view cookie) {
  std::string line(domain);
  line.append("\tFALSE\t").append(path).append("\tFALSE\t").append(expires).append("\tsession\t").append(cookie);
  return line + "\n";
}

}  // namespace

TEST_CASE("curl: there are cookies when there is a file for them") {
  CHECK_FALSE(curl_transport().has_cookies());
  CHECK(curl_transport(curl_options{.cookie_file = "anywhere"}).has_cookies());
}

TEST_CASE("curl: cookies go only along with a request that is to have them, and to their host and path") {
  const temporary_folder here;
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

TEST_CASE("curl: cookies marked as for HTTP only are sent, and a file is read anew each time") {
  const temporary_folder here;
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

TEST_CASE("curl: what a server sets never comes back to it") {
  const temporary_folder here;
  const auto jar = here.write("jar", jar_line("127.0.0.1", "/", "0", "ours"));
  scripted_server server([](const testing::seen_request&) {
    return scripted_reply{.headers = {{"Set-Cookie", "tracker=1; path=/"}, {"Set-Cookie", "session=other; path=/"}}};
  });
  curl_transport transport(curl_options{.cookie_file = jar});
  for (bool with_cookies : {false, true, false, false, true}) {
    auto asked = post(server.root());
    asked.with_cookies = with_cookies;
    REQUIRE(transport.send(asked));
    const auto cookies = server.requests().back().all("cookie");
    CHECK(cookies == (with_cookies ? std::vector<std::string>{"session=ours"} : std::vector<std::string>{}));
  }
}

TEST_CASE("curl: a cookie file that can't be read is an error, and nothing is asked") {
  const temporary_folder here;
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
