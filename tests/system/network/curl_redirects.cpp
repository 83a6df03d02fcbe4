// SPDX-License-Identifier: BSL-1.0
//
// No redirect is followed. See CVE-2018-1000007 and similar ones: a credential was sent along with a redirect.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

constexpr int statuses[]{301, 302, 303, 307, 308};

/// A path like `/302/7`: a status, and the index of a target.
struct redirection {
  explicit redirection(std::string_view path)
      : status(path.substr(1, 3)), target(std::stoul(std::string(path.substr(5)))) {}

  std::string status;
  std::size_t target;
};

}  // namespace

TEST_CASE("curl_redirects: a redirect is returned as the response, and no other server receives a request") {
  const trust known;
  const auto identity = known.trusted();
  const auto secret_file = known.directory.write("secret", "nothing to see");

  std::vector<std::string> targets;
  scripted_server http_server([&](const received_request& request) {
    const redirection to(request.target);
    return scripted_response{
        .status = std::stoi(to.status), .body = "moved", .headers = {{"Location", targets[to.target]}}};
  });
  const tls_server https_server(identity, [&](const std::string& head) {
    const auto path = head.find(' ') + 1;
    const redirection to(head.substr(path, head.find(' ', path) - path));
    return "HTTP/1.1 " + to.status + " Moved\r\nContent-Length: 5\r\nLocation: " + targets[to.target] + "\r\n\r\nmoved";
  });
  const scripted_server other_http;
  const tls_server other_https(identity);
  const auto port_of = [](const scripted_server& server) { return server.url().substr(server.url().rfind(':')); };
  targets = {
      other_http.url() + "/port",
      "http://localhost" + port_of(other_http) + "/name-and-port",
      "http://localhost" + port_of(http_server) + "/name",
      other_https.url() + "/scheme",
      other_https.url("localhost") + "/scheme-and-name",
      https_server.url("localhost") + "/name",
      "//127.0.0.1" + port_of(other_http) + "/same-scheme",
      "/200/0",
      "200/0",
      "?again",
      "http://someone:word@127.0.0.1" + port_of(other_http) + "/user",
      "file://" + secret_file,
      "",
  };
  const auto cookies = known.directory.write(
      "cookies", cookie_line("127.0.0.1", "/", "0", "a-cookie") + cookie_line("localhost", "/", "0", "a-cookie"));

  std::size_t requests = 0;
  const auto key = some_key();
  auto transport = known.transport({.cookie_file = cookies});
  for (const auto& url : {http_server.url(), https_server.url()})
    for (int status : statuses)
      for (std::size_t i = 0; i != targets.size(); ++i)
        for (bool send_cookies : {false, true}) {
          CAPTURE(url);
          CAPTURE(status);
          CAPTURE(targets[i]);
          CAPTURE(send_cookies);
          request request{.url = url + "/" + std::to_string(status) + "/" + std::to_string(i),
                          .send_cookies = send_cookies};
          if (!send_cookies) request.credential = key.header();
          const auto response = transport.send(request);
          REQUIRE(response);
          CHECK(response->status == status);
          CHECK(response->body == "moved");
          ++requests;
        }

  CHECK(http_server.requests().size() + https_server.requests().size() == requests);
  CHECK(other_http.connections() == 0);
  CHECK(other_https.connections() == 0);
  MESSAGE(requests << " redirects to " << targets.size() << " targets, which received "
                   << other_http.connections() + other_https.connections() << " connections, and "
                   << other_http.requests().size() + other_https.requests().size() << " requests");
}

TEST_CASE("curl_redirects: a redirect is an unexpected_redirect") {
  const scripted_server other_http;
  scripted_server server;
  server.script({}, redirect(307, other_http.url()));
  curl_transport transport;
  auto response = transport.send(post(server.url()));
  REQUIRE(response);
  CHECK(hub.check_response(*std::move(response), {}).error().code == errc::unexpected_redirect);
  CHECK(other_http.connections() == 0);
}
