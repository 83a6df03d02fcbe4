// SPDX-License-Identifier: BSL-1.0
//
// Wherever a server points, nobody there hears of it. CVE-2018-1000007 and its kin: a credential went along.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

using namespace prompting;
using testing::scripted_response;
using testing::scripted_server;

namespace {

constexpr int statuses[]{301, 302, 303, 307, 308};

/// Where a path like `/302/7` points: the status, and the number of the target.
struct pointer {
  explicit pointer(std::string_view path)
      : status(path.substr(1, 3)), target(std::stoul(std::string(path.substr(5)))) {}

  std::string status;
  std::size_t target;
};

}  // namespace

TEST_CASE("curl_redirects: a redirect is the response, and nobody else is asked") {
  const trust known;
  const auto identity = known.trusted();
  const auto secret_file = known.directory.write("secret", "not for anybody");

  std::vector<std::string> targets;
  scripted_server start([&](const testing::seen_request& request) {
    const pointer to(request.target);
    return scripted_response{
        .status = std::stoi(to.status), .body = "moved", .headers = {{"Location", targets[to.target]}}};
  });
  const tls_server tls_start(identity, [&](const std::string& head) {
    const auto path = head.find(' ') + 1;
    const pointer to(head.substr(path, head.find(' ', path) - path));
    return "HTTP/1.1 " + to.status + " Moved\r\nContent-Length: 5\r\nLocation: " + targets[to.target] + "\r\n\r\nmoved";
  });
  const scripted_server elsewhere;
  const tls_server tls_elsewhere(identity);
  const auto port_of = [](const scripted_server& server) { return server.root().substr(server.root().rfind(':')); };
  targets = {
      elsewhere.root() + "/port",
      "http://localhost" + port_of(elsewhere) + "/name-and-port",
      "http://localhost" + port_of(start) + "/name",
      tls_elsewhere.root() + "/scheme",
      tls_elsewhere.root("localhost") + "/scheme-and-name",
      tls_start.root("localhost") + "/name-of-this-one",
      "//127.0.0.1" + port_of(elsewhere) + "/same-scheme",
      "/200/0",
      "200/0",
      "?again",
      "http://someone:word@127.0.0.1" + port_of(elsewhere) + "/user",
      "file://" + secret_file,
      "",
  };
  const auto jar = known.directory.write(
      "jar", jar_line("127.0.0.1", "/", "0", "a-cookie") + jar_line("localhost", "/", "0", "a-cookie"));

  std::size_t asked = 0;
  const auto key = some_key();
  auto transport = known.transport({.cookie_file = jar});
  for (const auto& root : {start.root(), tls_start.root()})
    for (int status : statuses)
      for (std::size_t i = 0; i != targets.size(); ++i)
        for (bool send_cookies : {false, true}) {
          CAPTURE(root);
          CAPTURE(status);
          CAPTURE(targets[i]);
          CAPTURE(send_cookies);
          request ask{.url = root + "/" + std::to_string(status) + "/" + std::to_string(i)};
          ask.send_cookies = send_cookies;
          if (!send_cookies) ask.credential = key.header();
          const auto got = transport.send(ask);
          REQUIRE(got);
          CHECK(got->status == status);
          CHECK(got->body == "moved");
          ++request;
        }

  CHECK(start.requests().size() + tls_start.requests().size() == request);
  CHECK(start.connections() + tls_start.connections() == 2);
  CHECK(elsewhere.connections() == 0);
  CHECK(tls_elsewhere.connections() == 0);
  MESSAGE(asked << " redirects to " << targets.size() << " places: the places saw "
                << elsewhere.connections() + tls_elsewhere.connections() << " connections, and "
                << elsewhere.requests().size() + tls_elsewhere.requests().size() << " requests");
}

TEST_CASE("curl_redirects: a redirect ends the sign-in, and says so") {
  const scripted_server elsewhere;
  scripted_server start;
  start.script({}, testing::redirect(307, elsewhere.root()));
  curl_transport transport;
  auto got = transport.send(post(start.root()));
  REQUIRE(got);
  CHECK(hub.check_response(*got, 0).error().code == errc::unexpected_redirect);
  CHECK(elsewhere.connections() == 0);
}
