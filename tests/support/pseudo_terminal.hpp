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

namespace pty {

inline constexpr int max_total_delay = 20'000;  ///< milliseconds after which a wait fails the test

/// Fails the test, in words, unless one of `files` has something to read in time.
template <class... Files>
void wait_for_one(const std::string& what, Files... files) {
  pollfd all[] = {{files, POLLIN, 0}...};
  int ready = 0;
  while ((ready = poll(all, sizeof...(files), max_total_delay)) < 0 && errno == EINTR) {
  }
  if (ready < 1) FAIL("waited in vain for ", what);
}

inline void wait_for(int file, const std::string& what) { wait_for_one(what, file); }

/// A pipe between the test and its programs; both ends are closed with it.
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

  void send(const void* bytes, std::size_t size) const { [[maybe_unused]] auto sent = write(ends_[1], bytes, size); }
  bool receive(void* bytes, std::size_t size) const {
    return read(ends_[0], bytes, size) == static_cast<ssize_t>(size);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }

 private:
  int ends_[2];
};

/// Lets a program wait until the test says so.
class gate {
 public:
  void open() const { way_.send("", 1); }
  void wait() const {
    char byte;
    (void)way_.receive(&byte, 1);
  }

 private:
  channel way_;
};

/// What a program tells the test, a line at a time. `say` is safe in a signal handler when `text` is a literal.
class reports {
 public:
  void say(std::string_view text) const {
    way_.send(text.data(), text.size());
    way_.send("\n", 1);
  }

  /// The next line, or "(silence)" when the program has ended without one.
  std::string next() const {
    std::string line;
    for (char c = 0;;) {
      wait_for(way_.reading(), "a word of the program, after: " + line);
      if (!way_.receive(&c, 1)) return "(silence)";
      if (c == '\n') return line;
      line += c;
    }
  }

  /// True when `next` would not wait.
  bool any() const {
    pollfd one{way_.reading(), POLLIN, 0};
    return poll(&one, 1, 0) == 1;
  }

  int reading() const { return way_.reading(); }

  void only_listen() { way_.close_writing(); }

 private:
  channel way_;
};

/// How a program's state has changed.
struct change {
  enum class kind { stopped, died, exited } how;
  int number;  ///< the signal, or the exit status

  friend bool operator==(const change&, const change&) = default;
};

inline change stopped_by(int signal) { return {change::kind::stopped, signal}; }
inline change died_by(int signal) { return {change::kind::died, signal}; }
inline change exited() { return {change::kind::exited, 0}; }

inline change read_status(int status) {
  if (WIFSTOPPED(status)) return stopped_by(WSTOPSIG(status));
  if (WIFSIGNALED(status)) return died_by(WTERMSIG(status));
  return {change::kind::exited, WEXITSTATUS(status)};
}

inline doctest::String toString(const change& seen) {
  constexpr const char* words[] = {"stopped by ", "died by ", "exited with "};
  return doctest::String(words[static_cast<int>(seen.how)]) + doctest::toString(seen.number);
}

/// Runs `program(reports&)` in this child process and ends it.
template <class Program>
[[noreturn]] void be_program(Program& program, reports& out) {
  for (int number = 1; number < 32; ++number) std::signal(number, SIG_DFL);  // the test framework's are not wanted here
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  try {
    program(out);
  } catch (...) {
    out.say("(an exception)");
  }
  _exit(0);
}

/// A terminal with a program on it: the foreground job of a session whose leader does what a shell does.
///
/// The program is a forked copy of the test (no exec), so it ends by `_exit` and reports by `heard`.
class pseudo_terminal {
 public:
  template <class Program>
  explicit pseudo_terminal(Program program, const termios* wanted = nullptr) {
    REQUIRE(openpty(&master_, &slave_, nullptr, wanted, nullptr) == 0);
    first_modes_ = modes();
    shell_ = fork();
    REQUIRE(shell_ >= 0);
    if (shell_ == 0) be_shell(program);
    said_.only_listen();
    events_.close_writing();
    orders_.close_reading();
    wait_for(events_.reading(), "the program to start");
    REQUIRE(events_.receive(&program_, sizeof program_));
  }

  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;

  ~pseudo_terminal() {
    if (runs_) kill(SIGKILL);
    orders_.close_writing();  // the shell leaves
    waitpid(shell_, nullptr, 0);
    close(master_);
    close(slave_);
  }

  pid_t id() const { return program_; }

