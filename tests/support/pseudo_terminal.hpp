// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace hubauth::testing::pty {

inline constexpr std::chrono::milliseconds timeout{20'000};  ///< a longer wait fails the test

/// Waits until one of the descriptors is readable; fails the test at the timeout. `event` is what is waited for.
template <class... Fds>
void wait_for_one(const std::string& event, Fds... fds) {
  pollfd all[] = {{fds, POLLIN, 0}...};
  int ready = 0;
  while ((ready = poll(all, sizeof...(fds), static_cast<int>(timeout.count()))) < 0 && errno == EINTR) {
  }
  if (ready < 1) FAIL("timeout while waiting for ", event);
}

inline void wait_for(int fd, const std::string& event) { wait_for_one(event, fd); }

/// Waits until `condition()` is true; fails the test at the timeout. For what no descriptor reports.
template <class Condition>
void poll_until(const std::string& event, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!condition())
    if (std::chrono::steady_clock::now() > end) FAIL("timeout while waiting for ", event);
}

/// A pipe between the test and its programs.
class channel {
 public:
  channel() { REQUIRE(pipe2(ends_, O_CLOEXEC) == 0); }
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  ~channel() {
    close_reading();
    close_writing();
  }

  void close_reading() { close(std::exchange(ends_[0], -1)); }
  void close_writing() { close(std::exchange(ends_[1], -1)); }

  void send(const void* bytes, std::size_t size) const {
    [[maybe_unused]] const auto sent = write(ends_[1], bytes, size);
  }
  bool receive(void* bytes, std::size_t size) const {
    return read(ends_[0], bytes, size) == static_cast<ssize_t>(size);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }

 private:
  int ends_[2];
};

/// Lets a program wait until the test opens the gate.
class gate {
 public:
  void open() const { channel_.send("", 1); }
  void wait() const {
    char byte;
    static_cast<void>(channel_.receive(&byte, 1));
  }

 private:
  channel channel_;
};

/// Lines that a program sends to the test. `send` is safe in a signal handler if `line` is a literal.
class report_channel {
 public:
  void send(std::string_view line) const {
    channel_.send(line.data(), line.size());
    channel_.send("\n", 1);
  }

  /// The next line; "(ended)" if the program has ended without one.
  std::string next() const {
    std::string line;
    for (char c = 0;;) {
      wait_for(channel_.reading(), "a report of the program, after: " + line);
      if (!channel_.receive(&c, 1)) return "(ended)";
      if (c == '\n') return line;
      line += c;
    }
  }

  /// True if `next` would not wait.
  bool any() const {
    pollfd one{channel_.reading(), POLLIN, 0};
    return poll(&one, 1, 0) == 1;
  }

  int reading() const { return channel_.reading(); }

  void close_writing() { channel_.close_writing(); }

 private:
  channel channel_;
};

/// How a program has stopped or ended.
struct state_change {
  enum class kind { stopped, killed, exited } type;
  int number;  ///< the signal, or the exit status

  friend bool operator==(const state_change&, const state_change&) = default;
};

inline state_change stopped_by(int signal) { return {state_change::kind::stopped, signal}; }
inline state_change killed_by(int signal) { return {state_change::kind::killed, signal}; }
inline state_change exited(int status = 0) { return {state_change::kind::exited, status}; }

inline state_change parse_wait_status(int status) {
  if (WIFSTOPPED(status)) return stopped_by(WSTOPSIG(status));
  if (WIFSIGNALED(status)) return killed_by(WTERMSIG(status));
  return exited(WEXITSTATUS(status));
}

inline doctest::String toString(const state_change& change) {
  constexpr const char* words[] = {"stopped by ", "killed by ", "exited with "};
  return doctest::String(words[static_cast<int>(change.type)]) + doctest::toString(change.number);
}

