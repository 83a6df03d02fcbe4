// SPDX-License-Identifier: BSL-1.0
#include "hubauth/prompter/terminal.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <functional>
#include <ios>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "../pty/pseudo_terminal.hpp"

namespace {

using hubauth::errc;
using hubauth::failure;
using hubauth::question;
using pty::pseudo_terminal;

static_assert(hubauth::check_prompter<hubauth::terminal_prompter>());
static_assert(std::is_empty_v<hubauth::terminal_prompter>);

constexpr question about{.service = "Test Hub", .keys_page = "https://hub.example/keys", .attempt = 1, .attempts = 3};
constexpr std::string_view prompt = "attempt 1 of 3): ";
constexpr std::string_view page = "https://hub.example/keys";

/// An answer in a line: "key: ..." or the kind of error and its detail.
std::string in_words(const hubauth::result<hubauth::secret>& answer) {
  if (!answer) return answer.error().code.message() + ": " + answer.error().detail;
  return answer->with_exposed([](std::string_view text) { return "key: " + std::string(text); });
}

std::string in_words(errc kind, std::string_view detail = {}) {
  return std::string(describe(kind)) + ": " + std::string(detail);
}

void ask_and_say(pty::reports& out) {
  hubauth::terminal_prompter prompter;
  out.say(in_words(prompter.ask(about)));
}

void ask_on_a_thread(pty::reports& out) {
  std::thread([&] { ask_and_say(out); }).join();
}

const pty::reports* handler_says = nullptr;

void say_handled(int) { handler_says->say("handled"); }

/// What comes of these keys, and that the terminal is as before.
std::string typed(std::string_view keys) {
  pseudo_terminal terminal(ask_and_say);
  terminal.expect(prompt);
  terminal.type(keys);
  auto said = terminal.heard();
  CHECK(terminal.wait() == pty::exited());
  CHECK(terminal.as_before());
  return said;
}

}  // namespace

