// SPDX-License-Identifier: BSL-1.0
//
// The prompter on a pseudo-terminal: the test types, and sends signals. A program under test is a forked copy of the
// test.
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
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/hostile_texts.hpp"
#include "support/memory_scan.hpp"
#include "support/pseudo_terminal.hpp"

namespace {

using namespace hubauth::testing;
using hubauth::errc;
using hubauth::error_info;
using hubauth::prompt_request;
using pty::pseudo_terminal;

constexpr prompt_request request{
    .service_name = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .max_attempts = 3};
constexpr std::string_view prompt = "attempt 1 of 3): ";
constexpr std::string_view page = "https://hub.example/keys";

/// "key: ...", or the error's message and its detail.
std::string describe(const hubauth::result<hubauth::secret>& answer) {
  if (!answer) return answer.error().code.message() + ": " + answer.error().detail;
  return answer->with_exposed([](std::string_view text) { return "key: " + std::string(text); });
}

std::string describe(errc code, std::string_view detail = {}) {
  return std::string(message(code)) + ": " + std::string(detail);
}

void ask_once(pty::report_channel& reports) {
  hubauth::terminal_prompter prompter;
  reports.send(describe(prompter.ask(request)));
}

void ask_on_a_thread(pty::report_channel& reports) {
  std::thread([&] { ask_once(reports); }).join();
}

const pty::report_channel* handler_reports = nullptr;

void report_handled(int) { handler_reports->send("handled"); }

/// Types these keys at a prompt.
/// \returns the answer
std::string answer_to(std::string_view keys) {
  pseudo_terminal terminal(ask_once);
  terminal.expect(prompt);
  terminal.type(keys);
  auto answer = terminal.next_report();
  CHECK(terminal.wait() == pty::exited());
  CHECK(terminal.modes_restored());
  return answer;
}

}  // namespace

TEST_CASE("terminal_prompter: the typed line is the answer, and is not echoed") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    ask_once(reports);
    ask_once(reports);
  });
  terminal.expect(prompt);
  CHECK((terminal.modes().c_lflag & (ECHO | ECHONL)) == 0);
  CHECK((terminal.modes().c_lflag & ICANON) != 0);
  terminal.type("0123abcdef\r");
  CHECK(terminal.next_report() == "key: 0123abcdef");
  terminal.expect("\r\n");
  terminal.expect(prompt);  // an echo would have come before
  CHECK(terminal.shown().find("0123") == std::string::npos);
  terminal.type("x\r");
  CHECK(terminal.next_report() == "key: x");
  CHECK(terminal.wait() == pty::exited());
  CHECK(terminal.modes_restored());
}

TEST_CASE("terminal_prompter: the echo is off before the prompt is shown") {
  const pty::gate prompting;
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    prompting.wait();
    ask_once(reports);
  });
  terminal.stop_output();  // writing the prompt blocks
  prompting.open();
  terminal.wait_until_modes([](const termios& modes) { return (modes.c_lflag & (ECHO | ECHONL)) == 0; });
  terminal.resume_output();
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
}

TEST_CASE("terminal_prompter: it prompts on the terminal, not on standard input and output") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    const pty::channel input;
    const pty::channel output;
    input.send("no\n", 3);
    dup2(input.reading(), STDIN_FILENO);
    for (int file : {STDOUT_FILENO, STDERR_FILENO}) dup2(output.writing(), file);
    ask_once(reports);
    for (const auto* each : {&input, &output}) {
      int unread = -1;
      ioctl(each->reading(), FIONREAD, &unread);
      reports.send(std::to_string(unread));
    }
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
  CHECK(terminal.next_report() == "3");
  CHECK(terminal.next_report() == "0");
}