/// Runs `program(report_channel&)` in this child process and ends it.
template <class Program>
[[noreturn]] void run_program(Program& program, report_channel& reports) {
  for (int number = 1; number < 32; ++number) std::signal(number, SIG_DFL);  // without the test framework's handlers
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  try {
    program(reports);
  } catch (...) {
    reports.send("(an exception)");
  }
  _exit(0);
}

/// A terminal with a program on it: the foreground job of a session whose leader acts as a shell.
///
/// The program is a forked copy of the test (no exec). It sends reports to the test.
class pseudo_terminal {
 public:
  template <class Program>
  explicit pseudo_terminal(Program program, const termios* initial_modes = nullptr) {
    REQUIRE(openpty(&master_, &slave_, nullptr, initial_modes, nullptr) == 0);
    initial_modes_ = modes();
    shell_ = fork();
    REQUIRE(shell_ >= 0);
    if (shell_ == 0) run_shell(program);
    reports_.close_writing();
    events_.close_writing();
    orders_.close_reading();
    wait_for(events_.reading(), "the program to start");
    REQUIRE(events_.receive(&program_, sizeof program_));
  }

  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;

  ~pseudo_terminal() {
    if (running_) kill(SIGKILL);
    orders_.close_writing();  // the shell exits
    waitpid(shell_, nullptr, 0);
    close(master_);
    close(slave_);
  }

  pid_t id() const { return program_; }