TEST_CASE("terminal_prompter: what is typed is the answer, and is not shown") {
  pseudo_terminal terminal([](pty::reports& out) {
    ask_and_say(out);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  CHECK((terminal.modes().c_lflag & (ECHO | ECHONL)) == 0);
  CHECK((terminal.modes().c_lflag & ICANON) != 0);
  terminal.type("0123abcdef\r");
  CHECK(terminal.heard() == "key: 0123abcdef");
  terminal.expect("\r\n");
  terminal.expect(prompt);  // an echo would have come before
  CHECK(terminal.shown().find("0123") == std::string::npos);
  terminal.type("x\r");
  CHECK(terminal.heard() == "key: x");
  CHECK(terminal.wait() == pty::exited());
  CHECK(terminal.as_before());
}

TEST_CASE("terminal_prompter: keys and what they give") {
  const std::string longest(hubauth::detail::max_line_size, 'k');
  const std::string too_long = in_words(errc::malformed_key, "the line is longer than 1024 bytes");
  const struct {
    const char* title;
    std::string keys;
    std::string wanted;
  } cases[] = {
      {"Enter alone is an empty answer", "\r", "key: "},
      {"end of input is none", "\x04", in_words(errc::prompt_closed)},
      {"end of input behind text ends the line", "abc\x04\x04", "key: abc"},
      {"the terminal edits the line", "wrong\x15rightt\x7f\r", "key: right"},
      {"blanks stay", " abc\t \r", "key:  abc\t "},
      {"bytes that no key has stay", "a\x01\xff\xfe\r", "key: a\x01\xff\xfe"},
      {"paste marks go", "\x1b[200~abc\x1b[201~\r", "key: abc"},
      {"paste marks within the line go", "a\x1b[200~b\x1b[201~c\x1b[201~\r", "key: abc"},
      {"other escapes stay", "\x1b[202~a\x1b[20\r", "key: \x1b[202~a\x1b[20"},
      {"the longest line", longest + "\r", "key: " + longest},
      {"paste marks do not make a line too long", "\x1b[200~" + longest + "\x1b[201~\r", "key: " + longest},
      {"one byte too many", longest + "k\r", too_long},
      {"more than the kernel keeps", std::string(5000, 'k') + "\r", too_long},
      {"too long in pieces", std::string(3000, 'k') + "\x04" + std::string(3000, 'k') + "\x04\x04", too_long},
  };
  for (const auto& each : cases) {
    CAPTURE(std::string(each.title));
    CHECK(typed(each.keys) == each.wanted);
  }
}

TEST_CASE("terminal_prompter: a NUL is part of the answer") {
  CHECK(typed(std::string_view("ab\0cd\r", 6)) == std::string("key: ab\0cd", 10));
}

TEST_CASE("terminal_prompter: nothing of a line too long is left for the next answer") {
  pseudo_terminal terminal([](pty::reports& out) {
    ask_and_say(out);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.type(std::string(5000, 'k') + "\r");
  CHECK(terminal.heard().starts_with(describe(errc::malformed_key)));
  terminal.expect(prompt);
  terminal.type("clean\r");
  CHECK(terminal.heard() == "key: clean");
}

TEST_CASE("terminal_prompter: what was typed before the question is dropped") {
  const pty::gate asking;
  pseudo_terminal terminal([&](pty::reports& out) {
    asking.wait();
    ask_and_say(out);
  });
  terminal.type("another password\r");
  terminal.expect("another password");  // echoed: it has arrived
  asking.open();
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
}

TEST_CASE("terminal_prompter: a signal kills the program, and the terminal is as before") {
  const struct {
    int signal;
    const char* keys;  // sent by `kill` where there are none
  } cases[] = {{SIGINT, "half a k\x03"}, {SIGQUIT, "\x1c"},  {SIGINT, nullptr},  {SIGTERM, nullptr},
               {SIGHUP, nullptr},        {SIGQUIT, nullptr}, {SIGALRM, nullptr}, {SIGPIPE, nullptr}};
  for (const auto& each : cases) {
    CAPTURE(each.signal);
    for (auto* program : {&ask_and_say, &ask_on_a_thread}) {
      pseudo_terminal terminal(program);
      terminal.expect(prompt);
      REQUIRE(!terminal.as_before());
      if (each.keys)
        terminal.type(each.keys);
      else
        terminal.kill(each.signal);
      CHECK(terminal.wait() == pty::died_by(each.signal));
      CHECK(terminal.as_before());
    }
  }
}

TEST_CASE("terminal_prompter: ^Z stops the program with the terminal as before; resumed, it asks again") {
  for (auto* program : {&ask_and_say, &ask_on_a_thread}) {
    pseudo_terminal terminal(program);
    terminal.expect(prompt);
    terminal.type("half a k\x1a");
    CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));
    CHECK(terminal.as_before());

    terminal.resume_in_foreground();
    terminal.expect(page);
    terminal.expect(prompt);
    CHECK((terminal.modes().c_lflag & ECHO) == 0);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.as_before());
  }
}

TEST_CASE("terminal_prompter: resumed in the background, it waits for the foreground and leaves the terminal alone") {
  for (auto* program : {&ask_and_say, &ask_on_a_thread}) {
    pseudo_terminal terminal(program);
    terminal.expect(prompt);
    terminal.type("\x1a");
    CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));

    for (int round = 0; round != 2; ++round) {
      terminal.resume_in_background();
      CHECK(terminal.wait() == pty::stopped_by(SIGTTOU));
      CHECK(terminal.as_before());
    }
    terminal.resume_in_foreground();
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.as_before());
  }
}

TEST_CASE("terminal_prompter: put into the background, it stops where it would read, and asks again") {
  struct {
    const char* title;
    const char* keys;
    int sent;
    pty::change wanted;
  } const cases[] = {{"a line comes", "not for us\r", 0, pty::stopped_by(SIGTTIN)},
                     {"it is to stop", "", SIGTSTP, pty::stopped_by(SIGTSTP)},
                     {"it is to end", "", SIGTERM, pty::died_by(SIGTERM)}};
  for (const auto& each : cases) {
    CAPTURE(std::string(each.title));
    pseudo_terminal terminal([](pty::reports& out) {
      handler_says = &out;
      std::signal(SIGCONT, say_handled);
      ask_and_say(out);
    });
    terminal.expect(prompt);
    terminal.kill(SIGSTOP);  // can't be noticed by the program
    CHECK(terminal.wait() == pty::stopped_by(SIGSTOP));
    terminal.resume_in_background();
    CHECK(terminal.heard() == "handled");
    terminal.type(each.keys);
    if (each.sent != 0) terminal.kill(each.sent);
    CHECK(terminal.wait() == each.wanted);
    if (each.wanted == pty::died_by(SIGTERM)) continue;

    terminal.resume_in_foreground();
    CHECK(terminal.heard() == "handled");
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
  }
}

