// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Aborts with this message, which libFuzzer reports, unless a promise holds.
inline void check(bool holds, std::string_view failure) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(failure.size()), failure.data());
  std::abort();
}

}  // namespace fuzz
