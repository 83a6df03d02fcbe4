// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "hubauth/posix/scoped_signal_catcher.hpp"
#include "hubauth/terminal/line_buffer.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

/// The process's controlling terminal.
///
/// Keeps:   its own unique_fd
class controlling_terminal {
 public:
  controlling_terminal() : file_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (file_ < 0) error_ = errno;
    if (file_ >= FD_SETSIZE) error_ = EMFILE;
  }

  controlling_terminal(const controlling_terminal&) = delete;
  controlling_terminal& operator=(const controlling_terminal&) = delete;

  ~controlling_terminal() {
    if (file_ >= 0) ::close(file_);
  }

  /// An errno value; 0 while nothing is wrong.
  [[nodiscard]] int error() const noexcept { return error_; }

  [[nodiscard]] int file() const noexcept { return file_; }

  [[nodiscard]] bool in_background() const noexcept {
    const auto foreground = tcgetpgrp(file_);
    return foreground >= 0 && foreground != getpgrp();
  }

  /// Drops what was typed and not read. From the background the kernel allows that to nobody: it stops the program
  /// (SIGTTOU) until it is in the foreground.
  void flush() noexcept {
    while (error_ == 0 && tcflush(file_, TCIFLUSH) != 0)
      if (errno != EINTR) error_ = errno;
  }

 private:
  int file_;
  int error_ = 0;
};

/// A terminal that shows nothing of what is typed.
///
/// Keeps:   the terminal's modes, put back exactly when it ends
class echo_off_guard {
 public:
  echo_off_guard(const controlling_terminal& terminal, scoped_signal_catcher& caught)
      : terminal_(terminal), signals_(caught) {
    if (tcgetattr(file(), &modes_) != 0) {
      error_ = errno;
      return;
    }
    termios hidden = modes_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    hidden.c_lflag |= ICANON | ISIG;  // the kernel edits the line, and Enter and ^C work where a program left them off
    hidden.c_iflag |= ICRNL;
    while (error_ == 0 && !hides_ && !signals_.any()) {
      hides_ = tcsetattr(file(), TCSAFLUSH, &hidden) == 0;  // FLUSH: what was typed before is no answer
      if (!hides_ && errno != EINTR) error_ = errno;
    }
  }

  echo_off_guard(const echo_off_guard&) = delete;
  echo_off_guard& operator=(const echo_off_guard&) = delete;

  ~echo_off_guard() {
    if (!hides_ || terminal_.in_background()) return;  // another job's terminal, with modes of its own by now
    [[maybe_unused]] const auto ignored = ::write(file(), "\n", 1);  // Enter was not shown
    // FLUSH: no further line of a paste reaches the shell
    while (tcsetattr(file(), TCSAFLUSH, &modes_) != 0 && errno == EINTR && !terminal_.in_background()) {
    }
  }

  /// An errno value; 0 while nothing is wrong.
  [[nodiscard]] int error() const noexcept { return error_; }

  void show(std::string_view text) {
    while (!text.empty() && error_ == 0 && !signals_.any()) {
      const auto size = ::write(file(), text.data(), text.size());
      if (size >= 0)
        text.remove_prefix(static_cast<std::size_t>(size));
      else if (errno != EINTR)
        error_ = errno;
    }
  }

  /// Reads to the end of the line, unless a signal comes.
  void read(line_buffer& line) {
    while (error_ == 0 && signals_.wait_for_input(file())) {
      if (terminal_.in_background()) raise(SIGTTIN);  // as the kernel would, but in this thread and once
      if (signals_.any()) return;
      const auto size = ::read(file(), line.free_space(), line.free_space_size());
      if (size >= 0 && line.take(static_cast<std::size_t>(size))) return;
      if (size < 0 && errno != EINTR) error_ = errno;
    }
  }

 private:
  int file() const noexcept { return terminal_.file(); }

  const controlling_terminal& terminal_;
  scoped_signal_catcher& signals_;
  termios modes_{};
  bool hides_ = false;
  int error_ = 0;
};

inline unexpected<error_info> prompt_unavailable(int error) {
  return fail(errc::prompt_unavailable, "/dev/tty: " + std::generic_category().message(error));
}

/// Shows `text` on the controlling terminal and reads one line that nobody sees.
///
/// A signal has its usual effect after the terminal is in order again (as with OpenBSD's readpassphrase); after a stop
/// the prompt_request is asked anew. In the background it waits, stopped, for the foreground.
/// Gives:   the line, or what `line_buffer::answer` says of it; errc::prompt_canceled when a signal came that the program
///          survives; errc::prompt_unavailable when there is none, or another thread reads from it
inline result<secret> read_password(std::string_view text) {
  static std::atomic_flag in_use;
  if (in_use.test_and_set()) return fail(errc::prompt_unavailable, "another prompt is open");
  const struct releasing {
    ~releasing() { in_use.clear(); }
  } release;

  controlling_terminal terminal;
  for (;;) {
    terminal.flush();  // before signals are caught: in the background the program stops here
    if (terminal.error() != 0) return prompt_unavailable(terminal.error());

    line_buffer line;
    int error = 0;
    scoped_signal_catcher caught;
    {
      echo_off_guard hidden(terminal, caught);
      hidden.show(text);
      hidden.read(line);
      error = hidden.error();
    }
    if (caught.any()) line.clear();  // the program may end now and leave a core dump
    const auto came = caught.restore_and_reraise();
    if (came == scoped_signal_catcher::came::stop) continue;
    if (came == scoped_signal_catcher::came::end) return fail(errc::prompt_canceled, "interrupted");
    if (error != 0) return prompt_unavailable(error);
    return line.answer();
  }
}

}  // namespace hubauth::detail
