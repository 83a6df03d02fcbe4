// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/prompter.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/scripted_login.hpp"
#include "support/law_reports.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// A correct prompter, which the faulty ones derive from.
struct correct_prompter {
  typed_lines lines;
  std::size_t position = 0;

  std::optional<std::string> next_line() {
    return position == lines.size() ? std::nullopt : std::optional(lines[position++]);
  }

  result<secret> ask(const prompt_request&) {
    const auto line = next_line();
    if (!line) return fail(errc::prompt_canceled);
    return secret(*line);
  }
};

struct drops_first_character : correct_prompter {
  result<secret> ask(const prompt_request&) {
    const auto line = next_line();
    if (!line) return fail(errc::prompt_canceled);
    return secret(line->substr(1));
  }
};
struct empty_at_end_of_input : correct_prompter {
  result<secret> ask(const prompt_request&) { return secret(next_line().value_or("")); }
};
struct asks_for_confirmation : correct_prompter {
  result<secret> ask(const prompt_request& request) {
    auto first = correct_prompter::ask(request);
    static_cast<void>(next_line());
    return first;
  }
};
struct asks_only_once : correct_prompter {
  result<secret> ask(const prompt_request& request) {
    if (request.previous_error) return fail(errc::prompt_unavailable);
    return correct_prompter::ask(request);
  }
};
struct reads_255_bytes : correct_prompter {
  result<secret> ask(const prompt_request&) {
    const auto line = next_line();
    if (!line) return fail(errc::prompt_canceled);
    return secret(line->substr(0, 255));
  }
};
template <errc Code>
struct parses_key : correct_prompter {
  result<secret> ask(const prompt_request& request, const std::string& detail = {}) {
    auto typed = correct_prompter::ask(request);
    if (typed && typed->with_exposed([](std::string_view text) { return split_key(text).error != key_error::none; }))
      return fail(Code, detail);
    return typed;
  }
};
struct error_contains_answer : parses_key<errc::malformed_key> {
  result<secret> ask(const prompt_request& request) {
    return parses_key::ask(request, "not a key: " + (position < lines.size() ? lines[position] : ""));
  }
};
struct asks_until_well_formed : correct_prompter {
  result<secret> ask(const prompt_request& request) {
    for (;;) {
      auto typed = correct_prompter::ask(request);
      if (!typed || typed->with_exposed([](std::string_view text) { return api_key::parse(text).has_value(); }))
        return typed;
    }
  }
};

template <class Prompter>
void run(law_report& report) {
  prompter_laws(
      [](typed_lines lines) {
        Prompter prompter{};
        prompter.lines = std::move(lines);
        return prompter;
      },
      report);
}

/// Writes the prompt, and perhaps the answer, to a screen.
struct echoing_prompter : correct_prompter {
  std::string* screen = nullptr;
  bool echo = true;
  result<secret> ask(const prompt_request&) {
    const auto line = next_line().value_or("");
    screen->append("API key: ").append(echo ? line : std::string());
    return secret(line);
  }
};

void run_hidden_answer_laws(law_report& report, bool echo) {
  std::string screen;
  const auto make_prompter = [&](typed_lines lines) { return echoing_prompter{{std::move(lines)}, &screen, echo}; };
  hidden_answer_laws(
      make_prompter, [&] { return screen; }, report);
}

}  // namespace

TEST_CASE("prompter_laws: a scripted login and a prompter that parses the answer keep them") {
  std::deque<scripted_login<decltype(doctest_report)>> scripts;
  const auto make_prompter = [&](const typed_lines& lines) -> auto& {
    auto& script = scripts.emplace_back(doctest_report);
    for (const auto& line : lines) script.expect_ask(secret(line));
    if (lines.size() == 1 && lines.front() == testing::detail::typed_text)
      script.expect_ask(fail(errc::prompt_canceled));
    return script;
  };
  prompter_laws(make_prompter, doctest_report);
  for (const auto& run_correct : {run<correct_prompter>, run<parses_key<errc::malformed_key>>}) {
    law_report report;
    run_correct(report);
    check_all_hold(report);
  }
}

TEST_CASE("prompter_laws: each law finds its fault") {
  check_faults_are_found({
      {"prompter: the answer is returned as it was typed", run<drops_first_character>},
      {"prompter: the end of input is errc::prompt_canceled", run<empty_at_end_of_input>},
      {"prompter: each call reads one answer", run<asks_for_confirmation>},
      {"prompter: it asks again after an answer that was not accepted", run<asks_only_once>},
      {"prompter: the longest key is returned completely", run<reads_255_bytes>},
      {"prompter: a malformed answer is returned as it was typed, or is errc::malformed_key",
       run<parses_key<errc::rejected>>},
      {"prompter: an error contains nothing of the answer", run<error_contains_answer>},
      {"prompter: a malformed answer ends the call", run<asks_until_well_formed>},
  });
}

TEST_CASE("hidden_answer_laws: an echoed answer is found") {
  check_faults_are_found(
      {{"prompter: the answer is not echoed", [](law_report& report) { run_hidden_answer_laws(report, true); }}});
  law_report report;
  run_hidden_answer_laws(report, false);
  check_all_hold(report);
}

TEST_CASE("unavailable_prompter_laws: another error is found") {
  struct unavailable_prompter {
    result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
  };
  unavailable_prompter_laws([] { return unavailable_prompter(); }, doctest_report);
  check_faults_are_found({{"prompter: it is errc::prompt_unavailable if no user can be asked", [](law_report& report) {
                             unavailable_prompter_laws([] { return correct_prompter(); }, report);
                           }}});
}
