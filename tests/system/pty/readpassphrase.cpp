// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <bsd/readpassphrase.h>
#include <pty.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../pty/pseudo_terminal.hpp"
#include "hubauth/terminal/terminal_prompter.hpp"

// The same keys at the same moments on the same kind of terminal: once for terminal_prompter, once for Debian's libbsd.

namespace {

constexpr hubauth::prompt_request about{
    .service = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .attempts = 3};
constexpr std::string_view prompt = "attempt 1 of 3): ";

/// A text in one line of visible ASCII, different for each text.
std::string visible(std::string_view text) {
  std::string seen;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    seen += byte < 0x20 || byte > 0x7e || c == '\\' ? fmt::format("\\{:02x}", byte) : std::string(1, c);
  }
  return seen;
}

std::string ours() {
  hubauth::terminal_prompter prompter;
  const auto answer = prompter.ask(about);
  if (answer) return answer->with_exposed([](std::string_view text) { return "answer: " + visible(text); });
  return answer.error().detail.empty() ? answer.error().code.message() : answer.error().detail;
}

std::string theirs() {
  char answer[8192];  // more than a terminal keeps of a line
  if (readpassphrase(hubauth::detail::prompt_text(about).c_str(), answer, sizeof answer, RPP_REQUIRE_TTY))
    return "answer: " + visible(answer);
  return errno == EINTR ? "interrupted" : std::strerror(errno);
}

/// A program that prompts on a terminal, and what is seen of it.
struct scenario {
  pty::pseudo_terminal terminal;
  std::string changes{};
  std::string modes{};

  void await_change() {
    changes += toString(terminal.wait()).c_str() + std::string(", ");
    modes += terminal.as_before() ? "as before, " : "changed, ";
  }
};

/// Something that happens while the prompt_request is open.
using event = std::function<void(scenario&)>;

event typed(std::string_view keys) {
  return [keys = std::string(keys)](scenario& on) { on.terminal.type(keys); };
}

event sent(int signal) {
  return [signal](scenario& on) { on.terminal.kill(signal); };
}

const event stops = [](scenario& on) { on.await_change(); };
const event resumed = [](scenario& on) { on.terminal.resume_in_foreground(); };
const event resumed_behind = [](scenario& on) { on.terminal.resume_in_background(); };
const event prompts = [](scenario& on) {
  on.terminal.expect(prompt);
  on.terminal.expect_asleep_in(
      SYS_read, SYS_pselect6);  // readpassphrase misses a signal that comes between its prompt and its read
};

/// Whole lines, all there before anything else happens: it needs a program that does not read them yet.
event arrived(std::string_view lines) {
  return [lines = std::string(lines)](scenario& on) {
    on.terminal.type(lines);
    on.terminal.expect_unread(static_cast<int>(lines.size()));
  };
}

/// Lines, and a signal before them if there is one, that the program sees all at once.
event at_once(std::string_view lines, int signal = 0) {
  return [=, arrive = arrived(lines)](scenario& on) {
    on.terminal.kill(SIGSTOP);
    stops(on);
    if (signal != 0) on.terminal.kill(signal);
    arrive(on);
    resumed(on);
  };
}

/// What a program does with signals before it prompts.
using habit = std::function<void()>;

habit meets(int signal, void (*handler)(int)) {
  return [=] {
    struct sigaction own {};
    own.sa_handler = handler;
    sigaction(signal, &own, nullptr);
  };
}

habit handles(int signal) {
  return meets(signal, [](int) {});
}

habit ignores(int signal) { return meets(signal, SIG_IGN); }

habit blocks(int signal) {
  return [=] {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    sigprocmask(SIG_BLOCK, &one, nullptr);
  };
}

struct row {
  const char* title;
  std::vector<event> events;
  std::string_view differs = "";  ///< in which respects, on purpose
  const char* why = "";
  std::string_view before = "";  ///< typed before the prompt_request
  habit program = [] {};
  void (*modes)(termios*) = [](termios*) {};
  int questions = 1;
};

constexpr const char* respects[] = {"answer", "shown", "modes", "unreadable_body_error", "end"};
using outcome = std::array<std::string, std::size(respects)>;

