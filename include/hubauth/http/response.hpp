// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>

#include "hubauth/version.hpp"

namespace hubauth {

/// An HTTP response.
struct response {
  /// The largest body that is accepted, in bytes. A transport reads one byte more and stops, so that a larger body is
  /// recognized.
  static constexpr std::size_t max_body_size = 64 * 1024;

  int status = 0;                  ///< the status code
  std::string body{};              ///< decoded, at most `max_body_size + 1` bytes
  std::string retry_after{};       ///< the value of Retry-After; empty if there was none
  std::string rate_limit_reset{};  ///< the value of X-RateLimit-Reset; empty if there was none

  friend bool operator==(const response&, const response&) = default;
};

}  // namespace hubauth
