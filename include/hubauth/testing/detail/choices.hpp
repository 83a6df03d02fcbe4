// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <vector>

namespace hubauth::testing::detail {

/// Enumerates all combinations of choices, depth first.
///
///     choice_enumerator choose;
///     do {
///       ... choose(3) ...
///     } while (choose.next());
///
/// \pre which choices follow depends on the choices before, and on nothing else
class choice_enumerator {
 public:
  /// \returns a number below `count`
  /// \pre `count` is not 0
  unsigned operator()(unsigned count) {
    if (position_ == choices_.size()) choices_.push_back({0, count});
    return choices_[position_++].chosen;
  }

  /// Starts the next combination; false if there is none.
  bool next() {
    position_ = 0;
    while (!choices_.empty() && choices_.back().chosen + 1 == choices_.back().count) choices_.pop_back();
    if (choices_.empty()) return false;
    ++choices_.back().chosen;
    return true;
  }

 private:
  struct choice {
    unsigned chosen;
    unsigned count;
  };
  std::vector<choice> choices_;
  std::size_t position_ = 0;
};

}  // namespace hubauth::testing::detail
