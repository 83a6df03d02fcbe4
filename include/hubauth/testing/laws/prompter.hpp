// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/testing/detail/law_helpers.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

using typed_lines = std::vector<std::string>;  ///< what the user types; after the last line the input ends

namespace detail {

inline constexpr prompt_request first_prompt_request{
    .service_name = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .max_attempts = 3};
inline constexpr std::string_view typed_text = "typed.made-up-key";

/// True if the answer to the prompt is `text`.
template <class Prompter>
bool answers(Prompter& prompter, std::string_view text, const prompt_request& request = first_prompt_request) {
  const auto typed = prompter.ask(request);
  return typed && detail::equals(*typed, text);
}

}  // namespace detail

/// Reports for each law of a prompter whether it holds.
///
///     prompter_laws([](typed_lines lines) { return my_prompter(std::move(lines)); }, doctest_report);
///
/// \param make_prompter  called with `typed_lines`; returns, by value or by reference, a prompter for a user who types
/// them
template <class MakePrompter, reporter Report>
void prompter_laws(MakePrompter make_prompter, Report&& report) {
  static_assert(check_prompter<std::remove_cvref_t<decltype(make_prompter(typed_lines()))>>());
  const std::string text(detail::typed_text);
  {
    auto&& prompter = make_prompter({text});
    report(detail::answers(prompter, text), "prompter: the answer is returned as it was typed");
    report(detail::fails_with(prompter.ask(detail::first_prompt_request), errc::prompt_canceled),
           "prompter: the end of input is errc::prompt_canceled");
  }
  {
    auto&& prompter = make_prompter({"first-key", "second-key"});
    report(detail::answers(prompter, "first-key") && detail::answers(prompter, "second-key"),
           "prompter: each call reads one answer");
  }
  {
    auto&& prompter = make_prompter({"first-key", text});
    static_cast<void>(prompter.ask(detail::first_prompt_request));
    const error_info rejected{errc::rejected, "unknown key"};
    auto again = detail::first_prompt_request;
    again.attempt = 2;
    again.previous_error = &rejected;
    report(detail::answers(prompter, text, again), "prompter: it asks again after an answer that was not accepted");
  }
  {
    auto&& prompter = make_prompter({detail::longest_key()});
    report(detail::answers(prompter, detail::longest_key()), "prompter: the longest key is returned completely");
  }
  {
    const std::string malformed = "no\"key." + text;
    auto&& prompter = make_prompter({malformed, text});
    const auto typed = prompter.ask(detail::first_prompt_request);
    report(typed ? detail::equals(*typed, malformed) : detail::fails_with(typed, errc::malformed_key),
           "prompter: a malformed answer is returned as it was typed, or is errc::malformed_key");
    report(detail::hides(typed, text), "prompter: an error contains nothing of the answer");
    report(detail::answers(prompter, text), "prompter: a malformed answer ends the call");
  }
}

/// Reports whether a prompter hides what is typed.
/// \param make_prompter  as for `prompter_laws`
/// \param shown          returns the text of everything that the prompters have shown
template <class MakePrompter, class Shown, reporter Report>
void hidden_answer_laws(MakePrompter make_prompter, Shown shown, Report&& report) {
  {
    auto&& prompter = make_prompter({std::string(detail::typed_text)});
    static_cast<void>(prompter.ask(detail::first_prompt_request));
  }
  report(std::string(shown()).find(detail::typed_text) == std::string::npos, "prompter: the answer is not echoed");
}

/// Reports whether a prompter fails where no user can be asked.
/// \param make_unavailable_prompter  returns a prompter that has no user
template <class MakePrompter, reporter Report>
void unavailable_prompter_laws(MakePrompter make_unavailable_prompter, Report&& report) {
  auto&& prompter = make_unavailable_prompter();
  report(detail::fails_with(prompter.ask(detail::first_prompt_request), errc::prompt_unavailable),
         "prompter: it is errc::prompt_unavailable if no user can be asked");
}

}  // namespace hubauth::testing
