// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>

#include <pthread.h>
#include <signal.h>
#include <sys/select.h>

namespace hubauth::detail {

/// While it holds, a signal that would end or stop the program only interrupts the thread that made it.
///
/// So that a terminal can be put in order first; `restore_and_reraise` then gives each signal its usual effect. What the program
/// ignores stays ignored, except SIGINT: ^C ends a prompt whatever the program does elsewhere.
/// Needs:   at most one in the process at a time, since handlers are the process's; used by the thread that made it
/// Keeps:   the program's handlers and the thread's signal mask, and puts them back
class scoped_signal_catcher {
 public:
  /// What came in the meantime.
  enum class came : unsigned char {
    nothing,
    stop,  ///< the program was to stop, and runs again
    end,   ///< the program was to end, and runs still: its own handler returned
  };

  scoped_signal_catcher() noexcept {
    seen_ = 0;
    reader_ = pthread_self();
    struct sigaction noting {};
    noting.sa_handler = note;  // without SA_RESTART: what waits must return
    sigemptyset(&noting.sa_mask);
    sigemptyset(&ours_);
    for (std::size_t i = 0; i != numbers.size(); ++i) {
      sigaddset(&ours_, numbers[i]);
      sigaction(numbers[i], nullptr, &handlers_[i]);
      if (handlers_[i].sa_handler != SIG_IGN || numbers[i] == SIGINT) sigaction(numbers[i], &noting, nullptr);
    }
    pthread_sigmask(SIG_UNBLOCK, &ours_, &mask_);  // blocked, SIGTTOU would not protect another job's terminal
  }

  scoped_signal_catcher(const scoped_signal_catcher&) = delete;
  scoped_signal_catcher& operator=(const scoped_signal_catcher&) = delete;

  ~scoped_signal_catcher() { restore_and_reraise(); }

  [[nodiscard]] bool any() const noexcept { return seen_ != 0; }

  /// Waits until reading `file` would not wait.
  ///
  /// Needs:   `file` below FD_SETSIZE
  /// Gives:   false when a signal came, now or before
  [[nodiscard]] bool wait_for_input(int file) {
    sigset_t unblocked;
    pthread_sigmask(SIG_BLOCK, &ours_, &unblocked);  // a signal just before the wait must end it, too
    fd_set files;
    do {
      FD_ZERO(&files);
      FD_SET(file, &files);
    } while (!any() && pselect(file + 1, &files, nullptr, nullptr, nullptr, &unblocked) < 0 && errno == EINTR);
    pthread_sigmask(SIG_SETMASK, &unblocked, nullptr);
    return !any();
  }

  /// Puts the program's handlers back and raises again what came; a second call does nothing.
  came restore_and_reraise() noexcept {
    if (!holds_) return came::nothing;
    holds_ = false;
    for (std::size_t i = 0; i != numbers.size(); ++i) sigaction(numbers[i], &handlers_[i], nullptr);
    came what = came::nothing;
    for (int number : numbers) {
      if ((seen_ & bit(number)) == 0) continue;
      raise(number);  // in this thread, so that a stop is over when it returns
      const bool stop = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
      what = stop && what != came::end ? came::stop : came::end;
    }
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    return what;
  }

 private:
  static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};

  static constexpr unsigned bit(int number) noexcept { return 1U << number; }

  static void note(int number) noexcept {
    const pthread_t reader = reader_;
    if (pthread_equal(reader, pthread_self()))
      seen_ |= bit(number);
    else
      pthread_kill(reader, number);  // the kernel picks any thread; noted there alone, each signal counts once
  }

  static inline std::atomic<unsigned> seen_{0};
  static inline std::atomic<pthread_t> reader_{};
  static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<pthread_t>::is_always_lock_free);

  std::array<struct sigaction, numbers.size()> handlers_{};
  sigset_t ours_{};
  sigset_t mask_{};
  bool holds_ = true;
};

}  // namespace hubauth::detail