TEST_CASE("terminal_prompter: programs that are started meanwhile do not inherit its descriptor") {
  pseudo_terminal terminal(ask_once);
  terminal.expect(prompt);
  const auto process = "/proc/" + std::to_string(terminal.id());
  int found = 0;
  for (int file = 0; file != FD_SETSIZE; ++file) {
    const auto number = std::to_string(file);
    char path[16];
    if (readlink((process + "/fd/" + number).c_str(), path, sizeof path) != 8) continue;
    if (std::string_view(path, 8) != "/dev/tty") continue;
    ++found;
    std::ifstream fdinfo(process + "/fdinfo/" + number);
    std::string word;
    int flags = 0;
    while (fdinfo >> word && word != "flags:") {
    }
    fdinfo >> std::oct >> flags;
    CHECK((flags & O_CLOEXEC) != 0);
  }
  CHECK(found == 1);
}

TEST_CASE("terminal_prompter: keys and their answers") {
  const std::string longest(hubauth::detail::max_input_size, 'k');
  const std::string too_long =
      describe(errc::malformed_key, "the line is longer than " + std::to_string(longest.size()) + " bytes");
  const struct {
    const char* title;
    std::string keys;
    std::string answer;
  } cases[] = {
      {"Enter alone is an empty answer", "\r", "key: "},
      {"the end of input is not an answer", "\x04", describe(errc::prompt_canceled)},
      {"the end of input after text ends the line", "abc\x04\x04", "key: abc"},
      {"the terminal edits the line", "wrong\x15rightt\x7f\r", "key: right"},
      {"whitespace stays", " abc\t \r", "key:  abc\t "},
      {"bytes that no key contains stay", "a\x01\xff\xfe\r", "key: a\x01\xff\xfe"},
      {"paste markers are removed", "\x1b[200~abc\x1b[201~\r", "key: abc"},
      {"paste markers within the line are removed", "a\x1b[200~b\x1b[201~c\x1b[201~\r", "key: abc"},
      {"other escape sequences stay", "\x1b[202~a\x1b[20\r", "key: \x1b[202~a\x1b[20"},
      {"the longest line", longest + "\r", "key: " + longest},
      {"paste markers do not make a line too long", "\x1b[200~" + longest + "\x1b[201~\r", "key: " + longest},
      {"one byte too many", longest + "k\r", too_long},
      {"more than the kernel buffers", std::string(5000, 'k') + "\r", too_long},
      {"too long in pieces", std::string(3000, 'k') + "\x04" + std::string(3000, 'k') + "\x04\x04", too_long},
  };
  for (const auto& each : cases) {
    CAPTURE(std::string(each.title));
    CHECK(answer_to(each.keys) == each.answer);
  }
}

TEST_CASE("terminal_prompter: a NUL byte is part of the answer") {
  CHECK(answer_to(std::string_view("ab\0cd\r", 6)) == std::string("key: ab\0cd", 10));
}

TEST_CASE("terminal_prompter: nothing of a line that is too long is left for the next answer") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    ask_once(reports);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.type(std::string(5000, 'k') + "\r");
  CHECK(terminal.next_report().starts_with(message(errc::malformed_key)));
  terminal.expect(prompt);
  terminal.type("clean\r");
  CHECK(terminal.next_report() == "key: clean");
}

TEST_CASE("terminal_prompter: what was typed before the prompt is discarded") {
  const pty::gate prompting;
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    prompting.wait();
    ask_once(reports);
  });
  terminal.type("another password\r");
  terminal.expect("another password");  // echoed: it has arrived
  prompting.open();
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
}