/// What comes of a row's events where `ask` prompts.
outcome seen(const row& each, std::string (*ask)()) {
  int ends[2];
  termios modes{};
  REQUIRE(openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0);
  REQUIRE(tcgetattr(ends[1], &modes) == 0);
  for (const int end : ends) close(end);
  each.modes(&modes);

  const pty::gate start;
  const auto program = [&](pty::reports& out) {
    each.program();
    start.wait();
    for (int i = 0; i != each.questions; ++i) out.say(ask());
  };
  scenario on{.terminal = pty::pseudo_terminal(program, &modes)};
  on.terminal.type(each.before);
  on.terminal.expect(each.before.substr(0, each.before.find('\r')));  // echoed: it has arrived
  start.open();
  prompts(on);
  for (const auto& happens : each.events) happens(on);

  std::string answers;
  for (int i = 0; i != each.questions; ++i) answers += on.terminal.heard() + ", ";
  on.await_change();
  const auto shown = on.terminal.all_shown();
  return {answers, visible(shown), on.modes, visible(on.terminal.unreadable_body_error()), on.changes};
}

std::string letters(std::size_t count) { return std::string(count, 'k'); }

row keys(const char* title, std::string_view all, std::string_view differs = "", const char* why = "") {
  return {.title = title, .events = {typed(all)}, .differs = differs, .why = why};
}