TEST_CASE("terminal_prompter: nothing of a paste behind the first line reaches who reads next") {
  constexpr std::string_view paste = "key\rcommand of the shell\r";
  pseudo_terminal terminal([](pty::reports& out) {
    ask_and_say(out);
    int unread = -1;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY);
    ioctl(tty, FIONREAD, &unread);
    out.say(std::to_string(unread));
  });
  terminal.expect(prompt);
  terminal.kill(SIGSTOP);
  CHECK(terminal.wait() == pty::stopped_by(SIGSTOP));
  terminal.type(paste);
  terminal.expect_unread(static_cast<int>(paste.size()));
  terminal.resume_in_foreground();
  CHECK(terminal.heard() == "key: key");
  CHECK(terminal.heard() == "0");
}

TEST_CASE("terminal_prompter: stopped by another's SIGTTIN or SIGTTOU, it asks again") {
  for (int number : {SIGTTIN, SIGTTOU}) {
    pseudo_terminal terminal(ask_and_say);
    terminal.expect(prompt);
    terminal.kill(number);
    CHECK(terminal.wait() == pty::stopped_by(number));
    CHECK(terminal.as_before());
    terminal.resume_in_foreground();
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
  }
}

TEST_CASE("terminal_prompter: where the program's own handler returns, the prompt is closed") {
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::reports& out) {
      handler_says = &out;
      std::signal(number, say_handled);
      ask_and_say(out);
    });
    terminal.expect(prompt);
    terminal.kill(number);
    CHECK(terminal.heard() == "handled");
    CHECK(terminal.heard() == in_words(errc::prompt_closed, "interrupted"));
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.as_before());
  }
}

