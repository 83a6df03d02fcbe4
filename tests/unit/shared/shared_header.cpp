// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/shared_header.hpp"

#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

constexpr auth_header_view first("x-api-key: first", 9);
constexpr auth_header_view second("authorization: Bearer second", 13);

TEST_CASE("shared_header: there is none before one is published") {
  const shared_header shared;
  shared_header::reader mine(shared);
  CHECK_FALSE(mine.get_auth_header());
}

TEST_CASE("shared_header: a reader gives what was published last, name and value") {
  shared_header shared;
  shared_header::reader mine(shared);
  shared.publish(first);
  CHECK(mine.get_auth_header().expose_line() == "x-api-key: first");
  shared.publish(second);
  CHECK(mine.get_auth_header().name() == "authorization");
  CHECK(mine.get_auth_header().expose_value() == "Bearer second");
  CHECK(shared_header::reader(shared).get_auth_header().expose_line() == second.expose_line());
  shared.publish({});
  CHECK_FALSE(mine.get_auth_header());
}

TEST_CASE("shared_header: a header that was given stays until its reader's next call") {
  shared_header shared;
  shared_header::reader mine(shared);
  shared.publish(first);
  const auto view = mine.get_auth_header();
  shared.publish(second);
  shared.publish({});
  CHECK(view.expose_line() == "x-api-key: first");
}

TEST_CASE("shared_header: the same header published again is the one that the readers have") {
  shared_header shared;
  shared_header::reader mine(shared);
  shared.publish(first);
  const auto before = mine.get_auth_header();
  shared.publish(first);
  CHECK(mine.get_auth_header().expose_line().data() == before.expose_line().data());
  CHECK(shared_header::reader(shared).get_auth_header().expose_line().data() == before.expose_line().data());
}

TEST_CASE("shared_header: only the header that is still held is key_saved, and none is made") {
  shared_header shared;
  shared_header::reader mine(shared);
  shared.withdraw_unless(first);
  CHECK_FALSE(mine.get_auth_header());
  shared.publish(first);
  shared.withdraw_unless(first);
  CHECK(mine.get_auth_header());
  shared.withdraw_unless(second);
  CHECK_FALSE(mine.get_auth_header());
  shared.publish(first);
  CHECK(mine.get_auth_header());
  shared.withdraw_unless({});
  CHECK_FALSE(mine.get_auth_header());
}

TEST_CASE("shared_header: a reader that is copied or moved leaves both with a header of their own") {
  shared_header shared;
  shared.publish(first);
  shared_header::reader mine(shared);
  const auto view = mine.get_auth_header();
  auto other = std::move(mine);
  shared.publish(second);
  CHECK(other.get_auth_header().expose_line() == second.expose_line());
  CHECK(view.expose_line() == first.expose_line());
  CHECK(mine.get_auth_header().expose_line() == second.expose_line());
}

}  // namespace
