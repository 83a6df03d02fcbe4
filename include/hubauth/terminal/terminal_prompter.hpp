// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/terminal/read_password.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth {

namespace detail {

/// The text of a prompt: why the previous key was not accepted, or else where users create keys; then what to enter.
inline std::string prompt_text(const prompt_request& request) {
  std::string text;
  if (const auto* error = request.previous_error) {
    text = error->code == errc::rejected ? "Key rejected: " : "Invalid key: ";
    text += sanitize(error->detail.empty() ? error->code.message() : error->detail) + "\n";
  } else if (!request.key_page.empty()) {
    text = "Create a key at " + sanitize(request.key_page) + "\n";
  }
  return text + sanitize(request.service_name) + " API key (input hidden, attempt " + std::to_string(request.attempt) +
         " of " + std::to_string(request.max_attempts) + "): ";
}

}  // namespace detail

/// Prompts on the process's controlling terminal (/dev/tty), wherever standard input and output go. A model of
/// `prompter`, for POSIX systems.
///
/// The constructor does nothing; each prompt opens the terminal, and restores its modes, also if ^C, ^Z or another
/// signal ends or stops the program. After SIGKILL or a crash, the echo stays off: `stty sane`.
///
/// \par Thread safety
/// All functions can be called by any thread. The process has at most one open prompt; a second one fails at once.
class terminal_prompter {
 public:
  /// Prompts once.
  /// \returns the line as it was typed; empty if only Enter was
  /// \retval errc::prompt_canceled at the end of input (^D); with the detail "interrupted" if the program's own handler
  ///         of a signal returned
  /// \retval errc::malformed_key if the line is longer than any key
  /// \retval errc::prompt_unavailable, without waiting, if there is no terminal or another prompt is open
  result<secret> ask(const prompt_request& request) { return detail::read_password(detail::prompt_text(request)); }
};

static_assert(check_prompter<terminal_prompter>());

}  // namespace hubauth
