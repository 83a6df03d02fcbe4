// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_transport.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "support/sending.hpp"

using namespace prompting;
using testing::scripted_server;

static_assert(std::is_nothrow_move_constructible_v<curl_transport> && !std::is_copy_constructible_v<curl_transport>);

namespace {

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
  REQUIRE(transport.send({.method = http_method::get, .url = server.root() + "/api/settings", .credential = key.header()}));

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
  REQUIRE(transport.send({.method = http_method::get, .url = server.root(), .credential = key.header()}));
  REQUIRE(transport.send(post(server.root())));
  REQUIRE(transport.send({.method = http_method::get, .url = server.root()}));

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

TEST_CASE("curl: any status is a response") {
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

TEST_CASE("curl: the times that a service names are key_saved, whatever the case of the names") {
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

TEST_CASE("curl: only the last response counts, not the interim ones before it") {
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
  for (auto size : {response::max_body_size - 1, response::max_body_size, response::max_body_size + 1, 3 * response::max_body_size}) {
    CAPTURE(size);
    server.script({}, {.status = 201, .body = std::string(size, 'x')});
    const auto got = transport.send(post(server.root()));
    REQUIRE(got);
    CHECK(got->status == 201);
    CHECK(got->body == std::string(std::min(size, response::max_body_size + 1), 'x'));
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
    CHECK(failing(transport, server.root()).code == errc::response_too_large);
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

TEST_CASE("curl: what is not HTTP is invalid_response") {
  CHECK(failing(testing::raw("hello")).code == errc::invalid_response);
  CHECK(failing(testing::raw("SSH-2.0-server\r\n")).code == errc::invalid_response);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")).code == errc::invalid_response);
  CHECK(failing(testing::raw({"HTTP/1.1 200 OK\r\nx: \0\r\n\r\n", 25})).code == errc::invalid_response);
  CHECK(failing(testing::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\r\n\r\n{}")).code == errc::invalid_response);
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
    CHECK(got.error().code == errc::insecure_url);
    CHECK(got.error().detail.find("someone") == std::string::npos);
  }
  CHECK(server.connections() == 0);
}
