// SPDX-License-Identifier: BSL-1.0
//
// What a sign-in sends, byte for byte.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/terminal/terminal_prompter.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/store/memory_store.hpp"
#include "support/temporary_directory.hpp"
#include "support/sending.hpp"
#include "support/listener.hpp"

using namespace prompting;

namespace {

using heads = std::vector<std::string>;

const std::string body = R"({"success": true, "data": {"idToken": "made-up.token"}})";
const std::string accepting = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;

/// Signs in, which must succeed, and gives all that was sent, in one connection.
template <class F>
heads sent(const service& to, const F& how, const curl_options& options = {}) {
  const listener server(accepting);
  const auto root = server.root();
  auto at = to;
  at.root = {root, ""};
  {
    basic_auth auth(at, curl_transport(options), memory_store(), terminal_prompter(), system_environment());
    REQUIRE(how(auth));
  }
  CHECK(server.connections() == 1);
  auto all = server.heard();
  for (auto& head : all) {
    const auto host = head.find(server.host());
    REQUIRE(host != head.npos);
    head.replace(host, server.host().size(), "HOST");
  }
  return all;
}

heads sent_with_key(const service& to, const std::string& key) {
  return sent(to, [&](auto& auth) { return auth.login(key).has_value(); });
}

std::string verified(const std::string& verb_and_path, const std::string& credential, bool with_length) {
  return verb_and_path + " HTTP/1.1\r\nHost: HOST\r\nUser-Agent: hubauth/0.1\r\nAccept: application/json\r\n" +
         credential + (with_length ? "\r\nContent-Length: 0\r\n\r\n" : "\r\n\r\n");
}

std::string verified_by_hub(const std::string& credential) { return verified("POST /v1/auth", credential, true); }
std::string verified_by_platform(const std::string& credential) {
  return verified("GET /api/settings", credential, false);
}

const std::string hub_key(42, 'k');
const std::string platform_key = "ul_" + std::string(40, 'a');
const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-";

}  // namespace

TEST_CASE("curl_bytes: a key at HUB is one request with one x-api-key") {
  CHECK(sent_with_key(hub, hub_key) == heads{verified_by_hub("x-api-key: " + hub_key)});
  CHECK(sent_with_key(hub, platform_key) == heads{verified_by_hub("x-api-key: " + platform_key)});
  CHECK(sent_with_key(hub, alphabet) == heads{verified_by_hub("x-api-key: " + alphabet)});
  CHECK(sent_with_key(hub, " \t" + hub_key + "\r\n") == heads{verified_by_hub("x-api-key: " + hub_key)});
  CHECK(sent_with_key(hub, hub_key + "_a-model") == heads{verified_by_hub("x-api-key: " + hub_key)});
  const std::string longest(max_key_size, 'k');
  CHECK(sent_with_key(hub, longest) == heads{verified_by_hub("x-api-key: " + longest)});
}

TEST_CASE("curl_bytes: a key at the Platform is one request with one authorization") {
  CHECK(sent_with_key(platform, platform_key) == heads{verified_by_platform("authorization: Bearer " + platform_key)});
  CHECK(sent_with_key(platform, hub_key) == heads{verified_by_platform("authorization: Bearer " + hub_key)});
  CHECK(sent_with_key(platform, alphabet) == heads{verified_by_platform("authorization: Bearer " + alphabet)});
}

TEST_CASE("curl_bytes: a browser's cookies and the token that they give never go together") {
  const temporary_directory directory;
  const auto jar = directory.write("jar", jar_line("127.0.0.1", "/", "0", "a-cookie"));
  const auto by_cookies = [](auto& auth) { return auth.auth_with_cookies().has_value(); };
  CHECK(sent(hub, by_cookies, {.cookie_file = jar}) ==
        heads{"POST /v1/auth/auto HTTP/1.1\r\nHost: HOST\r\nUser-Agent: hubauth/0.1\r\nCookie: session=a-cookie\r\n"
              "Accept: application/json\r\nContent-Length: 0\r\n\r\n",
              verified_by_hub("authorization: Bearer made-up.token")});
}

TEST_CASE("curl_bytes: a token beside a key is all that is sent") {
  const temporary_directory directory;
  const auto jar = directory.write("jar", jar_line("127.0.0.1", "/", "0", "a-cookie"));
  const auto all = sent(hub,
                        [](auto& auth) {
                          return auth.login(hub_key).has_value() && auth.auth_with_cookies().has_value() &&
                                 auth.authenticate().has_value();
                        },
                        {.cookie_file = jar});
  REQUIRE(all.size() == 4);
  CHECK(all.front() == verified_by_hub("x-api-key: " + hub_key));
  CHECK(all.back() == verified_by_hub("authorization: Bearer made-up.token"));
}

TEST_CASE("curl_bytes: what can't be a key reaches nobody") {
  const listener server(accepting);
  const auto root = server.root();
  for (const auto& at : {hub, platform}) {
    auto here = at;
    here.root = {root, ""};
    basic_auth auth(here, curl_transport(), memory_store(), terminal_prompter(), system_environment());
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
