// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/shared_header.hpp"

#include <atomic>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

constexpr auth_header_view first("x-api-key: first", 9);
constexpr auth_header_view second("authorization: Bearer second", 13);

TEST_CASE("shared_header: there is none before one is published") {
  const shared_header header;
  shared_header::reader reader(header);
  CHECK_FALSE(reader.get_auth_header());
}

TEST_CASE("shared_header: readers return the name and the value that were published last") {
  shared_header header;
  shared_header::reader reader(header);
  header.publish(first);
  CHECK(reader.get_auth_header().expose_line() == "x-api-key: first");
  header.publish(second);
  CHECK(reader.get_auth_header().name() == "authorization");
  CHECK(reader.get_auth_header().expose_value() == "Bearer second");
  CHECK(shared_header::reader(header).get_auth_header().expose_line() == second.expose_line());
  header.publish({});
  CHECK_FALSE(reader.get_auth_header());
}

TEST_CASE("shared_header: a view stays valid until its reader's next call") {
  shared_header header;
  shared_header::reader reader(header);
  header.publish(first);
  const auto view = reader.get_auth_header();
  header.publish(second);
  header.withdraw();
  CHECK(view.expose_line() == "x-api-key: first");
}

TEST_CASE("shared_header: publishing the same header again does not replace it") {
  shared_header header;
  shared_header::reader reader(header);
  header.publish(first);
  const auto before = reader.get_auth_header();
  header.publish(first);
  CHECK(reader.get_auth_header().expose_line().data() == before.expose_line().data());
  CHECK(shared_header::reader(header).get_auth_header().expose_line().data() == before.expose_line().data());
}

TEST_CASE("shared_header: withdraw leaves none, until one is published") {
  shared_header header;
  shared_header::reader reader(header);
  header.withdraw();
  CHECK_FALSE(reader.get_auth_header());
  header.publish(first);
  header.withdraw();
  CHECK_FALSE(reader.get_auth_header());
  header.publish(first);
  CHECK(reader.get_auth_header().expose_line() == first.expose_line());
}

TEST_CASE("shared_header: withdraw_unless keeps this header and withdraws any other") {
  shared_header header;
  shared_header::reader reader(header);
  header.withdraw_unless(first);
  CHECK_FALSE(reader.get_auth_header());
  header.publish(first);
  header.withdraw_unless(first);
  CHECK(reader.get_auth_header());
  header.withdraw_unless(second);
  CHECK_FALSE(reader.get_auth_header());
  header.publish(first);
  header.withdraw_unless({});
  CHECK_FALSE(reader.get_auth_header());
}

TEST_CASE("shared_header: a copied or moved reader leaves each with a header of its own") {
  shared_header header;
  header.publish(first);
  shared_header::reader reader(header);
  const auto view = reader.get_auth_header();
  auto other = std::move(reader);
  header.publish(second);
  CHECK(other.get_auth_header().expose_line() == second.expose_line());
  CHECK(view.expose_line() == first.expose_line());
  CHECK(reader.get_auth_header().expose_line() == second.expose_line());
}

TEST_CASE("shared_header: threads read complete headers while others replace them") {
  shared_header header;
  std::atomic<bool> ended = false;
  std::atomic<int> incomplete = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i != 4; ++i)
    readers.emplace_back([&] {
      shared_header::reader reader(header);
      while (!ended) {
        const auto view = reader.get_auth_header();
        if (view && view.expose_line() != first.expose_line() && view.expose_line() != second.expose_line())
          ++incomplete;
      }
    });
  for (int round = 0; round != 2000; ++round) {
    header.publish(round % 2 == 0 ? first : second);
    if (round % 3 == 0) header.withdraw_unless(first);
    if (round % 5 == 0) header.withdraw();
  }
  ended = true;
  for (auto& each : readers) each.join();
  CHECK(incomplete == 0);
}

}  // namespace
