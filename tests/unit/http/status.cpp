// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/status.hpp"

#include <optional>
#include <ostream>

#include <doctest/doctest.h>

namespace {

using hubauth::errc;
using namespace hubauth::detail;

/// The rules as a list.
constexpr std::optional<errc> expected(int status) {
  switch (status) {
    case 408: return errc::server_error;
    case 429: return errc::rate_limited;
    case 511: return errc::captive_portal;
    default: break;
  }
  if (status / 100 == 3) return errc::unexpected_redirect;
  if (status / 100 == 5) return errc::server_error;
  return std::nullopt;
}

constexpr bool as_expected() {
  for (int status = -1; status != 1000; ++status) {
    if (error_for_status(status) != expected(status)) return false;
    if (is_success(status) != (status / 100 == 2)) return false;
    if (is_unauthorized_or_forbidden(status) != (status == 401 || status == 403)) return false;
  }
  return true;
}
static_assert(as_expected());

}  // namespace

TEST_CASE("status: every status has the same meaning at compile time and at run time") { CHECK(as_expected()); }

TEST_CASE("status: 511 is not the service's own response") {
  CHECK(error_for_status(510) == errc::server_error);
  CHECK(error_for_status(511) == errc::captive_portal);
  CHECK(error_for_status(512) == errc::server_error);
}

TEST_CASE("status: 401 and 403 alone do not determine an error") {
  CHECK(error_for_status(401) == std::nullopt);
  CHECK(error_for_status(403) == std::nullopt);
}
