// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>

namespace hubauth {

/// What a service answered.
struct reply {
  /// The largest body that is read, in bytes. A transport stops one byte behind it: a longer body is judged too large.
  static constexpr std::size_t max_body = 64 * 1024;

  int status = 0;                  ///< HTTP's status code
  std::string body{};              ///< decoded, at most `max_body + 1` bytes
  std::string retry_after{};       ///< the field Retry-After as it came; empty when there was none
  std::string rate_limit_reset{};  ///< the field X-RateLimit-Reset as it came; empty when there was none
};

}  // namespace hubauth
