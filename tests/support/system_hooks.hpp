// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <utility>

/// What happens where a program of tests calls the system: system_hooks.cpp stands in for some of the C library's
/// functions. All that is not hooked goes on to the system.
namespace system_hooks {

inline std::function<void(long milliseconds)> on_pause;  ///< instead of a `nanosleep`
inline std::function<int()> on_sync;                     ///< before an `fsync`; gives an `errno`, 0 to go on
inline std::function<int()> on_rename;                   ///< before a `rename`, likewise

/// Sets a hook while it lives.
template <class F>
class during {
 public:
  template <class G>
  during(std::function<F>& hook, G action) : hook_(hook) {
    hook_ = std::move(action);
  }
  during(const during&) = delete;
  during& operator=(const during&) = delete;
  ~during() { hook_ = nullptr; }

 private:
  std::function<F>& hook_;
};
template <class F, class G>
during(std::function<F>&, G) -> during<F>;

}  // namespace system_hooks
