// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/prompter/hidden_line.hpp"
#include "hubauth/wire/printable.hpp"

namespace hubauth {

namespace detail {

/// What a person reads before they type: where keys are made or why the last one was not taken, then the prompt.
inline std::string prompt_text(const question& about) {
  const auto service = wire::printable(about.service);
  std::string text;
  if (about.last) {
    text = "That key was not taken: " + wire::printable(about.last->code.message());
    if (!about.last->detail.empty()) text += " (" + wire::printable(about.last->detail) + ")";
    text += ".\n";
  } else if (!about.keys_page.empty()) {
    text = "Keys for " + service + " are made at " + wire::printable(about.keys_page) + "\n";
  }
  return text + service + " API key (hidden while you type, attempt " + std::to_string(about.attempt) + " of " +
         std::to_string(about.attempts) + "): ";
}

}  // namespace detail

/// Asks on the process's controlling terminal (/dev/tty), whatever standard input and output are. POSIX.
///
/// Construction does nothing; each question opens the terminal anew and leaves it exactly as it was, also when ^C, ^Z
/// or another signal comes that asks it to end or to stop. SIGKILL or a crash leaves the echo off: `stty sane`.
/// Needs:   nothing; one question at a time in the process, a second one is refused at once
/// Keeps:   nothing; what was typed is wiped
class terminal_prompter {
 public:
  /// Gives:   the line as it was typed, empty when only Enter was; errc::prompt_closed at the end of input (^D), with
  ///          "interrupted" when a signal came and the program goes on; errc::malformed_key when the line is longer
  ///          than any key; errc::no_terminal, without a wait
  result<secret> ask(const question& about) { return detail::read_hidden_line(detail::prompt_text(about)); }
};

}  // namespace hubauth
