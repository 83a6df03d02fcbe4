// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Ends the program with words when a promise is broken: libFuzzer looks at nothing else.
inline void check(bool holds, std::string_view otherwise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(otherwise.size()), otherwise.data());
  std::abort();
}

}  // namespace fuzz
