// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <pthread.h>
#include <signal.h>
#include <sys/select.h>

namespace hubauth::detail {

/// What signals did to the program when they were raised again.
enum class signal_effect : std::uint8_t {
  none,     ///< no signal was caught
  stopped,  ///< the program was stopped, and has been continued
  handled,  ///< the program's own handler returned, though the signal ends a program by default
};

/// Catches the signals that end or stop a program, so that the terminal can be restored first. A caught signal only
/// interrupts the thread that made this object; `restore_and_reraise` then raises it again.
///
/// Signals that the program ignores stay ignored, except SIGINT: ^C closes a prompt in any case. The program's handlers
/// and the thread's signal mask are restored by the destructor.
/// \pre there is no other object of this class, because signal handlers belong to the process; all functions are called
///      by the thread that made the object
class scoped_signal_catcher {
 public:
  scoped_signal_catcher() noexcept {
    caught_ = 0;
    thread_ = pthread_self();
    struct sigaction catching {};
    catching.sa_handler = record;  // without SA_RESTART: a blocking call must return
    sigemptyset(&catching.sa_mask);
    sigemptyset(&signals_);
    for (std::size_t i = 0; i != numbers.size(); ++i) {
      sigaddset(&signals_, numbers[i]);
      sigaction(numbers[i], nullptr, &handlers_[i]);
      if (handlers_[i].sa_handler != SIG_IGN || numbers[i] == SIGINT) sigaction(numbers[i], &catching, nullptr);
    }
    pthread_sigmask(SIG_UNBLOCK, &signals_, &mask_);  // if SIGTTOU is blocked, a background job can change the terminal
  }

  scoped_signal_catcher(const scoped_signal_catcher&) = delete;
  scoped_signal_catcher& operator=(const scoped_signal_catcher&) = delete;

  ~scoped_signal_catcher() { restore_and_reraise(); }

  /// True if a signal was caught.
  [[nodiscard]] bool any() const noexcept { return caught_ != 0; }

  /// Waits until a read of `fd` would not block, or a signal is caught.
  /// \pre `fd` is less than FD_SETSIZE
  /// \returns false if a signal was caught, now or before
  [[nodiscard]] bool wait_for_input(int fd) {
    sigset_t unblocked;
    pthread_sigmask(SIG_BLOCK, &signals_, &unblocked);  // so that a signal just before pselect interrupts it
    fd_set files;
    do {
      FD_ZERO(&files);
      FD_SET(fd, &files);
    } while (!any() && pselect(fd + 1, &files, nullptr, nullptr, nullptr, &unblocked) < 0 && errno == EINTR);
    pthread_sigmask(SIG_SETMASK, &unblocked, nullptr);
    return !any();
  }

  /// Restores the program's handlers and raises the caught signals again. Only the first call has an effect.
  signal_effect restore_and_reraise() noexcept {
    if (restored_) return signal_effect::none;
    restored_ = true;
    for (std::size_t i = 0; i != numbers.size(); ++i) sigaction(numbers[i], &handlers_[i], nullptr);
    auto effect = signal_effect::none;
    for (const int number : numbers) {
      if ((caught_ & bit(number)) == 0) continue;
      raise(number);  // to this thread: if it stops the program, it returns when the program is continued
      const bool stops = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
      effect = stops && effect != signal_effect::handled ? signal_effect::stopped : signal_effect::handled;
    }
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    return effect;
  }

 private:
  static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};

  static constexpr unsigned bit(int number) noexcept { return 1U << number; }

  static void record(int number) noexcept {
    const pthread_t thread = thread_;
    if (pthread_equal(thread, pthread_self()))
      caught_ |= bit(number);
    else
      pthread_kill(thread, number);  // the kernel delivers to any thread, but the one that waits must be interrupted
  }

  static inline std::atomic<unsigned> caught_{0};  // a bit for each signal number
  static inline std::atomic<pthread_t> thread_{};
  static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<pthread_t>::is_always_lock_free);

  std::array<struct sigaction, numbers.size()> handlers_{};
  sigset_t signals_{};
  sigset_t mask_{};
  bool restored_ = false;
};

}  // namespace hubauth::detail
