// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace hubauth::wire {

namespace detail {

constexpr bool is_alphanumeric(char c) noexcept {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || static_cast<unsigned char>(c - '0') < 10;
}

constexpr bool is_url_character(char c) noexcept {
  if (is_alphanumeric(c)) return true;
  switch (c) {
    case '-':
    case '.':
    case '_':
    case '~':
    case ':':
    case '/':
    case '[':
    case ']':
    case '%':
    case '+': return true;
    default: return false;
  }
}

/// A name, or an IPv6 address in brackets (RFC 3986 section 3.2.2), of characters that mean themselves to every reader.
///
/// Needs:   what begins with a bracket ends with one
constexpr bool is_host(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    text = text.substr(1, text.size() - 2);
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  for (char c : text)
    if (!is_alphanumeric(c) && c != '-' && c != '.' && c != '_') return false;
  return !text.empty();
}

/// `:` and 1 to 5 digits.
constexpr bool is_port(std::string_view text) noexcept {
  return text.size() >= 2 && text.size() <= 6 && text[0] == ':' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace detail

/// What is wrong with the URL to which a credential would be sent.
enum class root_fault : unsigned char { none, not_a_url, not_https };

/// Scheme and authority of a URL (RFC 3986 section 3), as far as they matter here.
struct root_parts {
  std::string_view host;  ///< with its port, as it stands in the URL
  root_fault fault = root_fault::none;
};

/// Judges a service's root: https, or http to 127.0.0.1, [::1] or localhost (RFC 6761 section 6.3).
///
/// Gives:   the host, or the fault; a user's name, a query, a fragment, blanks and whatever else two readers of URLs
///          may read differently are `not_a_url`
constexpr root_parts split_root(std::string_view url) noexcept {
  for (char c : url)
    if (!detail::is_url_character(c)) return {{}, root_fault::not_a_url};

  const bool https = url.starts_with("https://");
  if (!https && !url.starts_with("http://")) return {{}, root_fault::not_https};
  const auto rest = url.substr(https ? 8 : 7);
  const auto host = rest.substr(0, rest.find('/'));

  const auto name_end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  const auto name = host.substr(0, name_end);
  const auto port = host.substr(name.size());
  if (!detail::is_host(name) || (!port.empty() && !detail::is_port(port))) return {{}, root_fault::not_a_url};

  const bool loopback = name == "127.0.0.1" || name == "[::1]" || name == "localhost";
  return {host, https || loopback ? root_fault::none : root_fault::not_https};
}

}  // namespace hubauth::wire
