// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>

#include <fcntl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "hubauth/posix/open_file.hpp"
#include "hubauth/posix/retry_on_eintr.hpp"
#include "hubauth/posix/unique_fd.hpp"

namespace hubauth::detail {

/// The process's controlling terminal, /dev/tty.
class controlling_terminal {
 public:
  controlling_terminal() : file_(open_file("/dev/tty", O_RDWR | O_NOCTTY)) {
    if (!file_) error_ = errno;
    if (file_.get() >= FD_SETSIZE) error_ = EMFILE;
  }

  /// The `errno` of the first error; 0 if there was none.
  [[nodiscard]] int error() const noexcept { return error_; }

  [[nodiscard]] int fd() const noexcept { return file_.get(); }

  [[nodiscard]] bool in_background() const noexcept {
    const auto foreground = tcgetpgrp(fd());
    return foreground >= 0 && foreground != getpgrp();
  }

  /// Discards what was typed and not read. The kernel stops a program that does this in the background (SIGTTOU) until
  /// it is in the foreground.
  void flush_input() noexcept {
    if (error_ == 0 && retry_on_eintr([&] { return tcflush(fd(), TCIFLUSH); }) != 0) error_ = errno;
  }

 private:
  unique_fd file_;
  int error_ = 0;
};

}  // namespace hubauth::detail
