// SPDX-License-Identifier: BSL-1.0
//
// For a test program that links system_hooks.cpp, which interposes functions of the C library: those that sleep, fsync
// and rename.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

namespace hubauth::testing {

/// Called instead of sleeping.
inline std::function<void(std::chrono::nanoseconds)> on_sleep;

/// Called before a file, or a directory, is flushed to the disk.
/// \returns the `errno` of a failure; 0 to continue
inline std::function<int(int fd)> on_fsync;

/// Called before a file is renamed.
/// \returns the `errno` of a failure; 0 to continue
inline std::function<int()> on_rename;

/// Sets a hook; the destructor removes it.
template <class Signature>
class scoped_hook {
 public:
  template <class F>
  scoped_hook(std::function<Signature>& hook, F action) : hook_(hook) {
    hook_ = std::move(action);
  }
  scoped_hook(const scoped_hook&) = delete;
  scoped_hook& operator=(const scoped_hook&) = delete;
  ~scoped_hook() { hook_ = nullptr; }

 private:
  std::function<Signature>& hook_;
};
template <class Signature, class F>
scoped_hook(std::function<Signature>&, F) -> scoped_hook<Signature>;

}  // namespace hubauth::testing
