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

/// An environment made up for a test: nothing is set but what is given here, time passes by pauses alone, and lots are
/// drawn beforehand. A model of `patient_environment`.
///
///     fake_environment env{.set = {{"HUB_API_KEY", "made-up"}}, .lots = {7}};
struct fake_environment {
  std::map<std::string, std::string, std::less<>> set{};  ///< the variables, value by name; in plain text
  bool browser = false;                                   ///< whether one is at hand
  std::int64_t milliseconds = 0;                          ///< the clock, since 1970
  std::vector<std::uint64_t> lots{};                      ///< in their order, the last again and again; none: 0
  std::vector<std::int64_t> pauses{};                     ///< those that were made, in milliseconds
  std::size_t drawn = 0;                                  ///< how many lots were drawn

  std::optional<std::string_view> variable(const char* name) const {
    const auto found = set.find(std::string_view(name));
    return found == set.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }

  bool browser_at_hand() const { return browser; }
  std::int64_t now() const { return milliseconds / 1000; }

  void pause_for(std::int64_t length) {
    pauses.push_back(length);
    milliseconds += length;
  }

  std::uint64_t draw() {
    const auto next = drawn++;
    return lots.empty() ? 0 : lots[std::min(next, lots.size() - 1)];
  }
};

static_assert(check_patient_environment<fake_environment>());

}  // namespace hubauth::testing
