// SPDX-License-Identifier: BSL-1.0
//
// A differential test: the same keys and signals at the same moments on the same kind of terminal, once for
// terminal_prompter, once for readpassphrase of libbsd.
#include "hubauth/terminal/terminal_prompter.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bsd/readpassphrase.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/pseudo_terminal.hpp"

namespace {

namespace pty = hubauth::testing::pty;

constexpr hubauth::prompt_request request{
    .service_name = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .max_attempts = 3};
constexpr std::string_view prompt = "attempt 1 of 3): ";

/// The text as one line of printable ASCII.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += byte < 0x20 || byte > 0x7e || c == '\\' ? fmt::format("\\{:02x}", byte) : std::string(1, c);
  }
  return escaped;
}

std::string ask_ours() {
  hubauth::terminal_prompter prompter;
  const auto answer = prompter.ask(request);
  if (answer) return answer->with_exposed([](std::string_view text) { return "answer: " + escape(text); });
  return answer.error().detail.empty() ? answer.error().code.message() : answer.error().detail;
}

std::string ask_theirs() {
  char answer[8192];  // more than a terminal buffers of a line
  if (readpassphrase(hubauth::detail::prompt_text(request).c_str(), answer, sizeof answer, RPP_REQUIRE_TTY))
    return "answer: " + escape(answer);
  return errno == EINTR ? "interrupted" : std::strerror(errno);
}

void add_to_list(std::string& list, std::string_view item) { list.append(list.empty() ? "" : ", ").append(item); }

/// A program that prompts on a terminal, and how it has stopped and ended.
struct execution {
  pty::pseudo_terminal terminal;
  std::string changes{};
  std::string modes{};

  void wait() {
    add_to_list(changes, toString(terminal.wait()).c_str());
    add_to_list(modes, terminal.modes_restored() ? "restored" : "changed");
  }
};

/// What happens while the prompt is open.
using event = std::function<void(execution&)>;

event typed(std::string_view keys) {
  return [keys = std::string(keys)](execution& run) { run.terminal.type(keys); };
}

event sent(int signal) {
  return [signal](execution& run) { run.terminal.kill(signal); };
}

const event stops = [](execution& run) { run.wait(); };
const event resumed = [](execution& run) { run.terminal.resume_in_foreground(); };
const event resumed_in_background = [](execution& run) { run.terminal.resume_in_background(); };
const event prompts = [](execution& run) {
  run.terminal.expect(prompt);
  run.terminal.wait_until_blocked();  // readpassphrase misses a signal between its prompt and its read
};

/// Waits until these complete lines have arrived. The program must not read them yet.
event arrived(std::string_view lines) {
  return [lines = std::string(lines)](execution& run) {
    run.terminal.type(lines);
    run.terminal.expect_unread(static_cast<int>(lines.size()));
  };
}

/// Lines, and a signal before them if there is one, that reach the program at once.
event at_once(std::string_view lines, int signal = 0) {
  return [=, arrive = arrived(lines)](execution& run) {
    run.terminal.kill(SIGSTOP);
    stops(run);
    if (signal != 0) run.terminal.kill(signal);
    arrive(run);
    resumed(run);
  };
}

/// What a program sets up before it prompts.
using setup = std::function<void()>;

setup sets_handler(int signal, void (*handler)(int)) {
  return [=] {
    struct sigaction own {};
    own.sa_handler = handler;
    sigaction(signal, &own, nullptr);
  };
}

setup handles(int signal) {
  return sets_handler(signal, [](int) {});
}

setup ignores(int signal) { return sets_handler(signal, SIG_IGN); }

setup blocks(int signal) {
  return [=] {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    sigprocmask(SIG_BLOCK, &one, nullptr);
  };
}

/// An aspect in which we differ from readpassphrase on purpose, and what we do.
struct difference {
  std::string_view aspect;
  std::string ours;
};

struct test_case {
  const char* title;
  std::vector<event> events;
  std::vector<difference> differences{};
  const char* reason = "";             ///< of the differences
  std::string_view typed_before = "";  ///< before the prompt
  setup program = [] {};
  void (*set_modes)(termios*) = [](termios*) {};
  int prompt_count = 1;
};

constexpr std::array<std::string_view, 5> aspects{"answer", "shown", "modes", "unread input", "state changes"};
using outcome = std::array<std::string, aspects.size()>;

/// Runs a case with a program that prompts by `ask`.
outcome run_case(const test_case& each, std::string (*ask)()) {
  int ends[2];
  termios modes{};
  REQUIRE(openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0);
  REQUIRE(tcgetattr(ends[1], &modes) == 0);
  for (const int end : ends) close(end);
  each.set_modes(&modes);

  const pty::gate start;
  const auto program = [&](pty::report_channel& reports) {
    each.program();
    start.wait();
    for (int i = 0; i != each.prompt_count; ++i) reports.send(ask());
  };
  execution run{.terminal = pty::pseudo_terminal(program, &modes)};
  run.terminal.type(each.typed_before);
  run.terminal.expect(each.typed_before.substr(0, each.typed_before.find('\r')));  // echoed: it has arrived
  start.open();
  prompts(run);
  for (const auto& happens : each.events) happens(run);

  std::string answers;
  for (int i = 0; i != each.prompt_count; ++i) add_to_list(answers, run.terminal.next_report());
  run.wait();
  const auto shown = run.terminal.all_shown();
  return {answers, escape(shown), run.modes, escape(run.terminal.unread_input()), run.changes};
}

