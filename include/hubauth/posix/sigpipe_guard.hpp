// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <csignal>
#include <ctime>

namespace hubauth::detail {

/// Keeps a write to a connection that was closed from ending the program by SIGPIPE: in this thread, in this scope.
///
/// OpenSSL writes without MSG_NOSIGNAL, and older libcurls leave the writing to it. How the signal is handled is the
/// program's business, so libcurl is told (CURLOPT_NOSIGNAL) to leave it alone, and only this thread's mask changes.
/// Keeps:   the mask as it was; a SIGPIPE that waited before the scope goes on waiting
/// Source:  curl issue 3787, OpenSSL issue 16399
class sigpipe_guard {
 public:
  sigpipe_guard() noexcept {
    sigset_t waiting;
    sigpending(&waiting);
    waited_before_ = sigismember(&waiting, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &mask_);
  }
  sigpipe_guard(const sigpipe_guard&) = delete;
  sigpipe_guard& operator=(const sigpipe_guard&) = delete;

  ~sigpipe_guard() {
    // macOS has no sigtimedwait; libcurl sets SO_NOSIGPIPE there, and no signal comes. `sigwait` would wait for ever
    // when another thread takes the signal first.
#ifndef __APPLE__
    const timespec at_once{};
    while (!waited_before_ && sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
#endif
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

 private:
  sigset_t pipe_;
  sigset_t mask_;
  bool waited_before_;
};

}  // namespace hubauth::detail
