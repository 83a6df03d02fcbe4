// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/policy/environment.hpp"

namespace hubauth::testing {

/// An environment for tests. Only what is given here is set, and only `sleep_for` moves the clock. A model of
/// `timed_environment`.
///
///     fake_environment env{.variables = {{"HUB_API_KEY", "made-up"}}, .random_values = {7}};
struct fake_environment {
  std::map<std::string, std::string, std::less<>> variables{};  ///< by name; in plain text
  bool browser_session = false;
  std::chrono::system_clock::time_point time{};
  std::vector<std::uint64_t> random_values{};       ///< in order; the last one is repeated; none: 0
  std::vector<std::chrono::milliseconds> delays{};  ///< the durations that `sleep_for` was called with
  std::size_t random_calls = 0;                     ///< how often `random` was called

  [[nodiscard]] std::optional<std::string_view> get_env(const char* name) const {
    const auto found = variables.find(std::string_view(name));
    return found == variables.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }

  [[nodiscard]] bool has_browser_session() const { return browser_session; }

  [[nodiscard]] std::chrono::system_clock::time_point now() const { return time; }

  void sleep_for(std::chrono::milliseconds duration) {
    delays.push_back(duration);
    time += duration;
  }

  [[nodiscard]] std::uint64_t random() {
    const auto next = random_calls++;
    return random_values.empty() ? 0 : random_values[(std::min)(next, random_values.size() - 1)];
  }
};

static_assert(check_timed_environment<fake_environment>());

}  // namespace hubauth::testing
