// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/status.hpp"

#include <optional>
#include <ostream>

#include <doctest/doctest.h>

namespace {

using hubauth::errc;
using hubauth::detail::error_for_status;

/// The rules once more, as a list.
constexpr std::optional<errc> expected(int status) {
  switch (status) {
    case 401:
    case 403: return errc::rejected;
    case 408: return errc::server_error;
    case 429: return errc::rate_limited;
    default: break;
  }
  if (status / 100 == 3) return errc::unexpected_redirect;
  if (status / 100 == 5) return errc::server_error;
  return std::nullopt;
}

constexpr bool as_expected() {
  for (int status = -1; status != 1000; ++status)
    if (error_for_status(status) != expected(status)) return false;
  return true;
}
static_assert(as_expected());

TEST_CASE("status: what holds when compiled holds when run") { CHECK(as_expected()); }

}  // namespace
