// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>

#include "hubauth/error.hpp"

namespace hubauth::wire {

/// The kind of error that an HTTP status alone decides, whatever the body says.
///
/// Gives:   nothing when the body decides
/// Source:  RFC 9110 section 15; RFC 6585 section 4 (429)
constexpr std::optional<errc> kind_of(int status) noexcept {
  if (status >= 300 && status <= 399) return errc::redirected;
  if (status == 401 || status == 403) return errc::rejected;
  if (status == 408 || (status >= 500 && status <= 599)) return errc::server_error;
  if (status == 429) return errc::rate_limited;
  return std::nullopt;
}

}  // namespace hubauth::wire
