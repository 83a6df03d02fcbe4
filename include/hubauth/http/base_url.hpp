// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

#include "hubauth/text/ascii.hpp"
#include "hubauth/version.hpp"

namespace hubauth::detail {

/// Why a URL cannot be the base of requests that carry a credential.
enum class base_url_error : unsigned char { none, not_a_url, not_https };

/// Scheme and authority of a URL (RFC 3986 section 3).
struct base_url {
  std::string_view host{};  ///< with its port, as in the URL; empty if there is an error
  base_url_error error = base_url_error::none;
};

/// The characters that every URL parser reads in the same way; `?`, `#`, `@`, `\` and others are invalid here.
constexpr bool is_url_character(char c) noexcept {
  return is_alphanumeric(c) || std::string_view("-._~:/[]%+").find(c) != std::string_view::npos;
}

/// True for a host name, and for an IPv6 address in brackets (RFC 3986 section 3.2.2).
/// \pre text that starts with a bracket ends with one
constexpr bool is_host(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    text = text.substr(1, text.size() - 2);
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  for (const char c : text)
    if (!is_alphanumeric(c) && c != '-' && c != '.' && c != '_') return false;
  return !text.empty();
}

/// True for `:` and 1 to 5 digits.
constexpr bool is_port(std::string_view text) noexcept {
  return text.size() >= 2 && text.size() <= 6 && text[0] == ':' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// Parses and checks a service's base URL: https, or http to 127.0.0.1, [::1] or localhost (RFC 6761 section 6.3).
///
/// Userinfo, a query, a fragment, whitespace and everything else that URL parsers read differently is `not_a_url`.
constexpr base_url parse_base_url(std::string_view url) noexcept {
  for (const char c : url)
    if (!is_url_character(c)) return {.error = base_url_error::not_a_url};

  constexpr std::string_view https = "https://", http = "http://";
  const bool is_https = url.starts_with(https);
  if (!is_https && !url.starts_with(http)) return {.error = base_url_error::not_https};
  const auto rest = url.substr(is_https ? https.size() : http.size());
  const auto authority = rest.substr(0, rest.find('/'));
  const auto name = authority.substr(0, authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':'));
  const auto port = authority.substr(name.size());
  if (!is_host(name) || (!port.empty() && !is_port(port))) return {.error = base_url_error::not_a_url};

  const bool loopback = name == "127.0.0.1" || name == "[::1]" || name == "localhost";
  if (!is_https && !loopback) return {.error = base_url_error::not_https};
  return {.host = authority};
}

}  // namespace hubauth::detail