TEST_CASE("terminal_prompter: a signal kills the program, and the terminal is restored") {
  const struct {
    int signal;
    const char* keys;  // null: the signal is sent by `kill`
  } cases[] = {{SIGINT, "half a k\x03"}, {SIGQUIT, "\x1c"},  {SIGINT, nullptr},  {SIGTERM, nullptr},
               {SIGHUP, nullptr},        {SIGQUIT, nullptr}, {SIGALRM, nullptr}, {SIGPIPE, nullptr}};
  for (const auto& each : cases) {
    CAPTURE(each.signal);
    for (auto* program : {&ask_once, &ask_on_a_thread}) {
      pseudo_terminal terminal(program);
      terminal.expect(prompt);
      REQUIRE(!terminal.modes_restored());
      if (each.keys)
        terminal.type(each.keys);
      else
        terminal.kill(each.signal);
      CHECK(terminal.wait() == pty::killed_by(each.signal));
      CHECK(terminal.modes_restored());
    }
  }
}

TEST_CASE("terminal_prompter: ^Z stops the program with the terminal restored; resumed, it prompts again") {
  for (auto* program : {&ask_once, &ask_on_a_thread}) {
    pseudo_terminal terminal(program);
    terminal.expect(prompt);
    terminal.type("half a k\x1a");
    CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));
    CHECK(terminal.modes_restored());

    terminal.resume_in_foreground();
    terminal.expect(page);
    terminal.expect(prompt);
    CHECK((terminal.modes().c_lflag & ECHO) == 0);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.modes_restored());
  }
}

TEST_CASE("terminal_prompter: resumed in the background, it waits and does not change the terminal") {
  for (auto* program : {&ask_once, &ask_on_a_thread}) {
    pseudo_terminal terminal(program);
    terminal.expect(prompt);
    terminal.type("\x1a");
    CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));

    for (int round = 0; round != 2; ++round) {
      terminal.resume_in_background();
      CHECK(terminal.wait() == pty::stopped_by(SIGTTOU));
      CHECK(terminal.modes_restored());
    }
    terminal.resume_in_foreground();
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.modes_restored());
  }
}

TEST_CASE("terminal_prompter: in the background it stops when it would read, and prompts again later") {
  struct {
    const char* title;
    const char* keys;
    int sent;
    pty::state_change change;
  } const cases[] = {{"a line comes", "not for us\r", 0, pty::stopped_by(SIGTTIN)},
                     {"SIGTSTP is sent", "", SIGTSTP, pty::stopped_by(SIGTSTP)},
                     {"SIGTERM is sent", "", SIGTERM, pty::killed_by(SIGTERM)}};
  for (const auto& each : cases) {
    CAPTURE(std::string(each.title));
    pseudo_terminal terminal([](pty::report_channel& reports) {
      handler_reports = &reports;
      std::signal(SIGCONT, report_handled);
      ask_once(reports);
    });
    terminal.expect(prompt);
    terminal.kill(SIGSTOP);  // which the program cannot catch
    CHECK(terminal.wait() == pty::stopped_by(SIGSTOP));
    terminal.resume_in_background();
    CHECK(terminal.next_report() == "handled");
    terminal.type(each.keys);
    if (each.sent != 0) terminal.kill(each.sent);
    CHECK(terminal.wait() == each.change);
    if (each.change == pty::killed_by(SIGTERM)) continue;

    terminal.resume_in_foreground();
    CHECK(terminal.next_report() == "handled");
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
  }
}

TEST_CASE("terminal_prompter: nothing of a paste after its first line reaches the next reader") {
  constexpr std::string_view paste = "key\rcommand of the shell\r";
  pseudo_terminal terminal([](pty::report_channel& reports) {
    ask_once(reports);
    int unread = -1;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY);
    ioctl(tty, FIONREAD, &unread);
    reports.send(std::to_string(unread));
  });
  terminal.expect(prompt);
  terminal.kill(SIGSTOP);
  CHECK(terminal.wait() == pty::stopped_by(SIGSTOP));
  terminal.type(paste);
  terminal.expect_unread(static_cast<int>(paste.size()));
  terminal.resume_in_foreground();
  CHECK(terminal.next_report() == "key: key");
  CHECK(terminal.next_report() == "0");
}

