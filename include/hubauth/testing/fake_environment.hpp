// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
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

/// An environment made up for a test: nothing is set but what is given here, time passes by sleeps alone, and random_values are
/// drawn beforehand. A model of `timed_environment`.
///
///     fake_environment env{.set = {{"HUB_API_KEY", "made-up"}}, .random_values = {7}};
struct fake_environment {
  std::map<std::string, std::string, std::less<>> set{};  ///< the variables, value by name; in plain text
  bool browser = false;                                   ///< whether one is at hand
  std::int64_t milliseconds = 0;                          ///< the clock, since 1970
  std::vector<std::uint64_t> random_values{};                      ///< in their order, the last again and again; none: 0
  std::vector<std::int64_t> sleeps{};                     ///< those that were made, in milliseconds
  std::size_t drawn = 0;                                  ///< how many random_values were drawn

  std::optional<std::string_view> get_env(const char* name) const {
    const auto found = set.find(std::string_view(name));
    return found == set.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }

  bool has_browser_session() const { return browser; }
  std::int64_t now() const { return milliseconds / 1000; }

  void sleep_for(std::int64_t length) {
    sleeps.push_back(length);
    milliseconds += length;
  }

  std::uint64_t random() {
    const auto next = drawn++;
    return random_values.empty() ? 0 : random_values[std::min(next, random_values.size() - 1)];
  }
};

static_assert(check_timed_environment<fake_environment>());

}  // namespace hubauth::testing
