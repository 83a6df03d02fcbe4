// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/terminal/read_password.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth {

namespace detail {

/// What a person reads before they type: where keys are made or why the last one was not taken, then the prompt.
inline std::string prompt_text(const prompt_request& about) {
  const auto service = detail::sanitize(about.service);
  std::string text;
  if (about.previous_error) {
    text = "That key was not taken: " + detail::sanitize(about.previous_error->code.message());
    if (!about.previous_error->detail.empty()) text += " (" + detail::sanitize(about.previous_error->detail) + ")";
    text += ".\n";
  } else if (!about.key_page.empty()) {
    text = "Keys for " + service + " are made at " + detail::sanitize(about.key_page) + "\n";
  }
  return text + service + " API key (hidden while you type, attempt " + std::to_string(about.attempt) + " of " +
         std::to_string(about.attempts) + "): ";
}

}  // namespace detail

/// Asks on the process's controlling terminal (/dev/tty), whatever standard input and output are. POSIX.
///
/// Construction does nothing; each prompt_request opens the terminal anew and leaves it exactly as it was, also when ^C, ^Z
/// or another signal comes that prompts it to end or to stop. SIGKILL or a crash leaves the echo off: `stty sane`.
/// Needs:   nothing; one prompt_request at a time in the process, a second one is refused at once
/// Keeps:   nothing; what was typed is wiped
class terminal_prompter {
 public:
  /// Gives:   the line as it was typed, empty when only Enter was; errc::prompt_canceled at the end of input (^D), with
  ///          "interrupted" when a signal came and the program goes on; errc::malformed_key when the line is longer
  ///          than any key; errc::prompt_unavailable, without a wait
  result<secret> ask(const prompt_request& about) { return detail::read_password(detail::prompt_text(about)); }
};

}  // namespace hubauth
