// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <string_view>

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "hubauth/posix/scoped_signal_catcher.hpp"
#include "hubauth/terminal/controlling_terminal.hpp"
#include "hubauth/terminal/line_buffer.hpp"

namespace hubauth::detail {

/// Turns the terminal's echo off. The destructor restores the terminal's modes exactly.
///
/// A caught signal interrupts each of its functions.
class echo_off_guard {
 public:
  echo_off_guard(const controlling_terminal& terminal, scoped_signal_catcher& catcher)
      : terminal_(terminal), catcher_(catcher) {
    if (tcgetattr(terminal_.fd(), &saved_modes_) != 0) {
      error_ = errno;
      return;
    }
    termios modes = saved_modes_;
    modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    // The kernel edits the line, and Enter and ^C work even if a program turned them off.
    modes.c_lflag |= ICANON | ISIG;
    modes.c_iflag |= ICRNL;
    while (error_ == 0 && !echo_is_off_ && !catcher_.any()) {
      echo_is_off_ = tcsetattr(terminal_.fd(), TCSAFLUSH, &modes) == 0;  // FLUSH: discards what was typed before
      if (!echo_is_off_ && errno != EINTR) error_ = errno;
    }
  }

  echo_off_guard(const echo_off_guard&) = delete;
  echo_off_guard& operator=(const echo_off_guard&) = delete;

  ~echo_off_guard() {
    if (!echo_is_off_ || terminal_.in_background()) return;  // now the terminal has the modes of another job
    [[maybe_unused]] const auto written = ::write(terminal_.fd(), "\n", 1);  // Enter was not echoed
    // FLUSH: no further line of a paste reaches the shell
    while (tcsetattr(terminal_.fd(), TCSAFLUSH, &saved_modes_) != 0 && errno == EINTR && !terminal_.in_background()) {
    }
  }

  /// The `errno` of the first error; 0 if there was none.
  [[nodiscard]] int error() const noexcept { return error_; }

  void write(std::string_view text) {
    while (!text.empty() && error_ == 0 && !catcher_.any()) {
      const auto size = ::write(terminal_.fd(), text.data(), text.size());
      if (size >= 0)
        text.remove_prefix(static_cast<std::size_t>(size));
      else if (errno != EINTR)
        error_ = errno;
    }
  }

  /// Reads to the end of the line.
  void read(line_buffer& line) {
    while (error_ == 0 && catcher_.wait_for_input(terminal_.fd())) {
      if (terminal_.in_background()) raise(SIGTTIN);  // as the kernel would, but to this thread, and once
      if (catcher_.any()) return;
      const auto space = line.free_space();
      const auto size = ::read(terminal_.fd(), space.data(), space.size());
      if (size >= 0 && line.commit(static_cast<std::size_t>(size))) return;
      if (size < 0 && errno != EINTR) error_ = errno;
    }
  }

 private:
  const controlling_terminal& terminal_;
  scoped_signal_catcher& catcher_;
  termios saved_modes_{};
  bool echo_is_off_ = false;
  int error_ = 0;
};

}  // namespace hubauth::detail
