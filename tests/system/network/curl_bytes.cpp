// SPDX-License-Identifier: BSL-1.0
//
// Everything that a sign-in sends.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/version.hpp"
#include "support/listener.hpp"
#include "support/sending.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

using lines = std::vector<std::string>;
using requests = std::vector<lines>;

const std::string body = R"({"success": true, "data": {"idToken": "made-up.token"}})";
const std::string accepting = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;

/// Signs in, which must succeed, and returns the requests, which must be in one connection; without the fields that
/// every request has.
template <class F>
requests sent(const service& service, const F& sign_in, const curl_options& options = {}) {
  const listener server(accepting);
  const auto url = server.url();
  {
    basic_auth auth(service_at(service, url), curl_transport(options), memory_store(), no_prompter(),
                    system_environment());
    REQUIRE(sign_in(auth));
  }
  CHECK(server.connections() == 1);
  requests all;
  for (const auto& header : server.received()) {
    all.push_back(header_lines(header));
    auto& fields = all.back();
    CHECK(std::erase(fields, "Host: " + server.host()) == 1);
    CHECK(std::erase(fields, "User-Agent: hubauth/" HUBAUTH_VERSION) == 1);
  }
  return all;
}

requests sent_with_key(const service& service, const std::string& key) {
  return sent(service, [&](auto& auth) { return auth.login(key).has_value(); });
}

lines hub_verification(const std::string& credential) {
  return {"POST /v1/auth HTTP/1.1", "Accept: application/json", "Content-Length: 0", credential};
}

lines platform_verification(const std::string& credential) {
  return {"GET /api/settings HTTP/1.1", "Accept: application/json", credential};
}

const std::string hub_key(42, 'k');
const std::string platform_key = "ul_" + std::string(40, 'a');
const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-";

}  // namespace

TEST_CASE("curl_bytes: a key at HUB is one request with one x-api-key") {
  CHECK(sent_with_key(hub, hub_key) == requests{hub_verification("x-api-key: " + hub_key)});
  CHECK(sent_with_key(hub, platform_key) == requests{hub_verification("x-api-key: " + platform_key)});
  CHECK(sent_with_key(hub, alphabet) == requests{hub_verification("x-api-key: " + alphabet)});
  CHECK(sent_with_key(hub, " \t" + hub_key + "\r\n") == requests{hub_verification("x-api-key: " + hub_key)});
  CHECK(sent_with_key(hub, hub_key + "_a-model") == requests{hub_verification("x-api-key: " + hub_key)});
  const std::string longest(max_key_size, 'k');
  CHECK(sent_with_key(hub, longest) == requests{hub_verification("x-api-key: " + longest)});
}

TEST_CASE("curl_bytes: a key at the Platform is one request with one authorization") {
  CHECK(sent_with_key(platform, platform_key) ==
        requests{platform_verification("authorization: Bearer " + platform_key)});
  CHECK(sent_with_key(platform, hub_key) == requests{platform_verification("authorization: Bearer " + hub_key)});
  CHECK(sent_with_key(platform, alphabet) == requests{platform_verification("authorization: Bearer " + alphabet)});
}

TEST_CASE("curl_bytes: a browser's cookies and the token that they return are never sent together") {
  const temporary_directory directory;
  const auto cookies = directory.write("cookies", cookie_line("127.0.0.1", "/", "0", "a-cookie"));
  const auto by_cookies = [](auto& auth) { return auth.auth_with_cookies().has_value(); };
  CHECK(sent(hub, by_cookies, {.cookie_file = cookies}) ==
        requests{{"POST /v1/auth/auto HTTP/1.1", "Accept: application/json", "Content-Length: 0",
                  "Cookie: session=a-cookie"},
                 hub_verification("authorization: Bearer made-up.token")});
}

TEST_CASE("curl_bytes: a token takes precedence over a key, which is not sent") {
  const temporary_directory directory;
  const auto cookies = directory.write("cookies", cookie_line("127.0.0.1", "/", "0", "a-cookie"));
  const auto all = sent(hub,
                        [](auto& auth) {
                          return auth.login(hub_key).has_value() && auth.auth_with_cookies().has_value() &&
                                 auth.authenticate().has_value();
                        },
                        {.cookie_file = cookies});
  REQUIRE(all.size() == 4);
  CHECK(all.front() == hub_verification("x-api-key: " + hub_key));
  CHECK(all.back() == hub_verification("authorization: Bearer made-up.token"));
}

TEST_CASE("curl_bytes: a malformed key is not sent") {
  const listener server(accepting);
  const auto url = server.url();
  for (const auto& service : {hub, platform}) {
    basic_auth auth(service_at(service, url), curl_transport(), memory_store(), no_prompter(), system_environment());
    for (const std::string& text :
         {std::string("key\r\nx-api-key: other"), std::string("key\nx"), std::string("key\rx"), std::string("a key"),
          std::string("key\0x", 5), std::string("key\tx"), std::string("key:x"), std::string("key,other"),
          std::string("k\xC3\xA9y"), std::string("key\x7Fx"), std::string("\"key\""), std::string("_key"),
          std::string(max_key_size + 1, 'k'), std::string("key_model\r\nx: y")}) {
      CAPTURE(text);
      const auto session = auth.login(text);
      REQUIRE_FALSE(session);
      CHECK(session.error().code == errc::malformed_key);
    }
  }
  CHECK(server.connections() == 0);
}
