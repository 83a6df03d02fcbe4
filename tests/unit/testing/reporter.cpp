// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/reporter.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/laws.hpp"

using namespace hubauth::testing;

namespace {

static_assert(reporter<void (*)(bool, std::string_view)>);
static_assert(reporter<decltype([](bool, const std::string_view&) {})>);
static_assert(!reporter<decltype([](bool) {})>);

}  // namespace

TEST_CASE("report: laws are told without a test framework, once each, by words of their own") {
  std::vector<std::pair<bool, std::string>> told;
  const auto collect = [&](bool holds, std::string_view law) { told.emplace_back(holds, law); };
  hubauth::memory_store store;
  store_laws([&]() -> hubauth::memory_store& { return store; }, collect);

  REQUIRE_FALSE(told.empty());
  for (const auto& one : told) {
    CHECK_MESSAGE(one.first, one.second);
    CHECK(one.second.starts_with("store: "));
    CHECK(std::count(told.begin(), told.end(), one) == 1);
  }
}