  void type(std::string_view keys) const {
    REQUIRE(write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// Waits until the terminal's input has `size` bytes in complete lines.
  void expect_unread(int size) const {
    int unread = 0;
    do {
      wait_for(slave_, "a line to reach the terminal");
      REQUIRE(ioctl(slave_, FIONREAD, &unread) == 0);
    } while (unread < size);
  }

  /// Waits until the program is blocked: its state is "sleeping".
  /// \see proc_pid_stat(5)
  void wait_until_blocked() const {
    poll_until("the program to block", [&] {
      std::ifstream stat("/proc/" + std::to_string(program_) + "/stat");
      const std::string text{std::istreambuf_iterator<char>(stat), {}};
      const auto end_of_name = text.rfind(") ");
      return end_of_name != std::string::npos && text[end_of_name + 2] == 'S';
    });
  }

  /// Waits until the terminal's modes fulfill `condition(modes)`.
  template <class Condition>
  void wait_until_modes(Condition condition) const {
    poll_until("the terminal's modes to change", [&] { return condition(modes()); });
  }

  /// Reads what the terminal shows until `text` appears, from where the last call has stopped.
  void expect(std::string_view text) {
    while (!appeared(text)) {
      wait_for(master_, "\"" + std::string(text) + "\" on the terminal, which shows: " + shown_);
      read_shown();
    }
  }

  /// What the terminal has shown, as far as `expect` has read it.
  const std::string& shown() const { return shown_; }

  /// All that the terminal has shown until now.
  const std::string& all_shown() {
    constexpr std::string_view mark = "(end mark)";
    REQUIRE(write(slave_, mark.data(), mark.size()) == static_cast<ssize_t>(mark.size()));
    expect(mark);
    expected_ -= mark.size();
    shown_.resize(expected_);
    return shown_;
  }

  /// Reads what was typed and not read: what the next program would get.
  std::string unread_input() const {
    constexpr std::string_view mark = "(end mark)";
    type(std::string(mark) + "\r");
    std::string left;
    std::size_t end;
    while ((end = left.find(mark)) == std::string::npos) {
      wait_for(slave_, "a line to reach the terminal");
      char some[4096];
      const auto size = read(slave_, some, sizeof some);
      REQUIRE(size >= 0);
      left.append(some, static_cast<std::size_t>(size));
    }
    return left.substr(0, end);
  }

  /// The next line that the program reports.
  std::string next_report() const { return reports_.next(); }

  /// The next line that the program reports; nothing if the terminal shows `text` before, as for `expect`.
  std::optional<std::string> next_report_before(std::string_view text) {
    while (!reports_.any()) {
      if (appeared(text)) return std::nullopt;
      wait_for_one("a report of the program, or \"" + std::string(text) + "\" on the terminal, which shows: " + shown_,
                   reports_.reading(), master_);
      if (!reports_.any()) read_shown();
    }
    return reports_.next();
  }

  termios modes() const {
    termios now{};
    REQUIRE(tcgetattr(slave_, &now) == 0);
    return now;
  }

  /// True if all modes and control characters are as they were before the program started.
  bool modes_restored() const {
    const auto now = modes();
    return now.c_iflag == initial_modes_.c_iflag && now.c_oflag == initial_modes_.c_oflag &&
           now.c_cflag == initial_modes_.c_cflag && now.c_lflag == initial_modes_.c_lflag &&
           std::equal(std::begin(now.c_cc), std::end(now.c_cc), std::begin(initial_modes_.c_cc));
  }

  /// Stops the output, as ^S does, until `resume_output`.
  void stop_output() const { REQUIRE(tcflow(slave_, TCOOFF) == 0); }
  void resume_output() const { REQUIRE(tcflow(slave_, TCOON) == 0); }

  /// Closes the terminal, as a terminal window does.
  void hang_up() { close(std::exchange(master_, -1)); }

  void kill(int signal) const { ::kill(program_, signal); }

  /// Waits until the program stops or ends.
  state_change wait() {
    wait_for(events_.reading(), "the program to stop or to end; the terminal shows: " + shown_);
    int status = 0;
    REQUIRE(events_.receive(&status, sizeof status));
    running_ = WIFSTOPPED(status);
    return parse_wait_status(status);
  }

  void resume_in_foreground() const { orders_.send("f", 1); }
  void resume_in_background() const { orders_.send("b", 1); }

 private:
  template <class Program>
  [[noreturn]] void run_shell(Program& program) {
    close(master_);
    events_.close_reading();
    orders_.close_writing();
    setsid();
    ioctl(slave_, TIOCSCTTY, 0);
    std::signal(SIGTTOU, SIG_IGN);  // a shell sets the foreground job from the background
    const pid_t job = fork();
    if (job == 0) {
      setpgid(0, 0);
      tcsetpgrp(slave_, getpid());
      run_program(program, reports_);
    }
    reports_.close_writing();
    events_.send(&job, sizeof job);
    for (char order = 0;;) {
      int status = 0;
      waitpid(job, &status, WUNTRACED);
      tcsetpgrp(slave_, getpid());
      events_.send(&status, sizeof status);
      if (!orders_.receive(&order, 1)) _exit(0);  // only now: the kernel resets the terminal when its session ends
      if (order == 'f') tcsetpgrp(slave_, job);
      ::kill(-job, SIGCONT);
    }
  }

  void read_shown() {
    char some[4096];
    const auto size = read(master_, some, sizeof some);
    REQUIRE(size > 0);
    shown_.append(some, static_cast<std::size_t>(size));
  }

  /// True if `text` was read after what the last call found.
  bool appeared(std::string_view text) {
    const auto at = shown_.find(text, expected_);
    if (at == std::string::npos) return false;
    expected_ = at + text.size();
    return true;
  }

  channel events_;  // shell to test: the program's id, then its changes of state
  channel orders_;  // test to shell
  report_channel reports_;
  int master_ = -1;
  int slave_ = -1;
  termios initial_modes_{};
  pid_t shell_ = -1;
  pid_t program_ = -1;
  bool running_ = true;
  std::string shown_;
  std::size_t expected_ = 0;
};

/// Runs the program in a session of its own that has no terminal.
/// \returns the one line that it reports
template <class Program>
std::string run_without_terminal(Program program) {
  report_channel reports;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    setsid();
    run_program(program, reports);
  }
  reports.close_writing();
  auto line = reports.next();
  waitpid(child, nullptr, 0);
  return line;
}

}  // namespace hubauth::testing::pty
