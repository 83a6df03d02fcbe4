// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/sigpipe_guard.hpp"

#include <csignal>
#include <cstddef>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

using namespace prompting;
using detail::sigpipe_guard;

namespace {

thread_local bool sends_as_openssl = false;
thread_local int last_socket = -1;      // that this thread has sent to
thread_local bool was_ignored = false;  // SIGPIPE was, while this thread sent

volatile std::sig_atomic_t signals = 0;

/// Counts SIGPIPE instead of dying by it, while it lives.
class counting {
 public:
  counting() {
    signals = 0;
    struct sigaction count {};
    count.sa_handler = [](int) { signals = signals + 1; };
    ::sigaction(SIGPIPE, &count, &before_);
  }
  counting(const counting&) = delete;
  counting& operator=(const counting&) = delete;
  ~counting() { ::sigaction(SIGPIPE, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

void write_to_nobody() {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  CHECK(::write(ends[1], "x", 1) == -1);
  ::close(ends[1]);
}

bool is_waiting() {
  sigset_t waiting;
  ::sigpending(&waiting);
  return ::sigismember(&waiting, SIGPIPE) == 1;
}

bool is_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, SIGPIPE) == 1;
}

/// Blocks SIGPIPE in this thread while it lives.
class blocking {
 public:
  blocking() {
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, &mask_);
  }
  blocking(const blocking&) = delete;
  blocking& operator=(const blocking&) = delete;
  ~blocking() { ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr); }

 private:
  sigset_t mask_;
};

}  // namespace

/// For a thread that prompts for it, sends as OpenSSL writes by itself, without MSG_NOSIGNAL: older libcurls leave the
/// sending to it.
extern "C" ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
  last_socket = socket;
  struct sigaction now {};
  ::sigaction(SIGPIPE, nullptr, &now);
  was_ignored = was_ignored || now.sa_handler == SIG_IGN;
  return ::sendto(socket, bytes, size, sends_as_openssl ? flags & ~MSG_NOSIGNAL : flags, nullptr, 0);
}

TEST_CASE("sigpipe_guard: a write to nobody raises no signal, and after it one does again") {
  const counting count;
  {
    const sigpipe_guard here;
    write_to_nobody();
    write_to_nobody();
  }
  CHECK(signals == 0);
  CHECK_FALSE(is_waiting());
  CHECK_FALSE(is_blocked());
  write_to_nobody();
  CHECK(signals == 1);
}

TEST_CASE("sigpipe_guard: where nothing is raised, nothing changes") {
  const counting count;
  { const sigpipe_guard here; }
  CHECK_FALSE(is_blocked());
  CHECK(signals == 0);
}

TEST_CASE("sigpipe_guard: a thread that blocks the signal finds it blocked, and none that it has not raised itself") {
  const counting count;
  {
    const blocking here;
    {
      const sigpipe_guard there;
      write_to_nobody();
    }
    CHECK(is_blocked());
    CHECK_FALSE(is_waiting());
  }
  CHECK(signals == 0);
}

TEST_CASE("sigpipe_guard: a signal that waited before goes on waiting") {
  const counting count;
  {
    const blocking here;
    write_to_nobody();
    {
      const sigpipe_guard there;
      write_to_nobody();
    }
    CHECK(is_waiting());
  }
  CHECK(signals == 1);
}

TEST_CASE("sigpipe_guard: one scope within another is one scope") {
  const counting count;
  {
    const sigpipe_guard outer;
    {
      const sigpipe_guard inner;
      write_to_nobody();
    }
    CHECK(is_blocked());
    write_to_nobody();
  }
  CHECK_FALSE(is_blocked());
  CHECK(signals == 0);
}

TEST_CASE("sigpipe_guard: how the program handles the signal is never changed, not even for a moment") {
  const trust known;
  const tls_server server(known.trusted());
  const counting count;
  was_ignored = false;
  {
    auto transport = known.transport();
    for (int request = 0; request != 2; ++request) REQUIRE(transport.send(post(server.root())));
  }
  CHECK(last_socket != -1);
  CHECK_FALSE(was_ignored);
}

namespace {

/// How a process ends that has the signal's usual handling.
template <class F>
int in_a_child(const F& f) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    ::_exit(f() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("sigpipe_guard: a server that leaves while a reused TLS connection is written to does not end the program") {
  const trust known;
  for (bool as_openssl : {false, true}) {
    CAPTURE(as_openssl);
    const tls_server server(known.trusted(), tls_server::accept, {.responses = 1, .ending = tls_ending::reset});
    const int status = in_a_child([&] {
      sends_as_openssl = as_openssl;
      auto transport = known.transport();
      for (int request = 0; request != 3; ++request)
        if (!transport.send(post(server.root()))) return false;
      return true;
    });
    CHECK(status == 0);
    CHECK(server.connections() == 3);  // the second and the third are asked again, through connections of their own
  }
}

TEST_CASE("sigpipe_guard: nor does one that has left, when its connection is closed") {
  const trust known;
  const tls_server server(known.trusted(), tls_server::accept, {.responses = 1, .ending = tls_ending::reset});
  const int status = in_a_child([&] {
    sends_as_openssl = true;
    auto transport = known.transport();
    if (!transport.send(post(server.root()))) return false;
    if (::sendto(last_socket, "x", 1, MSG_NOSIGNAL, nullptr, 0) != 1) return false;
    pollfd reset{last_socket, 0, 0};
    return ::poll(&reset, 1, -1) == 1;
  });
  CHECK(status == 0);
}
