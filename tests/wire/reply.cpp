// SPDX-License-Identifier: BSL-1.0
#include "hubauth/wire/reply.hpp"

#include <doctest/doctest.h>

namespace {

using hubauth::reply;

static_assert(reply::max_body == 65536);

TEST_CASE("reply: an empty one has no status and no fields") {
  const reply none;
  CHECK(none.status == 0);
  CHECK(none.body.empty());
  CHECK(none.retry_after.empty());
  CHECK(none.rate_limit_reset.empty());
}

}  // namespace
