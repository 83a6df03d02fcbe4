// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/scripted_server.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <httplib.h>

using namespace hubauth::testing;

namespace {

httplib::Client make_client(const scripted_server& server) {
  httplib::Client client(server.url());
  client.set_keep_alive(true);
  return client;
}

void wait_for_requests(const scripted_server& server, std::size_t count) {
  while (server.requests().size() < count) std::this_thread::yield();
}

}  // namespace

TEST_CASE("scripted_server: a request is recorded as it arrived") {
  scripted_server server;
  auto client = make_client(server);
  REQUIRE(client.Post("/a?b=c", httplib::Headers{{"X-Twice", "1"}, {"X-Twice", "2"}}, "body", "text/plain"));

  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].method == "POST");
  CHECK(requests[0].target == "/a?b=c");
  CHECK(requests[0].body == "body");
  CHECK(requests[0].connection == 1);
  CHECK(requests[0].all("x-twice") == std::vector<std::string>{"1", "2"});
  CHECK(requests[0].all("content-type") == std::vector<std::string>{"text/plain"});
  CHECK(requests[0].all("X-Twice").empty());
  CHECK(requests[0].all("remote_addr").empty());
}

TEST_CASE("scripted_server: each request has the number of its connection") {
  scripted_server server;
  auto first = make_client(server);
  auto second = make_client(server);
  REQUIRE(first.Get("/1"));
  REQUIRE(second.Get("/2"));
  REQUIRE(first.Post("/3", "body", "text/plain"));
  REQUIRE(first.Get("/4"));
  CHECK(server.connections() == 2);

  std::vector<std::size_t> connections;
  for (const auto& request : server.requests()) connections.push_back(request.connection);
  CHECK(connections == std::vector<std::size_t>{1, 2, 1, 1});
}

TEST_CASE("scripted_server: scripted responses take precedence over the handler") {
  scripted_server server(
      [](const received_request& request) { return scripted_response{.body = "handled " + request.target}; });
  server.script({}, {.body = "any 1"});
  server.script({}, {.body = "any 2"});
  server.script("/b", {.body = "b"});
  auto client = make_client(server);
  CHECK(client.Get("/a")->body == "any 1");
  CHECK(client.Get("/b")->body == "b");
  CHECK(client.Get("/b")->body == "any 2");
  CHECK(client.Get("/b")->body == "handled /b");
}

TEST_CASE("scripted_server: status, body and headers are those of the script") {
  scripted_server server;
  server.script({}, {.status = 418, .body = "tea", .headers = {{"X-Pot", "short"}}});
  server.script({}, redirect(307, "/elsewhere"));
  auto client = make_client(server);
  const auto tea = client.Get("/");
  REQUIRE(tea);
  CHECK(tea->status == 418);
  CHECK(tea->body == "tea");
  CHECK(tea->get_header_value("x-pot") == "short");

  const auto moved = client.Get("/");
  REQUIRE(moved);
  CHECK(moved->status == 307);
  CHECK(moved->get_header_value("location") == "/elsewhere");
}

TEST_CASE("scripted_server: a raw response is sent byte by byte") {
  scripted_server server;
  server.script({}, raw("HTTP/1.1 299 Other\r\n\r\nbody"));
  const auto got = make_client(server).Get("/");
  REQUIRE(got);
  CHECK(got->status == 299);
  CHECK(got->body == "body");
  CHECK(got->headers.empty());

  server.script({}, raw());
  CHECK_FALSE(make_client(server).Get("/"));
  CHECK(server.requests().size() == 2);
}

TEST_CASE("scripted_server: an endless response ends when the client closes the connection") {
  scripted_server server;
  server.script({}, endless_body());
  std::size_t size = 0;
  const std::size_t enough = 1'000'000;
  make_client(server).Get("/", [&](const char*, std::size_t more) { return (size += more) < enough; });
  CHECK(size >= enough);
}

TEST_CASE("scripted_server: a held response is sent when it is released") {
  scripted_server server;
  server.script("/held", held({.body = "at last"}));
  auto response = std::async(std::launch::async, [&] { return make_client(server).Get("/held"); });
  wait_for_requests(server, 1);
  CHECK(make_client(server).Get("/other"));  // the other connections do not wait
  CHECK(response.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  server.release();
  const auto got = response.get();
  REQUIRE(got);
  CHECK(got->body == "at last");
}

TEST_CASE("scripted_server: the destructor waits for no client") {
  std::future<bool> closed;
  {
    scripted_server server;
    auto idle = make_client(server);
    REQUIRE(idle.Get("/"));
    server.script({}, held());
    closed = std::async(std::launch::async, [url = server.url()] { return !httplib::Client(url).Get("/held"); });
    wait_for_requests(server, 2);
  }
  CHECK(closed.get());
}

TEST_CASE("scripted_server: it can be destroyed at once") {
  for (int i = 0; i != 100; ++i) {
    const scripted_server server;
    CHECK(server.connections() == 0);
  }
}
