// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <tl/expected.hpp>

#include "hubauth/error.hpp"

namespace hubauth {

/// Why something failed: the kind, and what and where in words.
///
/// Keeps:   no secret; who fills in `detail` leaves keys and tokens out
struct failure {
  std::error_code code;                      ///< an `errc`, or a code of a policy's own category
  std::string detail{};                     ///< a path and a reason, the service's message, a character's fault; may be empty
  std::optional<std::int64_t> retry_after{}; ///< seconds from now, when the service named a time

  /// Both in words.
  [[nodiscard]] std::string message() const { return detail.empty() ? code.message() : code.message() + ": " + detail; }
};

/// A value, or why there is none.
template <class T>
using result = tl::expected<T, failure>;

/// The failure of this kind, to be returned where a `result` is wanted.
inline tl::unexpected<failure> fail(std::error_code code, std::string detail = {}) {
  return tl::unexpected<failure>(failure{code, std::move(detail)});
}

}  // namespace hubauth