TEST_CASE("terminal_prompter: stopped by a SIGTTIN or SIGTTOU that was sent, it prompts again") {
  for (int number : {SIGTTIN, SIGTTOU}) {
    pseudo_terminal terminal(ask_once);
    terminal.expect(prompt);
    terminal.kill(number);
    CHECK(terminal.wait() == pty::stopped_by(number));
    CHECK(terminal.modes_restored());
    terminal.resume_in_foreground();
    terminal.expect(prompt);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
  }
}

TEST_CASE("terminal_prompter: if the program's own handler returns, the prompt is closed") {
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::report_channel& reports) {
      handler_reports = &reports;
      std::signal(number, report_handled);
      ask_once(reports);
    });
    terminal.expect(prompt);
    terminal.kill(number);
    CHECK(terminal.next_report() == "handled");
    CHECK(terminal.next_report() == describe(errc::prompt_canceled, "interrupted"));
    CHECK(terminal.wait() == pty::exited());
    CHECK(terminal.modes_restored());
  }
}

TEST_CASE("terminal_prompter: if the program's own handler of a stop returns, it prompts again") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    handler_reports = &reports;
    std::signal(SIGTSTP, report_handled);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.type("half\x1a");
  CHECK(terminal.next_report() == "handled");
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
}

TEST_CASE("terminal_prompter: a signal that it does not catch changes nothing") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    handler_reports = &reports;
    struct sigaction without_restart {};
    without_restart.sa_handler = report_handled;
    sigaction(SIGUSR1, &without_restart, nullptr);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.kill(SIGUSR1);
  CHECK(terminal.next_report() == "handled");
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
}

TEST_CASE("terminal_prompter: ^C closes the prompt even if the program ignores SIGINT") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    std::signal(SIGINT, SIG_IGN);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.type("\x03");
  CHECK(terminal.next_report() == describe(errc::prompt_canceled, "interrupted"));
}

TEST_CASE("terminal_prompter: other signals that the program ignores stay ignored") {
  for (int number : {SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::report_channel& reports) {
      std::signal(number, SIG_IGN);
      ask_once(reports);
    });
    terminal.expect(prompt);
    terminal.kill(number);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
  }
}

TEST_CASE("terminal_prompter: the program's handlers and signal mask are restored") {
  constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    handler_reports = &reports;
    struct sigaction own {};
    own.sa_handler = report_handled;
    own.sa_flags = SA_RESTART;
    sigaddset(&own.sa_mask, SIGUSR2);
    for (int number : numbers) sigaction(number, &own, nullptr);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_SETMASK, &blocked, nullptr);

    ask_once(reports);

    bool same = true;
    for (int number : numbers) {
      struct sigaction now {};
      sigaction(number, nullptr, &now);
      same = same && now.sa_handler == report_handled && (now.sa_flags & SA_RESTART) != 0 &&
             sigismember(&now.sa_mask, SIGUSR2) == 1;
    }
    sigset_t mask;
    sigprocmask(SIG_SETMASK, nullptr, &mask);
    for (int number = 1; number != 32; ++number)
      same = same && sigismember(&mask, number) == (number == SIGTERM || number == SIGUSR1);
    reports.send(same ? "restored" : "changed");
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
  CHECK(terminal.next_report() == "restored");
}

TEST_CASE("terminal_prompter: a signal that the thread blocks ends the prompt, too") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    sigset_t all;
    sigfillset(&all);
    std::thread([&] {
      pthread_sigmask(SIG_SETMASK, &all, nullptr);
      ask_once(reports);
    }).join();
  });
  terminal.expect(prompt);
  terminal.type("\x03");
  CHECK(terminal.wait() == pty::killed_by(SIGINT));
  CHECK(terminal.modes_restored());
}

