// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/open_file.hpp"
#include "hubauth/posix/retry_on_eintr.hpp"
#include "hubauth/posix/unique_fd.hpp"
#include "hubauth/result.hpp"

namespace hubauth::detail {

/// An advisory lock on writing a file, against other processes and other threads that use this class.
///
/// It locks `<target>.lock`, which is never removed, by `flock`: such a lock belongs to the open file. A lock by
/// `fcntl` belongs to the process, which loses it as soon as any part of the process closes the file.
class file_lock {
 public:
  /// Waits for the lock, at most 2 s.
  /// \retval errc::store_locked if another process or thread holds it
  /// \retval errc::store_unwritable if the lock file cannot be created
  static result<file_lock> acquire(const std::string& target) {
    constexpr std::chrono::milliseconds timeout{2000};
    constexpr std::chrono::milliseconds interval{10};
    const auto path = target + ".lock";
    auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
    if (!file) return file_error(errc::store_unwritable, path, errno);

    auto waited = std::chrono::milliseconds::zero();
    while (retry_on_eintr([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
      if (errno != EWOULDBLOCK) return file_error(errc::store_unwritable, path, errno);
      if (waited == timeout) return file_error(errc::store_locked, path, "another process holds the lock");
      system_environment().sleep_for(interval);
      waited += interval;
    }
    return file_lock(std::move(file));
  }

  file_lock(file_lock&&) noexcept = default;

  ~file_lock() {
    if (file_) ::flock(file_.get(), LOCK_UN);  // closing does not unlock while a forked child has the descriptor, too
  }

 private:
  explicit file_lock(unique_fd file) noexcept : file_(std::move(file)) {}

  unique_fd file_;
};

}  // namespace hubauth::detail
