// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <csignal>
#include <ctime>

namespace hubauth::detail {

/// Suppresses SIGPIPE in this thread and scope: a write to a closed connection fails, and does not end the program.
///
/// OpenSSL writes without MSG_NOSIGNAL. The program's signal handlers are not changed (libcurl is told so by
/// CURLOPT_NOSIGNAL); only this thread's signal mask is, until the destructor. A SIGPIPE that was pending before stays
/// pending.
/// \see curl issue 3787, OpenSSL issue 16399
class sigpipe_guard {
 public:
  sigpipe_guard() noexcept {
    sigset_t pending;
    sigpending(&pending);
    pending_before_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &mask_);
  }
  sigpipe_guard(const sigpipe_guard&) = delete;
  sigpipe_guard& operator=(const sigpipe_guard&) = delete;

  ~sigpipe_guard() {
    // macOS has no sigtimedwait; libcurl sets SO_NOSIGPIPE there, and no signal is raised. `sigwait` would block
    // forever if another thread accepted the signal first.
#ifndef __APPLE__
    const timespec no_wait{};
    while (!pending_before_ && sigtimedwait(&sigpipe_, nullptr, &no_wait) < 0 && errno == EINTR) {
    }
#endif
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t mask_{};
  bool pending_before_;
};

}  // namespace hubauth::detail
