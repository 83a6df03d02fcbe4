// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/credential/credential.hpp"
#include "hubauth/curl/curl_transport.hpp"
#include "hubauth/login/prompt_request.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/testing/scripted_server.hpp"

/// Requests, and what the tests of the transport check about them.
namespace hubauth::testing {

inline constexpr std::string_view key_text = "made-up.key";

inline credential some_key() {
  auto parsed = api_key::parse(key_text);
  REQUIRE(parsed);
  return credential(*std::move(parsed), {"x-api-key", ""});
}

inline request post(std::string url) { return {.url = std::move(url)}; }

inline request post_with_cookies(std::string url) { return {.url = std::move(url), .send_cookies = true}; }

/// A prompter for sign-ins that must not prompt.
struct no_prompter {
  result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
};

/// A copy of a service, at another URL.
/// \par Lifetime
/// The URL must outlive the copy.
inline service service_at(service service, std::string_view url) {
  service.api_url = {url, nullptr};
  return service;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// The error of a request that must fail. Its detail contains neither the key nor, unless TLS failed, the server's
/// address.
inline error_info send_error(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  const auto response = transport.send({.url = url, .credential = key.header()});
  REQUIRE_FALSE(response);
  CHECK_FALSE(contains(response.error().detail, key_text));
  if (response.error().code != errc::tls_error) CHECK_FALSE(contains(response.error().detail, "127.0.0.1"));
  return response.error();
}

/// The error of a request to a server that responds like this.
inline error_info send_error(const scripted_response& response) {
  scripted_server server;
  server.script({}, response);
  curl_transport transport;
  return send_error(transport, server.url());
}

/// The value of a field that the request must have exactly once.
inline std::string single_value(const received_request& request, std::string_view name) {
  const auto values = request.all(name);
  REQUIRE(values.size() == 1);
  return values.front();
}

/// The lines of a request's header: the request line, then the fields in alphabetical order. Their order in the request
/// is up to libcurl. The header must be complete.
inline std::vector<std::string> header_lines(std::string_view header) {
  REQUIRE(header.ends_with("\r\n\r\n"));
  header.remove_suffix(2);
  std::vector<std::string> lines;
  while (!header.empty()) {
    const auto end = header.find("\r\n");
    lines.emplace_back(header.substr(0, end));
    header.remove_prefix(end + 2);
  }
  std::sort(lines.begin() + 1, lines.end());
  return lines;
}

/// A line of a cookie file, for this host without its subdomains.
inline std::string cookie_line(std::string_view domain, std::string_view path, std::string_view expires,
                               std::string_view value, std::string_view https_only = "FALSE") {
  std::string line(domain);
  for (const auto field : {std::string_view("FALSE"), path, https_only, expires, std::string_view("session"), value})
    line.append("\t").append(field);
  return line + "\n";
}

}  // namespace hubauth::testing
