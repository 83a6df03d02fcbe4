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

#include "hubauth/prompter/caught_signals.hpp"
#include "hubauth/prompter/typed_line.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

/// The process's controlling terminal.
///
/// Keeps:   its own descriptor
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
class hidden_terminal {
 public:
  hidden_terminal(const controlling_terminal& terminal, caught_signals& caught)
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

  hidden_terminal(const hidden_terminal&) = delete;
  hidden_terminal& operator=(const hidden_terminal&) = delete;

  ~hidden_terminal() {
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
  void read(typed_line& line) {
    while (error_ == 0 && signals_.wait_for_input(file())) {
      if (terminal_.in_background()) raise(SIGTTIN);  // as the kernel would, but in this thread and once
      if (signals_.any()) return;
      const auto size = ::read(file(), line.room(), line.room_size());
      if (size >= 0 && line.take(static_cast<std::size_t>(size))) return;
      if (size < 0 && errno != EINTR) error_ = errno;
    }
  }

 private:
  int file() const noexcept { return terminal_.file(); }

  const controlling_terminal& terminal_;
  caught_signals& signals_;
  termios modes_{};
  bool hides_ = false;
  int error_ = 0;
};

inline unexpected<failure> no_terminal(int error) {
  return fail(errc::no_terminal, "/dev/tty: " + std::generic_category().message(error));
}

/// Shows `text` on the controlling terminal and reads one line that nobody sees.
///
/// A signal has its usual effect after the terminal is in order again (as with OpenBSD's readpassphrase); after a stop
/// the question is asked anew. In the background it waits, stopped, for the foreground.
/// Gives:   the line, or what `typed_line::answer` says of it; errc::prompt_closed when a signal came that the program
///          survives; errc::no_terminal when there is none, or another thread reads from it
inline result<secret> read_hidden_line(std::string_view text) {
  static std::atomic_flag in_use;
  if (in_use.test_and_set()) return fail(errc::no_terminal, "another prompt is open");
  const struct releasing {
    ~releasing() { in_use.clear(); }
  } release;

  controlling_terminal terminal;
  for (;;) {
    terminal.flush();  // before signals are caught: in the background the program stops here
    if (terminal.error() != 0) return no_terminal(terminal.error());

    typed_line line;
    int error = 0;
    caught_signals caught;
    {
      hidden_terminal hidden(terminal, caught);
      hidden.show(text);
      hidden.read(line);
      error = hidden.error();
    }
    if (caught.any()) line.clear();  // the program may end now and leave a core dump
    const auto came = caught.let_go();
    if (came == caught_signals::came::stop) continue;
    if (came == caught_signals::came::end) return fail(errc::prompt_closed, "interrupted");
    if (error != 0) return no_terminal(error);
    return line.answer();
  }
}

}  // namespace hubauth::detail
