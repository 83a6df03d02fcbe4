// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>

#include <pthread.h>

namespace hubauth::testing {

/// The signals that a `sigpipe_counter` has counted.
inline volatile std::sig_atomic_t sigpipe_count = 0;

/// Counts SIGPIPE in its scope.
class sigpipe_counter {
 public:
  sigpipe_counter() {
    sigpipe_count = 0;
    struct sigaction count {};
    count.sa_handler = [](int) { sigpipe_count = sigpipe_count + 1; };
    ::sigaction(SIGPIPE, &count, &previous_);
  }
  sigpipe_counter(const sigpipe_counter&) = delete;
  sigpipe_counter& operator=(const sigpipe_counter&) = delete;
  ~sigpipe_counter() { ::sigaction(SIGPIPE, &previous_, nullptr); }

 private:
  struct sigaction previous_ {};
};

inline bool is_sigpipe_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

inline bool is_sigpipe_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, SIGPIPE) == 1;
}

}  // namespace hubauth::testing
