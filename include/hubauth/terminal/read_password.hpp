// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <string_view>

#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/scoped_signal_catcher.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/terminal/controlling_terminal.hpp"
#include "hubauth/terminal/echo_off_guard.hpp"
#include "hubauth/terminal/line_buffer.hpp"

namespace hubauth::detail {

/// Writes a prompt to the controlling terminal and reads one line without echo.
///
/// A signal takes its usual effect after the terminal is restored, as with OpenBSD's readpassphrase. After a stop, the
/// prompt is written again. In the background, the program is stopped until it is in the foreground.
/// \retval errc::prompt_canceled at the end of input, or if the program's own handler of a signal returned
/// \retval errc::prompt_unavailable if there is no terminal, or another thread reads from it
/// \retval errc::malformed_key if the line is longer than any key
inline result<secret> read_password(std::string_view prompt) {
  static std::atomic_flag in_use;
  if (in_use.test_and_set()) return fail(errc::prompt_unavailable, "another prompt is open");
  const struct release_guard {
    ~release_guard() { in_use.clear(); }
  } release;

  controlling_terminal terminal;
  for (;;) {
    terminal.flush_input();  // before catcher are caught: in the background, the program is stopped here
    if (terminal.error() != 0) return file_error(errc::prompt_unavailable, "/dev/tty", terminal.error());

    line_buffer input;
    int error = 0;
    scoped_signal_catcher catcher;
    {
      echo_off_guard echo_off(terminal, catcher);
      echo_off.write(prompt);
      echo_off.read(input);
      error = echo_off.error();
    }
    if (catcher.any()) input.clear();  // the program may end now, and dump core
    switch (catcher.restore_and_reraise()) {
      case signal_effect::stopped: continue;
      case signal_effect::handled: return fail(errc::prompt_canceled, "interrupted");
      case signal_effect::none: break;
    }
    if (error != 0) return file_error(errc::prompt_unavailable, "/dev/tty", error);
    return input.line();
  }
}

}  // namespace hubauth::detail
