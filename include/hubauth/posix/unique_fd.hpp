// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include <unistd.h>

namespace hubauth::detail {

/// An open file descriptor, which the destructor closes.
class unique_fd {
 public:
  /// No descriptor.
  unique_fd() noexcept = default;

  /// Takes over an open descriptor; -1 is none.
  explicit unique_fd(int fd) noexcept : fd_(fd) {}

  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  unique_fd& operator=(unique_fd&& other) noexcept {
    unique_fd moved(std::move(other));
    std::swap(fd_, moved.fd_);
    return *this;
  }

  ~unique_fd() { close(); }

  /// True if there is a descriptor.
  explicit operator bool() const noexcept { return fd_ != -1; }

  /// The descriptor; -1 if there is none.
  [[nodiscard]] int get() const noexcept { return fd_; }

  /// Closes the descriptor now. Not repeated after EINTR: the descriptor is closed by then.
  /// \returns false, with `errno`, if written data may be lost
  bool close() noexcept { return fd_ == -1 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_ = -1;
};

}  // namespace hubauth::detail