TEST_CASE("terminal_prompter: unusual modes are restored, and do not disturb") {
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
    pseudo_terminal terminal(ask_once, &unusual);
    terminal.expect(prompt);
    CHECK((terminal.modes().c_lflag & (ECHO | ECHONL | ICANON | ISIG)) == (ICANON | ISIG));
    terminal.type(keys);
    const bool killed = keys == "\x03";
    CHECK(terminal.wait() == (killed ? pty::killed_by(SIGINT) : pty::exited()));
    CHECK(terminal.modes_restored());
  }
}

TEST_CASE("terminal_prompter: it shows where users create keys, and then why a key was not accepted") {
  const error_info previous_error{errc::rejected, "hub.example: no such key"};
  prompt_request again = request;
  again.attempt = 2;
  again.previous_error = &previous_error;
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    ask_once(reports);
    hubauth::terminal_prompter prompter;
    reports.send(describe(prompter.ask(again)));
  });
  terminal.expect("Create a key at https://hub.example/keys\r\n");
  terminal.expect("Test Hub API key (input hidden, attempt 1 of 3): ");
  terminal.type("first\r");
  CHECK(terminal.next_report() == "key: first");
  terminal.expect("\r\nKey rejected: hub.example: no such key\r\n");
  terminal.expect("Test Hub API key (input hidden, attempt 2 of 3): ");
  terminal.type("second\r");
  CHECK(terminal.next_report() == "key: second");
}

TEST_CASE("terminal_prompter: no text controls the terminal") {
  hostile_text all;
  for (const auto& each : hostile_texts()) {
    all.text += each.text;
    all.shown += each.shown;
  }
  const error_info rejected{errc::rejected, all.text};
  const prompt_request first{.service_name = all.text, .key_page = all.text, .attempt = 1, .max_attempts = 2};
  auto second = first;
  second.attempt = 2;
  second.previous_error = &rejected;

  pseudo_terminal terminal([&](pty::report_channel& reports) {
    hubauth::terminal_prompter prompter;
    reports.send(describe(prompter.ask(first)));
    reports.send(describe(prompter.ask(second)));
  });
  for (const char* end : {"1 of 2): ", "2 of 2): "}) {
    terminal.expect(end);
    terminal.type("key\r");
    CHECK(terminal.next_report() == "key: key");
  }
  auto shown = terminal.all_shown();
  std::erase(shown, '\r');  // the terminal's own, before each newline
  CHECK(shown == "Create a key at " + all.shown + "\n" + all.shown + " API key (input hidden, attempt 1 of 2): \n" +
                     "Key rejected: " + all.shown + "\n" + all.shown + " API key (input hidden, attempt 2 of 2): \n");
}

TEST_CASE("terminal_prompter: without a terminal there is no prompt") {
  CHECK(pty::run_without_terminal(ask_once) ==
        describe(errc::prompt_unavailable, "/dev/tty: No such device or address"));
}

TEST_CASE("terminal_prompter: no descriptor is left open, and if there is none left, there is no prompt") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    const int lowest_before = dup(0);
    close(lowest_before);
    ask_once(reports);
    const int lowest = dup(0);
    reports.send(lowest == lowest_before ? "none left" : "one left");

    rlimit most{};
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = std::min<rlim_t>(most.rlim_max, FD_SETSIZE + 8);
    setrlimit(RLIMIT_NOFILE, &most);
    for (int file = lowest; file >= 0 && file < FD_SETSIZE - 1;) file = dup(lowest);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
  CHECK(terminal.next_report() == "none left");
  CHECK(terminal.next_report() == describe(errc::prompt_unavailable, "/dev/tty: Too many open files"));
  CHECK(terminal.modes_restored());
}

TEST_CASE("terminal_prompter: a terminal that hangs up closes the prompt") {
  pseudo_terminal terminal([](pty::report_channel& reports) {
    std::signal(SIGHUP, SIG_IGN);
    ask_once(reports);
  });
  terminal.expect(prompt);
  terminal.hang_up();
  const auto said = terminal.next_report();
  CAPTURE(said);
  CHECK((said == describe(errc::prompt_canceled) || said.starts_with(message(errc::prompt_unavailable))));
}

