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

TEST_CASE("reporter: each law is reported once, without a test framework") {
  std::vector<std::pair<bool, std::string>> reports;
  const auto collect = [&](bool holds, std::string_view law) { reports.emplace_back(holds, law); };
  hubauth::memory_store store;
  store_laws([&]() -> hubauth::memory_store& { return store; }, collect);

  REQUIRE_FALSE(reports.empty());
  for (const auto& report : reports) {
    CHECK_MESSAGE(report.first, report.second);
    CHECK(report.second.starts_with("store: "));
    CHECK(std::count(reports.begin(), reports.end(), report) == 1);
  }
}