TEST_CASE("terminal_prompter: where the program's own handler of a stop returns, it asks again") {
  pseudo_terminal terminal([](pty::reports& out) {
    handler_says = &out;
    std::signal(SIGTSTP, say_handled);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.type("half\x1a");
  CHECK(terminal.heard() == "handled");
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
}

TEST_CASE("terminal_prompter: a signal that does not concern it changes nothing") {
  pseudo_terminal terminal([](pty::reports& out) {
    handler_says = &out;
    struct sigaction without_restart {};
    without_restart.sa_handler = say_handled;
    sigaction(SIGUSR1, &without_restart, nullptr);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.kill(SIGUSR1);
  CHECK(terminal.heard() == "handled");
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
}

TEST_CASE("terminal_prompter: ^C closes the prompt even where the program ignores it") {
  pseudo_terminal terminal([](pty::reports& out) {
    std::signal(SIGINT, SIG_IGN);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.type("\x03");
  CHECK(terminal.heard() == in_words(errc::prompt_closed, "interrupted"));
}

TEST_CASE("terminal_prompter: other signals that the program ignores stay ignored") {
  for (int number : {SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::reports& out) {
      std::signal(number, SIG_IGN);
      ask_and_say(out);
    });
    terminal.expect(prompt);
    terminal.kill(number);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
  }
}

TEST_CASE("terminal_prompter: the program's handlers and signal mask are put back") {
  constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};
  pseudo_terminal terminal([&](pty::reports& out) {
    handler_says = &out;
    struct sigaction own {};
    own.sa_handler = say_handled;
    own.sa_flags = SA_RESTART;
    sigaddset(&own.sa_mask, SIGUSR2);
    for (int number : numbers) sigaction(number, &own, nullptr);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_SETMASK, &blocked, nullptr);

    ask_and_say(out);

    bool same = true;
    for (int number : numbers) {
      struct sigaction now {};
      sigaction(number, nullptr, &now);
      same = same && now.sa_handler == say_handled && (now.sa_flags & SA_RESTART) != 0 &&
             sigismember(&now.sa_mask, SIGUSR2) == 1;
    }
    sigset_t mask;
    sigprocmask(SIG_SETMASK, nullptr, &mask);
    for (int number = 1; number != 32; ++number)
      same = same && sigismember(&mask, number) == (number == SIGTERM || number == SIGUSR1);
    out.say(same ? "as before" : "changed");
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
  CHECK(terminal.heard() == "as before");
}

TEST_CASE("terminal_prompter: a signal that the thread blocks ends the prompt all the same") {
  pseudo_terminal terminal([](pty::reports& out) {
    sigset_t all;
    sigfillset(&all);
    std::thread([&] {
      pthread_sigmask(SIG_SETMASK, &all, nullptr);
      ask_and_say(out);
    }).join();
  });
  terminal.expect(prompt);
  terminal.type("\x03");
  CHECK(terminal.wait() == pty::died_by(SIGINT));
  CHECK(terminal.as_before());
}

TEST_CASE("terminal_prompter: unusual modes are put back, and do not get in the way") {
  termios unusual{};
  {
    int master = -1;
    int slave = -1;
    REQUIRE(openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    REQUIRE(tcgetattr(slave, &unusual) == 0);
    close(master);
    close(slave);
  }
  SUBCASE("left raw: Enter and ^C work") { cfmakeraw(&unusual); }
  SUBCASE("newlines echoed without the rest") { unusual.c_lflag = (unusual.c_lflag & ~tcflag_t{ECHO}) | ECHONL; }
  SUBCASE("other control characters") { unusual.c_cc[VERASE] = 'e'; }

  for (std::string_view keys : {"key\r", "\x03"}) {
    pseudo_terminal terminal(ask_and_say, &unusual);
    terminal.expect(prompt);
    CHECK((terminal.modes().c_lflag & (ECHO | ECHONL | ICANON | ISIG)) == (ICANON | ISIG));
    terminal.type(keys);
    const bool killed = keys == "\x03";
    CHECK(terminal.wait() == (killed ? pty::died_by(SIGINT) : pty::exited()));
    CHECK(terminal.as_before());
  }
}

TEST_CASE("terminal_prompter: it says where keys are made, that typing is hidden, and then why one was not taken") {
  const failure last{errc::rejected, "hub.example: no such key"};
  question again = about;
  again.attempt = 2;
  again.last = &last;
  pseudo_terminal terminal([&](pty::reports& out) {
    ask_and_say(out);
    hubauth::terminal_prompter prompter;
    out.say(in_words(prompter.ask(again)));
  });
  terminal.expect("Keys for Test Hub are made at https://hub.example/keys\r\n");
  terminal.expect("Test Hub API key (hidden while you type, attempt 1 of 3): ");
  terminal.type("first\r");
  CHECK(terminal.heard() == "key: first");
  terminal.expect("\r\nThat key was not taken: the service rejected the credential (hub.example: no such key).\r\n");
  terminal.expect("Test Hub API key (hidden while you type, attempt 2 of 3): ");
  terminal.type("second\r");
  CHECK(terminal.heard() == "key: second");
}

TEST_CASE("terminal_prompter: nothing that it shows controls the terminal") {
  const failure last{errc::rejected,
                     "a\x1b]0;title\x07\r\nb\xc2\x9b"
                     "31m"};
  const question hostile{.service = "Hub\x1b[2J\b\x7f",
                         .keys_page = "https://hub.example/\x1b[8m\r\n",
                         .attempt = 1,
                         .attempts = 3,
                         .last = &last};
  question first = hostile;
  first.last = nullptr;
  pseudo_terminal terminal([&](pty::reports& out) {
    hubauth::terminal_prompter prompter;
    out.say(in_words(prompter.ask(first)));
    out.say(in_words(prompter.ask(hostile)));
  });
  for (int i = 0; i != 2; ++i) {
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
  }
  terminal.expect("\r\n");

  std::string lines = terminal.shown();
  const auto breaks = std::count(lines.begin(), lines.end(), '\n');
  CHECK(breaks == 4);  // a line before each prompt, and each Enter
  std::erase(lines, '\r');
  std::erase(lines, '\n');
  CHECK(hubauth::wire::printable(lines) == lines);
}

TEST_CASE("terminal_prompter: without a terminal nobody can be asked") {
  CHECK(pty::without_terminal(ask_and_say) == in_words(errc::no_terminal, "/dev/tty: No such device or address"));
}

TEST_CASE("terminal_prompter: no descriptor is left open, and where none is to be had nobody can be asked") {
  pseudo_terminal terminal([](pty::reports& out) {
    const int lowest_before = dup(0);
    close(lowest_before);
    ask_and_say(out);
    const int lowest = dup(0);
    out.say(lowest == lowest_before ? "none left" : "one left");

    rlimit most{};
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = std::min<rlim_t>(most.rlim_max, FD_SETSIZE + 8);
    setrlimit(RLIMIT_NOFILE, &most);
    for (int file = lowest; file >= 0 && file < FD_SETSIZE - 1;) file = dup(lowest);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
  CHECK(terminal.heard() == "none left");
  CHECK(terminal.heard() == in_words(errc::no_terminal, "/dev/tty: Too many open files"));
  CHECK(terminal.as_before());
}

TEST_CASE("terminal_prompter: a terminal that hangs up closes the prompt") {
  pseudo_terminal terminal([](pty::reports& out) {
    std::signal(SIGHUP, SIG_IGN);
    ask_and_say(out);
  });
  terminal.expect(prompt);
  terminal.hang_up();
  const auto said = terminal.heard();
  CAPTURE(said);
  CHECK((said == in_words(errc::prompt_closed) || said.starts_with(describe(errc::no_terminal))));
}

TEST_CASE("terminal_prompter: a second question while one is open is refused at once") {
  const pty::gate second;
  pseudo_terminal terminal([&](pty::reports& out) {
    std::thread first(ask_and_say, std::ref(out));
    second.wait();
    ask_and_say(out);
    first.join();
    ask_and_say(out);
  });
  terminal.expect(prompt);
  second.open();
  CHECK(terminal.heard() == in_words(errc::no_terminal, "another prompt is open"));
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
  terminal.expect(prompt);
  terminal.type("later\r");
  CHECK(terminal.heard() == "key: later");
}

TEST_CASE("terminal_prompter: nothing in an error of another's category controls the terminal") {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "theirs"; }
    std::string message(int) const override { return "bad\x1b[8m\x9b key"; }
  };
  const category theirs;
  const failure last{std::error_code(1, theirs)};
  question again = about;
  again.last = &last;
  CHECK(hubauth::detail::prompt_text(again).starts_with("That key was not taken: bad[8m? key.\n"));
}

namespace {

/// How often `text` is in the memory that a process may write, as far as its maps are small enough to look through.
int copies_in(pid_t process, std::string_view text) {
  const std::string folder = "/proc/" + std::to_string(process);
  std::ifstream maps(folder + "/maps");
  std::ifstream memory(folder + "/mem", std::ios::binary);
  int found = 0;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::size_t from = 0;
    std::size_t to = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> from >> dash >> to >> rights;
    if (!rights.starts_with("rw") || to - from > (std::size_t{64} << 20)) continue;
    std::string bytes(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(memory.gcount()));
    for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++found;
  }
  return found;
}

/// A key of the program's own: made after the fork, so that it knows the key from its terminal alone.
std::string made_up_key(pid_t program) {
  std::minstd_rand letters(static_cast<unsigned>(program));
  std::string key;
  for (int i = 0; i != 42; ++i) key += static_cast<char>('a' + letters() % 26);
  return key;
}

/// The part of it to look for: the allocator overwrites the first bytes of what it gets back.
std::string_view middle(const std::string& key) { return std::string_view(key).substr(16, 20); }

}  // namespace

TEST_CASE("terminal_prompter: nothing typed stays in memory behind the answer") {
  const pty::gate look;
  const pty::gate go_on;
  pseudo_terminal terminal([&](pty::reports& out) {
    hubauth::terminal_prompter prompter;
    auto answer = prompter.ask(about);
    out.say("holds it");
    look.wait();
    answer = hubauth::secret();
    out.say("dropped it");
    go_on.wait();
  });
  const auto key = made_up_key(terminal.id());
  terminal.expect(prompt);
  terminal.type(key + "\r");
  CHECK(terminal.heard() == "holds it");
  CHECK(copies_in(terminal.id(), middle(key)) == 1);
  look.open();
  CHECK(terminal.heard() == "dropped it");
  CHECK(copies_in(terminal.id(), middle(key)) == 0);
  go_on.open();
  CHECK(terminal.wait() == pty::exited());
}

TEST_CASE("terminal_prompter: nothing typed stays in memory while the program is stopped") {
  pseudo_terminal terminal(ask_and_say);
  const auto key = made_up_key(terminal.id());
  terminal.expect(prompt);
  terminal.type(key + "\x04");  // no end of the line, but the program gets it
  int looks = 10'000;
  while (looks != 0 && copies_in(terminal.id(), middle(key)) == 0) --looks;
  REQUIRE(looks != 0);
  terminal.type("\x1a");
  CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));
  CHECK(copies_in(terminal.id(), middle(key)) == 0);
}
