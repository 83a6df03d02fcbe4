// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>

namespace hubauth::detail {

/// Repeats a system call while a signal interrupts it.
/// \returns what the last call returned: -1, with `errno`, if it failed for another reason
template <class F>
auto retry_on_eintr(F call) {
  auto returned = call();
  while (returned == -1 && errno == EINTR) returned = call();
  return returned;
}

}  // namespace hubauth::detail