std::string letters(std::size_t count) { return std::string(count, 'k'); }

test_case keys(const char* title, std::string_view all) { return {.title = title, .events = {typed(all)}}; }

/// Keys to which our answer differs.
test_case keys(const char* title, std::string_view all, std::string our_answer, const char* reason) {
  return {.title = title, .events = {typed(all)}, .differences = {{"answer", std::move(our_answer)}}, .reason = reason};
}

constexpr const char* never_truncated = "an answer is never truncated";
constexpr const char* too_long = "no key is longer";
constexpr const char* end_of_input = "the end of input is not an empty answer";
const std::string line_too_long = "the line is longer than 1025 bytes";
const std::string shown_prompt =
    "Create a key at https://hub.example/keys\\0d\\0aTest Hub API key (input hidden, attempt 1 of 3): ";
constexpr const char* paste_markers = "paste markers are not part of an answer";
constexpr const char* unrelated_signal = "a signal that the prompt does not catch does not end it";

const std::vector<test_case> cases{
    keys("letters and Enter", "0123abcdef\r"),
    keys("Enter alone", "\r"),
    keys("^J", "key\n"),
    keys("whitespace and tabs", " two  words\t \r"),
    keys("backspace", "keyx\x7f\r"),
    keys("more backspaces than letters", "x\x7f\x7f\x7fkey\r"),
    keys("^H, which erases nothing here", "ke\by\r"),
    keys("^U", "wrong\x15right\r"),
    keys("^W", "two words\x17key\r"),
    keys("^V before ^U, ^C, ^D and ^Z", "a\x16\x15\x16\x03\x16\x04\x16\x1a\r"),
    keys("^V before ^J", "key\x16\nmore\r", "answer: key\\0amore", never_truncated),
    keys("^V before Enter", "key\x16\rmore\r", "answer: key\\0dmore", never_truncated),
    keys("^R and ^O", "k\022e\017y\r"),
    keys("^S and ^Q", "k\023e\021y\r"),
    keys("^D after letters", "ke\x04y\r"),
    keys("^D twice after letters", "key\x04\x04"),
    keys("^D alone", "\x04", "the prompt was canceled", end_of_input),
    keys("^D after ^U", "key\x15\x04", "the prompt was canceled", end_of_input),
    keys("a NUL byte", std::string_view("ke\0y\r", 5), "answer: ke\\00y", never_truncated),
    keys("bytes ff fe", "\xff\xfe\r"),
    keys("UTF-8", "k\xc3\xa9y\xe2\x82\xac\r"),
    keys("backspace after UTF-8", "k\xc3\xa9\x7f\r"),
    keys("ESC", "\x1bkey\r"),
    keys("arrows and Del", "\x1b[A\x1b[D\x1b[3~key\r"),
    keys("paste markers", "\x1b[200~key\x1b[201~\r", "answer: key", paste_markers),
    keys("sequences that resemble paste markers", "\x1b[202~key\x1b[20\r"),
    keys("511 bytes", letters(511) + "\r"),
    keys("512 bytes", letters(512) + "\r"),
    keys("513 bytes", letters(513) + "\r"),
    keys("the longest line", letters(hubauth::detail::max_input_size) + "\r"),
    keys("one byte more", letters(hubauth::detail::max_input_size + 1) + "\r", line_too_long, too_long),
    keys("4095 bytes", letters(4095) + "\r", line_too_long, too_long),
    keys("5000 bytes", letters(5000) + "\r", line_too_long, never_truncated),

    {.title = "CR LF", .events = {at_once("key\r\n")}},
    {.title = "several lines", .events = {at_once("key\rcommand\rcommand\r")}},
    {.title = "several lines within paste markers",
     .events = {at_once("\x1b[200~key\rcommand\x1b[201~\r")},
     .differences = {{"answer", "answer: key"}},
     .reason = paste_markers},
    {.title = "several lines, two prompts",
     .events = {at_once("key\rcommand\r"), prompts, typed("other\r")},
     .prompt_count = 2},
    {.title = "a line before the prompt", .events = {typed("key\r")}, .typed_before = "other\r"},
    {.title = "half a line before the prompt", .events = {typed("key\r")}, .typed_before = "oth"},

    keys("^C", "half\x03"),
    keys("^\\", "half\x1c"),
    {.title = "SIGINT", .events = {sent(SIGINT)}},
    {.title = "SIGTERM", .events = {sent(SIGTERM)}},
    {.title = "SIGHUP", .events = {sent(SIGHUP)}},
    {.title = "SIGQUIT", .events = {sent(SIGQUIT)}},
    {.title = "SIGALRM", .events = {sent(SIGALRM)}},
    {.title = "SIGPIPE", .events = {sent(SIGPIPE)}},
    {.title = "SIGKILL", .events = {sent(SIGKILL)}},
    {.title = "SIGUSR1, which neither catches", .events = {sent(SIGUSR1)}},
    {.title = "SIGTERM, followed by lines", .events = {at_once("key\rcommand\r", SIGTERM)}},

    {.title = "^Z, resumed", .events = {typed("half\x1a"), stops, resumed, prompts, typed("key\r")}},
    {.title = "^Z twice",
     .events = {typed("\x1a"), stops, resumed, prompts, typed("\x1a"), stops, resumed, prompts, typed("key\r")}},
    {.title = "^Z, then ^C", .events = {typed("\x1a"), stops, resumed, prompts, typed("\x03")}},
    {.title = "SIGTSTP", .events = {sent(SIGTSTP), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGTTIN", .events = {sent(SIGTTIN), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGTTOU", .events = {sent(SIGTTOU), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGSTOP", .events = {sent(SIGSTOP), stops, resumed, typed("key\r")}},
    {"^Z, resumed in the background",
     {typed("\x1a"), stops, resumed_in_background, stops, resumed, prompts, typed("key\r")}},
    {"moved to the background",
     {sent(SIGSTOP), stops, resumed_in_background, arrived("no\r"), stops, resumed, prompts, typed("key\r")},
     {{"shown", shown_prompt + shown_prompt + "\\0d\\0a"}},
     "nothing is written to another job's terminal"},

    {.title = "a handler of SIGINT", .events = {typed("half\x03")}, .program = handles(SIGINT)},
    {.title = "a handler of SIGTERM", .events = {sent(SIGTERM)}, .program = handles(SIGTERM)},
    {.title = "a handler of SIGHUP", .events = {sent(SIGHUP)}, .program = handles(SIGHUP)},
    {.title = "a handler of SIGTSTP",
     .events = {typed("half\x1a"), prompts, typed("key\r")},
     .program = handles(SIGTSTP)},
    {.title = "a handler of another signal",
     .events = {at_once("key\r", SIGUSR1)},
     .differences = {{"answer", "answer: key"}},
     .reason = unrelated_signal,
     .program = handles(SIGUSR1)},
    {.title = "SIGINT ignored", .events = {typed("half\x03")}, .program = ignores(SIGINT)},
    {.title = "SIGHUP ignored",
     .events = {at_once("key\r", SIGHUP)},
     .differences = {{"answer", "answer: key"}},
     .reason = unrelated_signal,
     .program = ignores(SIGHUP)},
    {.title = "SIGINT blocked",
     .events = {at_once("key\r", SIGINT)},
     .differences = {{"answer", "(ended)"}, {"state changes", "stopped by 19, killed by 2"}},
     .reason = "^C ends the prompt even if the program blocks SIGINT",
     .program = blocks(SIGINT)},

    {.title = "left raw, Enter", .events = {typed("key\r")}, .set_modes = cfmakeraw},
    {.title = "left raw, ^U",
     .events = {typed("wrong\x15right\r")},
     .differences = {{"answer", "answer: right"}},
     .reason = "the line is edited even if a program turned that off",
     .set_modes = cfmakeraw},
    {.title = "left raw, ^C",
     .events = {typed("\x03\r")},
     .differences = {{"answer", "(ended)"}, {"state changes", "killed by 2"}},
     .reason = "^C ends the prompt even if a program turned that off",
     .set_modes = cfmakeraw},
    {.title = "only newlines are echoed",
     .events = {typed("key\r")},
     .set_modes = [](termios* at) { at->c_lflag = (at->c_lflag & ~tcflag_t{ECHO}) | ECHONL; }},
    {.title = "another erase character",
     .events = {typed("keyqx\r")},
     .set_modes = [](termios* at) { at->c_cc[VERASE] = 'x'; }},
    {.title = "backspace on a terminal in UTF-8 mode",
     .events = {typed("k\xc3\xa9\x7f\r")},
     .set_modes = [](termios* at) { at->c_iflag |= IUTF8; }},
};

}  // namespace

TEST_CASE("terminal_prompter: it does what readpassphrase does, except for differences on purpose") {
  std::size_t same = 0;
  std::string on_purpose;
  for (const auto& each : cases) {
    CAPTURE(std::string(each.title));
    const auto ours = run_case(each, ask_ours);
    const auto theirs = run_case(each, ask_theirs);
    std::string differing;
    for (std::size_t i = 0; i != aspects.size(); ++i) {
      CAPTURE(std::string(aspects[i]));
      const auto difference = std::find_if(each.differences.begin(), each.differences.end(),
                                           [&](const auto& one) { return one.aspect == aspects[i]; });
      if (difference == each.differences.end())
        CHECK(ours[i] == theirs[i]);
      else
        CHECK(ours[i] == difference->ours);
      if (ours[i] != theirs[i]) add_to_list(differing, aspects[i]);
    }
    if (differing.empty())
      ++same;
    else
      on_purpose += fmt::format("  {} ({}): {}\n", each.title, differing, each.reason);
  }
  fmt::print("readpassphrase: {} cases compared, {} are the same, {} differ on purpose:\n{}", cases.size(), same,
             cases.size() - same, on_purpose);
}
