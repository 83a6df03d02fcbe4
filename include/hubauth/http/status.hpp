// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>

#include "hubauth/error.hpp"

namespace hubauth::detail {

constexpr bool is_success(int status) noexcept { return status >= 200 && status <= 299; }
constexpr bool is_unauthorized_or_forbidden(int status) noexcept { return status == 401 || status == 403; }

/// The error that a status alone determines, whatever the body is; none if the body decides.
/// \see RFC 9110 section 15, RFC 6585 sections 4 and 6
constexpr std::optional<errc> error_for_status(int status) noexcept {
  if (status >= 300 && status <= 399) return errc::unexpected_redirect;
  if (status == 429) return errc::rate_limited;
  if (status == 511) return errc::captive_portal;
  if (status == 408 || (status >= 500 && status <= 599)) return errc::server_error;
  return std::nullopt;
}

}  // namespace hubauth::detail
