// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>

#include "hubauth/version.hpp"

namespace hubauth {

/// The limits of a `curl_transport`, the certificate authorities that it trusts, and where it finds cookies.
///
/// No limit can be switched off: one that is not positive stands for its default.
struct curl_options {
  std::string ca_file{};      ///< PEM file with the only trusted certificate authorities; empty: the system's
  std::string cookie_file{};  ///< cookies in Netscape's format, read for each request with `send_cookies`; empty: none
  std::chrono::milliseconds connect_timeout{10'000};  ///< for the name lookup, the connection and TLS
  std::chrono::milliseconds total_timeout{30'000};    ///< for the request and its response
  long low_speed_limit = 1;                           ///< bytes per second; a transfer that is slower than this
  std::chrono::seconds low_speed_time{15};            ///< for this long has timed out
  std::size_t max_header_size = 64 * 1024;            ///< bytes of all header fields, including interim (1xx) responses

  friend bool operator==(const curl_options&, const curl_options&) = default;
};

namespace detail {

/// `options` with a default in place of each limit that is not positive.
inline curl_options with_valid_limits(curl_options options) {
  const auto replace = [&](auto limit) {
    using value = std::remove_cvref_t<decltype(options.*limit)>;
    if (options.*limit <= value{}) options.*limit = curl_options().*limit;
  };
  replace(&curl_options::connect_timeout);
  replace(&curl_options::total_timeout);
  replace(&curl_options::low_speed_limit);
  replace(&curl_options::low_speed_time);
  replace(&curl_options::max_header_size);
  return options;
}

}  // namespace detail

}  // namespace hubauth