TEST_CASE("terminal_prompter: a second prompt fails at once while one is open") {
  const pty::gate second;
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    std::thread first(ask_once, std::ref(reports));
    second.wait();
    ask_once(reports);
    first.join();
    ask_once(reports);
  });
  terminal.expect(prompt);
  second.open();
  CHECK(terminal.next_report() == describe(errc::prompt_unavailable, "another prompt is open"));
  terminal.type("key\r");
  CHECK(terminal.next_report() == "key: key");
  terminal.expect(prompt);
  terminal.type("later\r");
  CHECK(terminal.next_report() == "key: later");
}

namespace {

/// Waits until the program has read the key, though not the end of the line.
void wait_until_read(const pseudo_terminal& terminal, const std::string& key) {
  pty::poll_until("the program to read the key", [&] { return copies_in(terminal.id(), middle(key)) != 0; });
}

}  // namespace

TEST_CASE("terminal_prompter: nothing typed stays in memory after the answer") {
  const pty::gate search;
  const pty::gate resume;
  pseudo_terminal terminal([&](pty::report_channel& reports) {
    hubauth::terminal_prompter prompter;
    auto answer = prompter.ask(request);
    reports.send("has the key");
    search.wait();
    answer = hubauth::secret();
    reports.send("has dropped the key");
    resume.wait();
  });
  const auto key = made_up_key(terminal.id());
  terminal.expect(prompt);
  terminal.type(key + "\r");
  CHECK(terminal.next_report() == "has the key");
  CHECK(copies_in(terminal.id(), middle(key)) == 1);
  search.open();
  CHECK(terminal.next_report() == "has dropped the key");
  CHECK(copies_in(terminal.id(), middle(key)) == 0);
  resume.open();
  CHECK(terminal.wait() == pty::exited());
}

TEST_CASE("terminal_prompter: nothing typed stays in memory while the program is stopped") {
  pseudo_terminal terminal(ask_once);
  const auto key = made_up_key(terminal.id());
  terminal.expect(prompt);
  terminal.type(key + "\x04");  // the program gets it, without the end of the line
  wait_until_read(terminal, key);
  terminal.type("\x1a");
  CHECK(terminal.wait() == pty::stopped_by(SIGTSTP));
  CHECK(copies_in(terminal.id(), middle(key)) == 0);
}

TEST_CASE("terminal_prompter: nothing typed stays in memory when a signal may end the program") {
  static const pty::gate search;  // a handler cannot capture it
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    CAPTURE(number);
    pseudo_terminal terminal([&](pty::report_channel& reports) {
      handler_reports = &reports;
      std::signal(number, [](int) {
        handler_reports->send("handled");
        search.wait();
      });
      ask_once(reports);
    });
    const auto key = made_up_key(terminal.id());
    terminal.expect(prompt);
    terminal.type(key + "\x04");
    wait_until_read(terminal, key);
    terminal.kill(number);
    CHECK(terminal.next_report() == "handled");
    CHECK(copies_in(terminal.id(), middle(key)) == 0);
    search.open();
    CHECK(terminal.next_report() == describe(errc::prompt_canceled, "interrupted"));
  }
}

TEST_CASE("terminal_prompter: nothing of a line that is too long stays in memory") {
  for (const char* divider : {"", "\x04"}) {
    const pty::gate search;
    pseudo_terminal terminal([&](pty::report_channel& reports) {
      ask_once(reports);
      search.wait();
    });
    const auto key = made_up_key(terminal.id());
    terminal.expect(prompt);
    terminal.type(key + divider);
    if (*divider) wait_until_read(terminal, key);
    terminal.type(std::string(5000, 'k') + "\r");
    CHECK(terminal.next_report().starts_with(message(errc::malformed_key)));
    CHECK(copies_in(terminal.id(), middle(key)) == 0);
    search.open();
  }
}