  void type(std::string_view keys) const {
    REQUIRE(write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// Waits until the terminal holds `size` bytes in whole lines that nobody has read.
  void expect_unread(int size) const {
    int unreadable_body_error = 0;
    do {
      wait_for(slave_, "a line to reach the terminal");
      REQUIRE(ioctl(slave_, FIONREAD, &unreadable_body_error) == 0);
    } while (unreadable_body_error < size);
  }

  /// Waits until the program sleeps in one of these system calls.
  template <class... Calls>
  void expect_asleep_in(Calls... calls) const {
    const auto path = "/proc/" + std::to_string(program_) + "/syscall";
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(max_total_delay);
    for (long number = -1; ((number != calls) && ...);) {
      if (std::chrono::steady_clock::now() > end) FAIL("waited in vain for the program to sleep");
      if (!(std::ifstream(path) >> number)) number = -1;  // it is running
    }
  }

  /// Reads what the terminal shows until `text` has come, from where the last call has stopped.
  void expect(std::string_view text) {
    while (!has_come(text)) {
      wait_for(master_, "\"" + std::string(text) + "\" on the terminal, which shows: " + shown_);
      read_shown();
    }
  }

  /// All that the terminal has shown up to now, as far as `expect` has read.
  const std::string& shown() const { return shown_; }

  /// All that the terminal has shown up to now.
  const std::string& all_shown() {
    constexpr std::string_view mark = "(as far as here)";
    REQUIRE(write(slave_, mark.data(), mark.size()) == static_cast<ssize_t>(mark.size()));
    expect(mark);
    expected_ -= mark.size();
    shown_.resize(expected_);
    return shown_;
  }

  /// What was typed and not read: what the next program would get. Then it is read.
  std::string unreadable_body_error() const {
    constexpr std::string_view mark = "(as far as here)";
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
  std::string heard() const { return said_.next(); }

  /// The next line that the program reports; nothing when, before one, the terminal shows `text`, as for `expect`.
  std::optional<std::string> heard_before(std::string_view text) {
    while (!said_.any()) {
      if (has_come(text)) return std::nullopt;
      wait_for_one("a word of the program, or \"" + std::string(text) + "\" on the terminal, which shows: " + shown_,
                   said_.reading(), master_);
      if (!said_.any()) read_shown();
    }
    return said_.next();
  }

  termios modes() const {
    termios now{};
    REQUIRE(tcgetattr(slave_, &now) == 0);
    return now;
  }

  /// True when no mode and no control character differs from what they were before the program started.
  bool as_before() const {
    const auto now = modes();
    return now.c_iflag == first_modes_.c_iflag && now.c_oflag == first_modes_.c_oflag &&
           now.c_cflag == first_modes_.c_cflag && now.c_lflag == first_modes_.c_lflag &&
           std::equal(std::begin(now.c_cc), std::end(now.c_cc), std::begin(first_modes_.c_cc));
  }

  /// Shows nothing more, as behind ^S, until `release_output`.
  void hold_output() const { REQUIRE(tcflow(slave_, TCOOFF) == 0); }
  void release_output() const { REQUIRE(tcflow(slave_, TCOON) == 0); }

  /// Takes the terminal away, as a closed window does.
  void hang_up() { close(std::exchange(master_, -1)); }

  void kill(int signal) const { ::kill(program_, signal); }

  /// Waits until the program stops or ends.
  change wait() {
    wait_for(events_.reading(), "the program to stop or to end; the terminal shows: " + shown_);
    int status = 0;
    REQUIRE(events_.receive(&status, sizeof status));
    runs_ = WIFSTOPPED(status);
    return read_status(status);
  }

  void resume_in_foreground() const { orders_.send("f", 1); }
  void resume_in_background() const { orders_.send("b", 1); }

 private:
  template <class Program>
  [[noreturn]] void be_shell(Program& program) {
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
      be_program(program, said_);
    }
    said_.only_listen();
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

  /// True when `text` has been read behind what the last call found.
  bool has_come(std::string_view text) {
    const auto at = shown_.find(text, expected_);
    if (at == std::string::npos) return false;
    expected_ = at + text.size();
    return true;
  }

  channel events_;  // shell to test: the program's id, then its changes of state
  channel orders_;  // test to shell
  reports said_;
  int master_ = -1;
  int slave_ = -1;
  termios first_modes_{};
  pid_t shell_ = -1;
  pid_t program_ = -1;
  bool runs_ = true;
  std::string shown_;
  std::size_t expected_ = 0;
};

/// Runs the program in a session of its own that has no terminal.
///
/// Gives:   the one line that it reports
template <class Program>
std::string without_terminal(Program program) {
  reports said;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    setsid();
    be_program(program, said);
  }
  said.only_listen();
  auto line = said.next();
  waitpid(child, nullptr, 0);
  return line;
}

}  // namespace pty
