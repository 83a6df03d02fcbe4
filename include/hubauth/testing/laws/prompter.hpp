// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/testing/laws/common.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

using typed_lines = std::vector<std::string>;  ///< what a person types; behind the last one the input ends

namespace laws {

inline constexpr prompt_request first_prompt_request{
    .service = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .attempts = 3};
inline constexpr std::string_view typed_text = "typed.made-up-key";

template <class Prompter>
bool answers(Prompter& prompter, std::string_view text, const prompt_request& about = first_prompt_request) {
  const auto typed = prompter.ask(about);
  return typed && is_text(*typed, text);
}

template <class Prompter>
bool ends_in(Prompter& prompter, errc kind) {
  const auto typed = prompter.ask(first_prompt_request);
  return !typed && is_kind(typed.error().code, kind);
}

}  // namespace laws

/// Tells of each law of a prompter whether it holds.
///
///     prompter_laws([](typed_lines person) { return my_prompter(std::move(person)); }, doctest_report);
/// Needs:   `make_prompter(typed_lines)` gives a prompter, by value or by reference, before a person who types these lines
template <class Seat, reporter Report>
void prompter_laws(Seat make_prompter, Report&& report) {
  static_assert(check_prompter<std::remove_cvref_t<decltype(make_prompter(typed_lines()))>>());
  const std::string text(laws::typed_text);
  {
    auto&& prompter = make_prompter({text});
    report(laws::answers(prompter, text), "prompter: the answer comes as it was typed");
    report(laws::ends_in(prompter, errc::prompt_canceled), "prompter: the end of input is errc::prompt_canceled");
  }
  {
    auto&& prompter = make_prompter({"first-key", "second-key"});
    report(laws::answers(prompter, "first-key") && laws::answers(prompter, "second-key"),
           "prompter: one prompt_request takes one answer");
  }
  {
    auto&& prompter = make_prompter({"first-key", text});
    static_cast<void>(prompter.ask(laws::first_prompt_request));
    const error_info rejected{errc::rejected, "unknown key"};
    auto again = laws::first_prompt_request;
    again.attempt = 2;
    again.previous_error = &rejected;
    report(laws::answers(prompter, text, again), "prompter: it prompts again when the answer before was not taken");
  }
  {
    auto&& prompter = make_prompter({laws::longest_key()});
    report(laws::answers(prompter, laws::longest_key()), "prompter: the longest key comes whole");
  }
  {
    const std::string no_key = "no\"key." + text;
    auto&& prompter = make_prompter({no_key, text});
    const auto typed = prompter.ask(laws::first_prompt_request);
    report(typed ? laws::is_text(*typed, no_key) : laws::is_kind(typed.error().code, errc::malformed_key),
           "prompter: an answer that is no key comes as it was typed, or is errc::malformed_key");
    report(laws::keeps_to_itself(typed, text), "prompter: a error_info says nothing of what was typed");
    report(laws::answers(prompter, text), "prompter: an answer that is no key costs one prompt_request");
  }
}

/// Tells whether a prompter keeps what is typed off the screen.
///
/// Needs:   `make_prompter` as for `prompter_laws`; `shown()` gives the text of all that the prompters have shown
template <class Seat, class Shown, reporter Report>
void hidden_answer_laws(Seat make_prompter, Shown shown, Report&& report) {
  {
    auto&& prompter = make_prompter({std::string(laws::typed_text)});
    static_cast<void>(prompter.ask(laws::first_prompt_request));
  }
  report(std::string(shown()).find(laws::typed_text) == std::string::npos, "prompter: nothing that is typed is shown");
}

/// Tells whether a prompter knows when it is of no use.
///
/// Needs:   `make_unavailable_prompter()` gives a prompter where nobody can be asked
template <class SeatNobody, reporter Report>
void nobody_there_laws(SeatNobody make_unavailable_prompter, Report&& report) {
  auto&& prompter = make_unavailable_prompter();
  report(laws::ends_in(prompter, errc::prompt_unavailable), "prompter: where nobody can be asked, it is errc::prompt_unavailable");
}

}  // namespace hubauth::testing
