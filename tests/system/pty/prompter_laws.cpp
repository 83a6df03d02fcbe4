// SPDX-License-Identifier: BSL-1.0
//
// The laws of a prompter on a real terminal: they run in a program on it, and the test is the person.
#include "hubauth/terminal/terminal_prompter.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "../pty/pseudo_terminal.hpp"
#include "../testing/verdicts.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/laws/prompter.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

constexpr std::string_view prompt_end = " of 3): ";
constexpr std::string_view end_of_input = "\x04";

/// The reporter of a program: each verdict is a line for the test.
auto telling(const pty::reports& out) {
  return [&out](bool holds, std::string_view law) { out.say((holds ? "holds " : "broken ") + std::string(law)); };
}

/// Takes such a line.
template <reporter Report>
void pass_on(std::string_view line, Report& report) {
  const bool holds = line.starts_with("holds ");
  REQUIRE_MESSAGE((holds || line.starts_with("broken ")), "the program says: ", std::string(line));
  report(holds, line.substr(line.find(' ') + 1));
}

/// Tells what the laws find on a terminal, before a person who types a line whenever a prompt is shown.
template <class Prompter, reporter Report>
void try_on_a_terminal(Report&& report) {
  const pty::reports screen;  // what the terminal has shown, for the program that can't see it
  pty::pseudo_terminal terminal([&](pty::reports& out) {
    const auto make_prompter = [&](const typed_lines& person) {
      out.say("another person");
      for (const auto& line : person) out.say("types " + line);
      return Prompter();
    };
    const auto shown = [&] {
      out.say("looks");
      return screen.next();
    };
    prompter_laws(make_prompter, telling(out));
    hidden_answer_laws(make_prompter, shown, telling(out));
    out.say("done");
  });

  typed_lines person;
  std::size_t typed = 0;
  std::string last = "nothing yet";
  INFO("the last that the program has said: ", last);
  for (;;) {
    const auto said = terminal.heard_before(prompt_end);
    if (said) last = *said;
    if (!said) {
      terminal.type(typed == person.size() ? end_of_input : person[typed++] + "\r");
    } else if (*said == "another person") {
      person.clear();
      typed = 0;
    } else if (said->starts_with("types ")) {
      person.push_back(said->substr(6));
    } else if (*said == "looks") {
      auto all = terminal.all_shown();
      std::replace(all.begin(), all.end(), '\n', ' ');
      screen.say(all);
    } else if (*said == "done") {
      return;
    } else {
      pass_on(*said, report);
    }
  }
}

/// Tells what the law finds in a session that has no terminal.
template <class Prompter, reporter Report>
void try_without_terminal(Report&& report) {
  const auto said =
      pty::without_terminal([](pty::reports& out) { nobody_there_laws([] { return Prompter(); }, telling(out)); });
  pass_on(said, report);
}

/// The laws that a prompter breaks, a line each.
template <class Prompter>
std::string broken() {
  verdicts found;
  try_on_a_terminal<Prompter>(found);
  try_without_terminal<Prompter>(found);
  std::string lines;
  for (const auto& law : found.broken) lines += law + "\n";
  return lines;
}

/// A first try, as it is often written.
struct naive_prompter {
  result<secret> ask(const prompt_request& about) {
    std::ofstream("/dev/tty") << hubauth::detail::prompt_text(about);
    char line[256] = "";
    std::ifstream("/dev/tty").getline(line, sizeof line);
    return secret(line);
  }
};

struct asks_to_confirm : terminal_prompter {
  result<secret> ask(const prompt_request& about) {
    auto first = terminal_prompter::ask(about);
    static_cast<void>(terminal_prompter::ask(about));
    return first;
  }
};

struct asks_the_first_time_alone : terminal_prompter {
  result<secret> ask(const prompt_request& about) {
    if (about.previous_error) return fail(errc::prompt_unavailable);
    return terminal_prompter::ask(about);
  }
};

}  // namespace

TEST_CASE("terminal_prompter: on a terminal, and without one, it keeps the laws of a prompter") {
  try_on_a_terminal<terminal_prompter>(doctest_report);
  try_without_terminal<terminal_prompter>(doctest_report);
}

TEST_CASE("prompter_laws: on a terminal, too, they find what is wrong") {
  CHECK(broken<terminal_prompter>() == "");
  CHECK(broken<naive_prompter>() ==
        "prompter: nothing that is typed is shown\n"
        "prompter: the end of input is errc::prompt_canceled\n"
        "prompter: the longest key comes whole\n"
        "prompter: where nobody can be asked, it is errc::prompt_unavailable\n");
  CHECK(broken<asks_to_confirm>() ==
        "prompter: an answer that is no key costs one prompt_request\n"
        "prompter: it prompts again when the answer before was not taken\n"
        "prompter: one prompt_request takes one answer\n");
  CHECK(broken<asks_the_first_time_alone>() == "prompter: it prompts again when the answer before was not taken\n");
}
