// SPDX-License-Identifier: BSL-1.0
#include "hubauth/terminal/terminal_prompter.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <functional>
#include <ios>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "../pty/pseudo_terminal.hpp"
#include "../support/memory_scan.hpp"

namespace {

using hubauth::errc;
using hubauth::error_info;
using hubauth::prompt_request;
using pty::pseudo_terminal;

static_assert(hubauth::check_prompter<hubauth::terminal_prompter>());
static_assert(std::is_empty_v<hubauth::terminal_prompter>);

constexpr prompt_request about{.service = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .attempts = 3};
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

TEST_CASE("terminal_prompter: the terminal hides what is typed before it shows the prompt") {
  const pty::gate prompting;
  pseudo_terminal terminal([&](pty::reports& out) {
    prompting.wait();
    ask_and_say(out);
  });
  terminal.hold_output();
  prompting.open();
  terminal.expect_asleep_in(SYS_write);  // of the prompt
  CHECK((terminal.modes().c_lflag & (ECHO | ECHONL)) == 0);
  terminal.release_output();
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
}

TEST_CASE("terminal_prompter: it prompts on the terminal, not on standard input and output") {
  pseudo_terminal terminal([](pty::reports& out) {
    const pty::channel input;
    const pty::channel output;
    input.send("no\n", 3);
    dup2(input.reading(), STDIN_FILENO);
    for (int file : {STDOUT_FILENO, STDERR_FILENO}) dup2(output.writing(), file);
    ask_and_say(out);
    for (const auto* each : {&input, &output}) {
      int unreadable_body_error = -1;
      ioctl(each->reading(), FIONREAD, &unreadable_body_error);
      out.say(std::to_string(unreadable_body_error));
    }
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.heard() == "key: key");
  CHECK(terminal.heard() == "3");
  CHECK(terminal.heard() == "0");
}

TEST_CASE("terminal_prompter: no program that is started meanwhile gets its unique_fd") {
  pseudo_terminal terminal(ask_and_say);
  terminal.expect(prompt);
  const auto process = "/proc/" + std::to_string(terminal.id());
  int found = 0;
  for (int file = 0; file != FD_SETSIZE; ++file) {
    const auto number = std::to_string(file);
    char path[16];
    if (readlink((process + "/fd/" + number).c_str(), path, sizeof path) != 8) continue;
    if (std::string_view(path, 8) != "/dev/tty") continue;
    ++found;
    std::ifstream about_it(process + "/fdinfo/" + number);
    std::string word;
    int flags = 0;
    while (about_it >> word && word != "flags:") {
    }
    about_it >> std::oct >> flags;
    CHECK((flags & O_CLOEXEC) != 0);
  }
  CHECK(found == 1);
}

TEST_CASE("terminal_prompter: keys and what they give") {
  const std::string longest(hubauth::detail::max_input_size, 'k');
  const std::string too_long =
      in_words(errc::malformed_key, "the line is longer than " + std::to_string(longest.size()) + " bytes");
  const struct {
    const char* title;
    std::string keys;
    std::string wanted;
  } cases[] = {
      {"Enter alone is an empty answer", "\r", "key: "},
      {"end of input is none", "\x04", in_words(errc::prompt_canceled)},
      {"end of input behind text ends the line", "abc\x04\x04", "key: abc"},
      {"the terminal edits the line", "wrong\x15rightt\x7f\r", "key: right"},
      {"whitespace stay", " abc\t \r", "key:  abc\t "},
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

TEST_CASE("terminal_prompter: what was typed before the prompt_request is dropped") {
  const pty::gate prompting;
  pseudo_terminal terminal([&](pty::reports& out) {
    prompting.wait();
    ask_and_say(out);
  });
  terminal.type("another password\r");
  terminal.expect("another password");  // echoed: it has arrived
  prompting.open();
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

TEST_CASE("terminal_prompter: ^Z stops the program with the terminal as before; resumed, it prompts again") {
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

TEST_CASE("terminal_prompter: put into the background, it stops where it would read, and prompts again") {
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
    int unreadable_body_error = -1;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY);
    ioctl(tty, FIONREAD, &unreadable_body_error);
    out.say(std::to_string(unreadable_body_error));
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

TEST_CASE("terminal_prompter: stopped by another's SIGTTIN or SIGTTOU, it prompts again") {
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
    CHECK(terminal.heard() == in_words(errc::prompt_canceled, "interrupted"));
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.as_before());
  }
}

TEST_CASE("terminal_prompter: where the program's own handler of a stop returns, it prompts again") {
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
  CHECK(terminal.heard() == in_words(errc::prompt_canceled, "interrupted"));
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
  const error_info last{errc::rejected, "hub.example: no such key"};
  prompt_request again = about;
  again.attempt = 2;
  again.previous_error = &last;
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

namespace {

struct naughty {
  std::string text, shown;
};

/// What strangers may write to get more out of a terminal than text.
std::vector<naughty> naughty_texts() {
  const std::string plain = "sch\xc3\xb6n \xe2\x82\xac \xf0\x9f\x98\x80 %s%n ${HOME} $(id) `id`";
  std::vector<naughty> all{
      {plain, plain},
      {"hub.example\rhub.evil", "hub.examplehub.evil"},
      {"one\nkey: ", "onekey: "},
      {"good\b\b\b\bevil", "goodevil"},
      {"\x1b[2J\x1b[H", "[2J[H"},                // clears the screen
      {"\x1b[8mhidden\x1b[0m", "[8mhidden[0m"},  // conceals
      {"\x1b[1A\x1b[2K", "[1A[2K"},              // writes over the line above
      {"\x1b[6n\x1b[c\x1b[21t", "[6n[c[21t"},    // has the terminal type an answer
      {"\x1b[?1049h\x1b[?25l", "[?1049h[?25l"},  // another screen, no cursor
      {"\x1b]0;title\x07", "]0;title"},          // the window's title
      {"\x1b]52;c;a2V5\x07", "]52;c;a2V5"},      // the clipboard
      {"\x1b]8;;ftp://evil\x1b\\page", "]8;;ftp://evil\\page"},
      {"\x1bP+q\x1b\\\x1b_G\x1b\\\x1b^\x1bX", "P+q\\_G\\^X"},
      {"\033c\x1b#8\x1b(0", "c#8(0"},                                 // resets; a test pattern; line drawing
      {"\xc2\x9b?25l\xc2\x9d;title\xc2\x9c", "?25l;title"},           // C1 in UTF-8
      {"\x9b?25l\x9d;title\x9c", "??25l?;title?"},                    // C1 in a byte
      {"\xc0\x9b?25l\xe0\x80\x9b\xf0\x80\x80\x9b", "???25l???????"},  // overlong
      {"\xed\xa0\x80\xff\xfe\xe2\x80", "???????"},                    // no UTF-8
  };
  for (const char* bidi : {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\xa8", "\xd8\x9c"})
    all.push_back({std::string("hub.") + bidi + "live.example", "hub.live.example"});
  for (int byte = 0; byte != 0xa0; ++byte) {
    const auto c = static_cast<char>(byte);
    if (byte < 0x20 || byte == 0x7f) all.push_back({{'a', c, 'b'}, "ab"});
    if (byte < 0x80) continue;
    all.push_back({{'a', c, 'b'}, "a?b"});
    all.push_back({{'a', '\xc2', c, 'b'}, "ab"});
  }
  return all;
}

/// The first prompt_request, and the one after an answer that was not taken, with `text` wherever a stranger may write.
struct questions {
  std::string text;
  error_info reason{errc::rejected, text};
  prompt_request first{.service = text, .key_page = text, .attempt = 1, .attempts = 2};
  prompt_request second{.service = text, .key_page = text, .attempt = 2, .attempts = 2, .previous_error = &reason};
};

std::string first_prompt(const std::string& shown) {
  return "Keys for " + shown + " are made at " + shown + "\n" + shown +
         " API key (hidden while you type, attempt 1 of 2): ";
}

std::string second_prompt(const std::string& shown) {
  return "That key was not taken: the service rejected the credential (" + shown + ").\n" + shown +
         " API key (hidden while you type, attempt 2 of 2): ";
}

}  // namespace

TEST_CASE("terminal_prompter: nothing in a service's name, its page or a reason controls the terminal") {
  naughty all;
  for (const auto& each : naughty_texts()) {
    CAPTURE(each.shown);
    const questions ask{.text = each.text};
    CHECK(hubauth::detail::prompt_text(ask.first) == first_prompt(each.shown));
    CHECK(hubauth::detail::prompt_text(ask.second) == second_prompt(each.shown));
    all.text += each.text;
    all.shown += each.shown;
  }

  pseudo_terminal terminal([&](pty::reports& out) {
    const questions ask{.text = all.text};
    hubauth::terminal_prompter prompter;
    out.say(in_words(prompter.ask(ask.first)));
    out.say(in_words(prompter.ask(ask.second)));
  });
  for (const char* end : {"1 of 2): ", "2 of 2): "}) {
    terminal.expect(end);
    terminal.type("key\r");
    CHECK(terminal.heard() == "key: key");
  }
  auto shown = terminal.all_shown();
  std::erase(shown, '\r');  // the terminal's own, before each newline
  CHECK(shown == first_prompt(all.shown) + "\n" + second_prompt(all.shown) + "\n");
}

TEST_CASE("terminal_prompter: without a terminal nobody can be asked") {
  CHECK(pty::without_terminal(ask_and_say) == in_words(errc::prompt_unavailable, "/dev/tty: No such device or address"));
}

TEST_CASE("terminal_prompter: no unique_fd is left open, and where none is to be had nobody can be asked") {
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
  CHECK(terminal.heard() == in_words(errc::prompt_unavailable, "/dev/tty: Too many open files"));
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
  CHECK((said == in_words(errc::prompt_canceled) || said.starts_with(describe(errc::prompt_unavailable))));
}

TEST_CASE("terminal_prompter: a second prompt_request while one is open is refused at once") {
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
  CHECK(terminal.heard() == in_words(errc::prompt_unavailable, "another prompt is open"));
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
  const error_info last{std::error_code(1, theirs)};
  prompt_request again = about;
  again.previous_error = &last;
  CHECK(hubauth::detail::prompt_text(again).starts_with("That key was not taken: bad[8m? key.\n"));
}

namespace {

/// Waits until the program has read the key, which must be all but a line by then.
void expect_held(const pseudo_terminal& terminal, const std::string& key) {
  int looks = 10'000;
  while (looks != 0 && copies_in(terminal.id(), middle(key)) == 0) --looks;
  REQUIRE(looks != 0);
}

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
  expect_held(terminal, key);
  terminal.type("\x1a");
  CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));
  CHECK(copies_in(terminal.id(), middle(key)) == 0);
}

TEST_CASE("terminal_prompter: nothing typed stays in memory where a signal may end the program") {
  static const pty::gate look;  // a handler can't have it otherwise
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::reports& out) {
      handler_says = &out;
      std::signal(number, [](int) {
        handler_says->say("handled");
        look.wait();
      });
      ask_and_say(out);
    });
    const auto key = made_up_key(terminal.id());
    terminal.expect(prompt);
    terminal.type(key + "\x04");
    expect_held(terminal, key);
    terminal.kill(number);
    CHECK(terminal.heard() == "handled");
    CHECK(copies_in(terminal.id(), middle(key)) == 0);
    look.open();
    CHECK(terminal.heard() == in_words(errc::prompt_canceled, "interrupted"));
  }
}

TEST_CASE("terminal_prompter: nothing of a line too long stays in memory") {
  for (const char* divider : {"", "\x04"}) {
    const pty::gate look;
    pseudo_terminal terminal([&](pty::reports& out) {
      ask_and_say(out);
      look.wait();
    });
    const auto key = made_up_key(terminal.id());
    terminal.expect(prompt);
    terminal.type(key + divider);
    if (*divider) expect_held(terminal, key);
    terminal.type(std::string(5000, 'k') + "\r");
    CHECK(terminal.heard().starts_with(describe(errc::malformed_key)));
    CHECK(copies_in(terminal.id(), middle(key)) == 0);
    look.open();
  }
}
