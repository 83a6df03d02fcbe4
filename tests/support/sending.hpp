// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "hubauth/curl/curl_transport.hpp"

/// What the tests of the transport ask with.
namespace prompting {

using namespace hubauth;

inline constexpr std::string_view key_text = "made-up.key";

inline credential some_key() {
  auto parsed = api_key::parse(key_text);
  REQUIRE(parsed);
  return credential(std::move(parsed->key), {}, auth_header_format{"x-api-key", ""});
}

inline request post(std::string url) { return {.url = std::move(url)}; }

inline request post_with_cookies(std::string url) {
  auto asked = post(std::move(url));
  request.send_cookies = true;
  return request;
}

inline bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

inline std::string https(const testing::scripted_server& server) { return "https" + server.root().substr(4); }

/// The error_info of a request that must not succeed; it says nothing of the key, nor, unless TLS failed, of the URL.
inline error_info failing(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  const auto got = transport.send({.url = url, .credential = key.header()});
  REQUIRE_FALSE(got);
  CHECK_FALSE(holds(got.error().detail, key_text));
  if (got.error().code != errc::tls_error) CHECK_FALSE(holds(got.error().detail, "127.0.0.1"));
  return got.error();
}

inline error_info failing(const testing::scripted_response& answer) {
  testing::scripted_server server;
  server.script({}, answer);
  curl_transport transport;
  return failing(transport, server.root());
}

inline std::string one_of_each(const testing::seen_request& seen, std::string_view name) {
  const auto values = seen.all(name);
  REQUIRE(values.size() == 1);
  return values.front();
}

/// A line of a cookie file, for this very host; `secure` cookies are for https only.
inline std::string jar_line(std::string_view domain, std::string_view path, std::string_view expires,
                            std::string_view cookie, bool secure = false) {
  std::string line(domain);
  line.append("\tFALSE\t").append(path).append(secure ? "\tTRUE\t" : "\tFALSE\t").append(expires);
  return line.append("\tsession\t").append(cookie).append("\n");
}

}  // namespace prompting