const std::vector<row> rows{
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
    keys("^V before ^J", "key\x16\nmore\r", "answer", "an answer is never cut"),
    keys("^V before Enter", "key\x16\rmore\r", "answer", "an answer is never cut"),
    keys("^R and ^O", "k\022e\017y\r"),
    keys("^S and ^Q", "k\023e\021y\r"),
    keys("^D after letters", "ke\x04y\r"),
    keys("^D twice after letters", "key\x04\x04"),
    keys("^D alone", "\x04", "answer", "the end of input is not an empty answer"),
    keys("^D after ^U", "key\x15\x04", "answer", "the end of input is not an empty answer"),
    keys("NUL", std::string_view("ke\0y\r", 5), "answer", "an answer is never cut"),
    keys("bytes ff fe", "\xff\xfe\r"),
    keys("UTF-8", "k\xc3\xa9y\xe2\x82\xac\r"),
    keys("backspace after UTF-8", "k\xc3\xa9\x7f\r"),
    keys("ESC", "\x1bkey\r"),
    keys("arrows and Del", "\x1b[A\x1b[D\x1b[3~key\r"),
    keys("marks of a paste", "\x1b[200~key\x1b[201~\r", "answer", "what the terminal adds to a paste is no answer"),
    keys("marks that are none", "\x1b[202~key\x1b[20\r"),
    keys("511 bytes", letters(511) + "\r"),
    keys("512 bytes", letters(512) + "\r"),
    keys("513 bytes", letters(513) + "\r"),
    keys("the longest line", letters(hubauth::detail::max_input_size) + "\r"),
    keys("one byte more", letters(hubauth::detail::max_input_size + 1) + "\r", "answer", "no key is longer"),
    keys("4095 bytes", letters(4095) + "\r", "answer", "no key is longer"),
    keys("5000 bytes", letters(5000) + "\r", "answer", "an answer is never cut"),

    {.title = "CR LF", .events = {at_once("key\r\n")}},
    {.title = "several lines", .events = {at_once("key\rcommand\rcommand\r")}},
    {.title = "several lines within marks",
     .events = {at_once("\x1b[200~key\rcommand\x1b[201~\r")},
     .differs = "answer",
     .why = "what the terminal adds to a paste is no answer"},
    {.title = "several lines, two questions",
     .events = {at_once("key\rcommand\r"), prompts, typed("other\r")},
     .questions = 2},
    {.title = "a line before the prompt_request", .events = {typed("key\r")}, .before = "other\r"},
    {.title = "half a line before the prompt_request", .events = {typed("key\r")}, .before = "oth"},

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
    {.title = "SIGTERM, lines behind it", .events = {at_once("key\rcommand\r", SIGTERM)}},

    {.title = "^Z, resumed", .events = {typed("half\x1a"), stops, resumed, prompts, typed("key\r")}},
    {.title = "^Z twice",
     .events = {typed("\x1a"), stops, resumed, prompts, typed("\x1a"), stops, resumed, prompts, typed("key\r")}},
    {.title = "^Z, then ^C", .events = {typed("\x1a"), stops, resumed, prompts, typed("\x03")}},
    {.title = "SIGTSTP", .events = {sent(SIGTSTP), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGTTIN", .events = {sent(SIGTTIN), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGTTOU", .events = {sent(SIGTTOU), stops, resumed, prompts, typed("key\r")}},
    {.title = "SIGSTOP", .events = {sent(SIGSTOP), stops, resumed, typed("key\r")}},
    {"^Z, resumed behind", {typed("\x1a"), stops, resumed_behind, stops, resumed, prompts, typed("key\r")}},
    {"put behind",
     {sent(SIGSTOP), stops, resumed_behind, arrived("no\r"), stops, resumed, prompts, typed("key\r")},
     "shown",
     "nothing is written to another job's terminal"},

    {.title = "a handler of SIGINT", .events = {typed("half\x03")}, .program = handles(SIGINT)},
    {.title = "a handler of SIGTERM", .events = {sent(SIGTERM)}, .program = handles(SIGTERM)},
    {.title = "a handler of SIGHUP", .events = {sent(SIGHUP)}, .program = handles(SIGHUP)},
    {.title = "a handler of SIGTSTP", .events = {typed("half\x1a"), prompts, typed("key\r")}, .program = handles(SIGTSTP)},
    {.title = "a handler of another signal",
     .events = {at_once("key\r", SIGUSR1)},
     .differs = "answer",
     .why = "what does not concern the prompt_request does not end it",
     .program = handles(SIGUSR1)},
    {.title = "SIGINT ignored", .events = {typed("half\x03")}, .program = ignores(SIGINT)},
    {.title = "SIGHUP ignored",
     .events = {at_once("key\r", SIGHUP)},
     .differs = "answer",
     .why = "what does not concern the prompt_request does not end it",
     .program = ignores(SIGHUP)},
    {.title = "SIGINT blocked",
     .events = {at_once("key\r", SIGINT)},
     .differs = "answer, end",
     .why = "^C ends the prompt_request whatever the program does elsewhere",
     .program = blocks(SIGINT)},

    {.title = "left raw, Enter", .events = {typed("key\r")}, .modes = cfmakeraw},
    {.title = "left raw, ^U",
     .events = {typed("wrong\x15right\r")},
     .differs = "answer",
     .why = "the line is edited where a program left that off",
     .modes = cfmakeraw},
    {.title = "left raw, ^C",
     .events = {typed("\x03\r")},
     .differs = "answer, end",
     .why = "^C ends the prompt_request where a program left that off",
     .modes = cfmakeraw},
    {.title = "newlines echoed alone",
     .events = {typed("key\r")},
     .modes = [](termios* at) { at->c_lflag = (at->c_lflag & ~tcflag_t{ECHO}) | ECHONL; }},
    {.title = "another key that erases",
     .events = {typed("keyqx\r")},
     .modes = [](termios* at) { at->c_cc[VERASE] = 'x'; }},
    {.title = "backspace where the terminal knows UTF-8",
     .events = {typed("k\xc3\xa9\x7f\r")},
     .modes = [](termios* at) { at->c_iflag |= IUTF8; }},
};

}  // namespace

TEST_CASE("terminal_prompter: it does what libbsd's readpassphrase does, but where it differs on purpose") {
  std::size_t same = 0;
  std::string on_purpose;
  for (const auto& each : rows) {
    const auto our = seen(each, ours);
    const auto their = seen(each, theirs);
    std::string differs;
    std::string details;
    for (std::size_t i = 0; i != our.size(); ++i) {
      if (our[i] == their[i]) continue;
      differs += (differs.empty() ? "" : ", ") + std::string(respects[i]);
      details += fmt::format("\n{}\n  ours:   {}\n  theirs: {}", respects[i], our[i], their[i]);
    }
    INFO(std::string(each.title), ", where they differ:", details);
    CHECK(differs == each.differs);
    if (differs.empty())
      ++same;
    else
      on_purpose += fmt::format("  {} ({}): {}\n", each.title, differs, each.why);
  }
  fmt::print("readpassphrase: {} rows compared, {} the same, {} differ on purpose:\n{}", rows.size(), same,
             rows.size() - same, on_purpose);
}
