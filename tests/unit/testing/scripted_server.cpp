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

httplib::Client client_of(const scripted_server& server) {
  httplib::Client client(server.root());
  client.set_keep_alive(true);
  return client;
}

void wait_for_requests(const scripted_server& server, std::size_t count) {
  while (server.requests().size() < count) std::this_thread::yield();
}

}  // namespace

TEST_CASE("scripted_server: a request is remembered as it came") {
  scripted_server server;
  auto client = client_of(server);
  REQUIRE(client.Post("/a?b=c", httplib::Headers{{"X-Twice", "1"}, {"X-Twice", "2"}}, "body", "text/plain"));

  const auto seen = server.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].method == "POST");
  CHECK(seen[0].target == "/a?b=c");
  CHECK(seen[0].body == "body");
  CHECK(seen[0].connection == 1);
  CHECK(seen[0].all("x-twice") == std::vector<std::string>{"1", "2"});
  CHECK(seen[0].all("content-type") == std::vector<std::string>{"text/plain"});
  CHECK(seen[0].all("X-Twice").empty());
  CHECK(seen[0].all("remote_addr").empty());
}

TEST_CASE("scripted_server: connections are counted, and named by each request") {
  scripted_server server;
  auto first = client_of(server);
  auto second = client_of(server);
  REQUIRE(first.Get("/1"));
  REQUIRE(second.Get("/2"));
  REQUIRE(first.Post("/3", "body", "text/plain"));
  REQUIRE(first.Get("/4"));
  CHECK(server.connections() == 2);

  std::vector<std::size_t> connections;
  for (const auto& seen : server.requests()) connections.push_back(seen.connection);
  CHECK(connections == std::vector<std::size_t>{1, 2, 1, 1});
}

TEST_CASE("scripted_server: answers by its function, unless an answer is scripted") {
  scripted_server server([](const seen_request& request) { return scripted_response{.body = "usual " + request.target}; });
  server.script({}, {.body = "any 1"});
  server.script({}, {.body = "any 2"});
  server.script("/b", {.body = "b"});
  auto client = client_of(server);
  CHECK(client.Get("/a")->body == "any 1");
  CHECK(client.Get("/b")->body == "b");
  CHECK(client.Get("/b")->body == "any 2");
  CHECK(client.Get("/b")->body == "usual /b");
}

TEST_CASE("scripted_server: status, body and headers are as scripted") {
  scripted_server server;
  server.script({}, {.status = 418, .body = "tea", .headers = {{"X-Pot", "short"}}});
  server.script({}, redirect(307, "/elsewhere"));
  auto client = client_of(server);
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

TEST_CASE("scripted_server: raw bytes are all that is sent") {
  scripted_server server;
  server.script({}, raw("HTTP/1.1 299 Odd\r\n\r\nbody"));
  const auto got = client_of(server).Get("/");
  REQUIRE(got);
  CHECK(got->status == 299);
  CHECK(got->body == "body");
  CHECK(got->headers.empty());

  server.script({}, raw());
  CHECK_FALSE(client_of(server).Get("/"));
  CHECK(server.requests().size() == 2);
}

TEST_CASE("scripted_server: what is endless goes on until the client has enough") {
  scripted_server server;
  server.script({}, endless_body());
  std::size_t size = 0;
  const std::size_t enough = 1'000'000;
  client_of(server).Get("/", [&](const char*, std::size_t more) { return (size += more) < enough; });
  CHECK(size >= enough);
}

TEST_CASE("scripted_server: what is held comes when it is released") {
  scripted_server server;
  server.script("/held", held({.body = "at last"}));
  auto answer = std::async(std::launch::async, [&] { return client_of(server).Get("/held"); });
  wait_for_requests(server, 1);
  CHECK(client_of(server).Get("/other"));  // nobody else waits
  CHECK(answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  server.release();
  const auto got = answer.get();
  REQUIRE(got);
  CHECK(got->body == "at last");
}

TEST_CASE("scripted_server: its end waits for no client") {
  std::future<bool> unanswered;
  {
    scripted_server server;
    auto idle = client_of(server);
    REQUIRE(idle.Get("/"));
    server.script({}, held());
    unanswered = std::async(std::launch::async, [root = server.root()] { return !httplib::Client(root).Get("/held"); });
    wait_for_requests(server, 2);
  }
  CHECK(unanswered.get());
}

TEST_CASE("scripted_server: it can end as soon as it has begun") {
  for (int i = 0; i != 100; ++i) {
    const scripted_server server;
    CHECK(server.connections() == 0);
  }
}
