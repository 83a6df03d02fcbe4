// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/result.hpp"
#include "hubauth/posix/file.hpp"

namespace hubauth::detail {

/// Keeps others of our kind from writing a file: other processes, and other threads of this one.
///
/// Keeps:   the lock, until it ends, of `<target>.lock`, a file that stays. By `flock`, whose locks belong to the open
///          file: those of `fcntl` belong to the process, which loses them when any part of it closes the file
class file_lock {
 public:
  /// Waits for at most 2 s.
  ///
  /// Gives:   errc::store_locked when another holds it; errc::store_unwritable when it can't be made
  static result<file_lock> acquire(const std::string& target) {
    constexpr long step = 10;  // milliseconds
    constexpr int most_steps = 200;
    const auto path = target + ".lock";
    auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
    if (!file) return fail_at(errc::store_unwritable, path, errno);

    for (int steps = 0; retry_on_eintr([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0; ++steps) {
      if (errno != EWOULDBLOCK) return fail_at(errc::store_unwritable, path, errno);
      if (steps == most_steps) return fail_at(errc::store_locked, path, "another process holds it");
      system_environment().sleep_for(step);
    }
    return file_lock(std::move(file));
  }

  file_lock(file_lock&&) noexcept = default;

  ~file_lock() {
    if (file_) ::flock(file_.get(), LOCK_UN);  // closing is not enough while a child, just forked, has the file too
  }

 private:
  explicit file_lock(unique_fd file) noexcept : file_(std::move(file)) {}

  unique_fd file_;
};

}  // namespace hubauth::detail
