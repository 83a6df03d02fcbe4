// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_transport.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "hubauth/version.hpp"
#include "support/sending.hpp"
#include "support/unused_port.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<curl_transport> && !std::is_copy_constructible_v<curl_transport>);

}  // namespace

// The request.

TEST_CASE("curl: a post is one request with one credential and an empty body") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(transport.send({.url = server.url() + "/v1/auth", .credential = key.header()}));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].method == "POST");
  CHECK(requests[0].target == "/v1/auth");
  CHECK(requests[0].body.empty());

  std::vector<std::string> names;
  for (const auto& field : requests[0].headers) names.push_back(field.first);
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"accept", "content-length", "host", "user-agent", "x-api-key"});
  CHECK(single_value(requests[0], "accept") == "application/json");
  CHECK(single_value(requests[0], "content-length") == "0");
  CHECK(single_value(requests[0], "user-agent") == "hubauth/" HUBAUTH_VERSION);
  CHECK(single_value(requests[0], "x-api-key") == key_text);
}

TEST_CASE("curl: a get has no body") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(
      transport.send({.method = http_method::get, .url = server.url() + "/api/settings", .credential = key.header()}));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].method == "GET");
  CHECK(requests[0].all("content-length").empty());
  CHECK(single_value(requests[0], "x-api-key") == key_text);
}

TEST_CASE("curl: a request does not affect the next one") {
  scripted_server server;
  curl_transport transport;
  const auto key = some_key();
  REQUIRE(transport.send({.method = http_method::get, .url = server.url(), .credential = key.header()}));
  REQUIRE(transport.send(post(server.url())));
  REQUIRE(transport.send({.method = http_method::get, .url = server.url()}));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].all("x-api-key").size() == 1);
  CHECK(requests[1].all("x-api-key").empty());
  CHECK(requests[1].method == "POST");
  CHECK(requests[2].all("x-api-key").empty());
  CHECK(requests[2].method == "GET");
}

TEST_CASE("curl: a connection is reused, also by a transport that was moved") {
  scripted_server server;
  curl_transport first;
  REQUIRE(first.send(post(server.url())));
  REQUIRE(first.send(post(server.url())));
  curl_transport second(std::move(first));
  REQUIRE(second.send(post(server.url())));
  CHECK(server.requests().size() == 3);
  CHECK(server.connections() == 1);
}

// The response.

TEST_CASE("curl: any status is a response") {
  scripted_server server;
  curl_transport transport;
  for (int status : {200, 201, 300, 304, 400, 401, 403, 404, 407, 408, 418, 429, 500, 503, 599}) {
    CAPTURE(status);
    server.script({}, {.status = status, .body = status == 304 ? "" : R"({"success": false})"});
    const auto response = transport.send(post(server.url()));
    REQUIRE(response);
    CHECK(response->status == status);
    CHECK(response->body == (status == 304 ? "" : R"({"success": false})"));
  }
  CHECK(server.requests().size() == 15);
}

TEST_CASE("curl: the fields that name a time are returned, whatever the case of their names") {
  scripted_server server;
  curl_transport transport;
  server.script({}, {.status = 429, .headers = {{"RETRY-after", " 7 "}, {"X-RateLimit-Reset", "2026-11-24T15:00Z"}}});
  const auto with_times = transport.send(post(server.url()));
  REQUIRE(with_times);
  CHECK(with_times->retry_after == "7");
  CHECK(with_times->rate_limit_reset == "2026-11-24T15:00Z");

  const auto without_times = transport.send(post(server.url()));
  REQUIRE(without_times);
  CHECK(without_times->retry_after.empty());
  CHECK(without_times->rate_limit_reset.empty());

  server.script({}, {.status = 429, .headers = {{"Retry-After", std::string(65, '9')}, {"X-Retry-After", "7"}}});
  const auto too_long = transport.send(post(server.url()));
  REQUIRE(too_long);
  CHECK(too_long->retry_after.empty());
}

TEST_CASE("curl: interim responses are ignored") {
  scripted_server server;
  server.script({}, raw("HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\nX-RateLimit-Reset: 8\r\n\r\n"
                        "HTTP/1.1 429 Slow Down\r\nContent-Length: 2\r\n\r\n{}"));
  curl_transport transport;
  const auto response = transport.send(post(server.url()));
  REQUIRE(response);
  CHECK(response->status == 429);
  CHECK(response->body == "{}");
  CHECK(response->retry_after.empty());
  CHECK(response->rate_limit_reset.empty());
}

TEST_CASE("curl: a body is read up to one byte after the largest size") {
  scripted_server server;
  curl_transport transport;
  constexpr auto max_size = hubauth::response::max_body_size;
  for (auto size : {max_size - 1, max_size, max_size + 1, 3 * max_size}) {
    CAPTURE(size);
    server.script({}, {.status = 201, .body = std::string(size, 'x')});
    const auto response = transport.send(post(server.url()));
    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->body == std::string(std::min(size, max_size + 1), 'x'));
  }
}

TEST_CASE("curl: a limit cannot be switched off") {
  scripted_server server;
  curl_transport transport(curl_options{
      .connect_timeout = 0ms, .total_timeout = 0ms, .low_speed_limit = 0, .low_speed_time = 0s, .max_header_size = 0});
  CHECK(transport.send(post(server.url())));
  server.script({}, endless_headers());
  const auto error = send_error(transport, server.url());
  CHECK(error == error_info{errc::response_too_large, "its header has more than 65536 bytes"});
}

// Errors.

TEST_CASE("curl: no response in time is timed_out, by each limit alone") {
  for (const auto& limits : {curl_options{.total_timeout = 50ms, .low_speed_time = 1000h},
                             curl_options{.total_timeout = 1000h, .low_speed_time = 1s}}) {
    scripted_server server;
    server.script({}, held());
    curl_transport transport(limits);
    CHECK(send_error(transport, server.url()).code == errc::timed_out);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("curl: a connection that is refused or closed early is unreachable") {
  curl_transport transport;
  CHECK(send_error(transport, "http://127.0.0.1:" + unused_port().number()).code == errc::unreachable);
  CHECK(send_error(raw()).code == errc::unreachable);
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nx: y\r\n")) ==
        error_info{errc::unreachable, "connection closed before the end of the response header"});
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")).code == errc::unreachable);
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}")).code == errc::unreachable);
}

TEST_CASE("curl: what is not HTTP is invalid_response") {
  CHECK(send_error(raw("hello")).code == errc::invalid_response);
  CHECK(send_error(raw("SSH-2.0-server\r\n")).code == errc::invalid_response);
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")).code == errc::invalid_response);
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")).code == errc::invalid_response);
  CHECK(send_error(raw({"HTTP/1.1 200 OK\r\nx: \0\r\n\r\n", 25})).code == errc::invalid_response);
  CHECK(send_error(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: unknown\r\n\r\n{}")).code == errc::invalid_response);
}

TEST_CASE("curl: a URL with another scheme or with userinfo is insecure_url") {
  scripted_server server;
  const auto host = server.url().substr(7);
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
    const auto response = transport.send(post(url));
    REQUIRE_FALSE(response);
    CHECK(response.error().code == errc::insecure_url);
    CHECK(response.error().detail.find("someone") == std::string::npos);
  }
  CHECK(server.connections() == 0);
}
