// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/sigpipe_guard.hpp"

#include <csignal>

#include <pthread.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/sigpipe.hpp"

namespace {

using namespace hubauth::testing;
using hubauth::detail::sigpipe_guard;

void write_to_closed_pipe() {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  CHECK(::write(ends[1], "x", 1) == -1);
  ::close(ends[1]);
}

/// Blocks SIGPIPE in this thread and scope.
class sigpipe_blocker {
 public:
  sigpipe_blocker() {
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, &mask_);
  }
  sigpipe_blocker(const sigpipe_blocker&) = delete;
  sigpipe_blocker& operator=(const sigpipe_blocker&) = delete;
  ~sigpipe_blocker() { ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr); }

 private:
  sigset_t mask_;
};

}  // namespace

TEST_CASE("sigpipe_guard: a write to a closed connection raises no signal in the scope, and one after it") {
  const sigpipe_counter counter;
  {
    const sigpipe_guard guard;
    write_to_closed_pipe();
    write_to_closed_pipe();
  }
  CHECK(sigpipe_count == 0);
  CHECK_FALSE(is_sigpipe_pending());
  CHECK_FALSE(is_sigpipe_blocked());
  write_to_closed_pipe();
  CHECK(sigpipe_count == 1);
}

TEST_CASE("sigpipe_guard: without a signal, nothing changes") {
  const sigpipe_counter counter;
  { const sigpipe_guard guard; }
  CHECK_FALSE(is_sigpipe_blocked());
  CHECK(sigpipe_count == 0);
}

TEST_CASE("sigpipe_guard: a thread that blocks the signal finds it blocked and not pending") {
  const sigpipe_counter counter;
  {
    const sigpipe_blocker blocker;
    {
      const sigpipe_guard guard;
      write_to_closed_pipe();
    }
    CHECK(is_sigpipe_blocked());
    CHECK_FALSE(is_sigpipe_pending());
  }
  CHECK(sigpipe_count == 0);
}

TEST_CASE("sigpipe_guard: a signal that was pending before stays pending") {
  const sigpipe_counter counter;
  {
    const sigpipe_blocker blocker;
    write_to_closed_pipe();
    {
      const sigpipe_guard guard;
      write_to_closed_pipe();
    }
    CHECK(is_sigpipe_pending());
  }
  CHECK(sigpipe_count == 1);
}

TEST_CASE("sigpipe_guard: guards can be nested") {
  const sigpipe_counter counter;
  {
    const sigpipe_guard outer;
    {
      const sigpipe_guard inner;
      write_to_closed_pipe();
    }
    CHECK(is_sigpipe_blocked());
    write_to_closed_pipe();
  }
  CHECK_FALSE(is_sigpipe_blocked());
  CHECK(sigpipe_count == 0);
}
