// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/response.hpp"

#include <doctest/doctest.h>

namespace {

using hubauth::response;

static_assert(response::max_body_size == 65536);

TEST_CASE("response: the default has no status and no fields") {
  const response none;
  CHECK(none.status == 0);
  CHECK(none.body.empty());
  CHECK(none.retry_after.empty());
  CHECK(none.rate_limit_reset.empty());
}

}  // namespace
