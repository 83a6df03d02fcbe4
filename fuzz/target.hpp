// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Ends the program with a message unless the condition holds: libFuzzer notices nothing else.
inline void check(bool condition, std::string_view message) {
  if (condition) return;
  std::fprintf(stderr, "failed: %.*s\n", static_cast<int>(message.size()), message.data());
  std::abort();
}

}  // namespace fuzz
