// SPDX-License-Identifier: BSL-1.0
//
// The laws of a prompter on a pseudo-terminal: a program runs them there, and the test is the user who types.
#include "hubauth/terminal/terminal_prompter.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/laws/prompter.hpp"
#include "support/law_reports.hpp"
#include "support/pseudo_terminal.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

constexpr std::string_view prompt_end = " of 3): ";
constexpr std::string_view end_of_input = "\x04";

/// The reporter of the program: each law is a line for the test.
auto send_to(const pty::report_channel& reports) {
  return [&reports](bool holds, std::string_view law) {
    reports.send((holds ? "holds: " : "broken: ") + std::string(law));
  };
}

/// Passes such a line on to the test's reporter.
template <reporter Report>
void pass_on(std::string_view line, Report& report) {
  const bool holds = line.starts_with("holds: ");
  REQUIRE_MESSAGE((holds || line.starts_with("broken: ")), "the program reports: ", std::string(line));
  report(holds, line.substr(line.find(' ') + 1));
}

/// Runs the laws on a terminal, with a user who types a line at each prompt.
template <class Prompter, reporter Report>
void run_on_terminal(Report&& report) {
  const pty::report_channel screen;  // what the terminal has shown, for the program, which cannot see it
  pty::pseudo_terminal terminal([&](pty::report_channel& reports) {
    const auto make_prompter = [&](const typed_lines& lines) {
      reports.send("new user");
      for (const auto& line : lines) reports.send("types: " + line);
      return Prompter();
    };
    const auto shown = [&] {
      reports.send("screen");
      return screen.next();
    };
    prompter_laws(make_prompter, send_to(reports));
    hidden_answer_laws(make_prompter, shown, send_to(reports));
    reports.send("done");
  });

  typed_lines lines;
  std::size_t typed = 0;
  std::string last_report = "none";
  CAPTURE(last_report);
  for (;;) {
    const auto line = terminal.next_report_before(prompt_end);
    if (line) last_report = *line;
    if (!line) {
      terminal.type(typed == lines.size() ? end_of_input : lines[typed++] + "\r");
    } else if (*line == "new user") {
      lines.clear();
      typed = 0;
    } else if (line->starts_with("types: ")) {
      lines.push_back(line->substr(line->find(' ') + 1));
    } else if (*line == "screen") {
      auto all = terminal.all_shown();
      std::replace(all.begin(), all.end(), '\n', ' ');
      screen.send(all);
    } else if (*line == "done") {
      return;
    } else {
      pass_on(*line, report);
    }
  }
}

/// Runs the law in a session that has no terminal.
template <class Prompter, reporter Report>
void run_without_terminal(Report&& report) {
  const auto line = pty::run_without_terminal(
      [](pty::report_channel& reports) { unavailable_prompter_laws([] { return Prompter(); }, send_to(reports)); });
  pass_on(line, report);
}

/// The laws that a prompter breaks, one per line.
template <class Prompter>
std::string broken_laws() {
  law_report report;
  run_on_terminal<Prompter>(report);
  run_without_terminal<Prompter>(report);
  std::string lines;
  for (const auto& law : report.broken) lines += law + "\n";
  return lines;
}

/// A first attempt, as it is often written.
struct naive_prompter {
  result<secret> ask(const prompt_request& request) {
    std::ofstream("/dev/tty") << hubauth::detail::prompt_text(request);
    char line[256] = "";
    std::ifstream("/dev/tty").getline(line, sizeof line);
    return secret(line);
  }
};

struct asks_twice : terminal_prompter {
  result<secret> ask(const prompt_request& request) {
    auto first = terminal_prompter::ask(request);
    static_cast<void>(terminal_prompter::ask(request));
    return first;
  }
};

struct asks_only_at_the_first_attempt : terminal_prompter {
  result<secret> ask(const prompt_request& request) {
    if (request.previous_error) return fail(errc::prompt_unavailable);
    return terminal_prompter::ask(request);
  }
};

}  // namespace

TEST_CASE("terminal_prompter: the laws of a prompter hold, on a terminal and without one") {
  run_on_terminal<terminal_prompter>(doctest_report);
  run_without_terminal<terminal_prompter>(doctest_report);
}

TEST_CASE("prompter_laws: they find the faults of prompters on a terminal") {
  CHECK(broken_laws<terminal_prompter>() == "");
  CHECK(broken_laws<naive_prompter>() ==
        "prompter: it is errc::prompt_unavailable if no user can be asked\n"
        "prompter: the answer is not echoed\n"
        "prompter: the end of input is errc::prompt_canceled\n"
        "prompter: the longest key is returned completely\n");
  CHECK(broken_laws<asks_twice>() ==
        "prompter: a malformed answer ends the call\n"
        "prompter: each call reads one answer\n"
        "prompter: it asks again after an answer that was not accepted\n");
  CHECK(broken_laws<asks_only_at_the_first_attempt>() ==
        "prompter: it asks again after an answer that was not accepted\n");
}
