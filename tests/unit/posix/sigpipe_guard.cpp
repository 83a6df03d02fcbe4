// SPDX-License-Identifier: BSL-1.0
//
// Interposes `send`, so that a libcurl that uses it writes like one that leaves the writing to OpenSSL: without
// MSG_NOSIGNAL. No test depends on its being called.
#include "hubauth/posix/sigpipe_guard.hpp"

#include <atomic>
#include <csignal>
#include <cstddef>
#include <string>

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth;
using detail::sigpipe_guard;

bool sends_without_nosignal = false;

volatile std::sig_atomic_t signals = 0;

/// Counts SIGPIPE in its scope.
class sigpipe_counter {
 public:
  sigpipe_counter() {
    signals = 0;
    struct sigaction count {};
    count.sa_handler = [](int) { signals = signals + 1; };
    ::sigaction(SIGPIPE, &count, &previous_);
  }
  sigpipe_counter(const sigpipe_counter&) = delete;
  sigpipe_counter& operator=(const sigpipe_counter&) = delete;
  ~sigpipe_counter() { ::sigaction(SIGPIPE, &previous_, nullptr); }

 private:
  struct sigaction previous_ {};
};

void write_to_closed_pipe() {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  CHECK(::write(ends[1], "x", 1) == -1);
  ::close(ends[1]);
}

bool is_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

bool is_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, SIGPIPE) == 1;
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

extern "C" ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
  return ::sendto(socket, bytes, size, sends_without_nosignal ? flags & ~MSG_NOSIGNAL : flags, nullptr, 0);
}

TEST_CASE("sigpipe_guard: a write to a closed connection raises no signal in the scope, and one after it") {
  const sigpipe_counter counter;
  {
    const sigpipe_guard guard;
    write_to_closed_pipe();
    write_to_closed_pipe();
  }
  CHECK(signals == 0);
  CHECK_FALSE(is_pending());
  CHECK_FALSE(is_blocked());
  write_to_closed_pipe();
  CHECK(signals == 1);
}

TEST_CASE("sigpipe_guard: without a signal, nothing changes") {
  const sigpipe_counter counter;
  { const sigpipe_guard guard; }
  CHECK_FALSE(is_blocked());
  CHECK(signals == 0);
}

TEST_CASE("sigpipe_guard: a thread that blocks the signal finds it blocked and not pending") {
  const sigpipe_counter counter;
  {
    const sigpipe_blocker blocker;
    {
      const sigpipe_guard guard;
      write_to_closed_pipe();
    }
    CHECK(is_blocked());
    CHECK_FALSE(is_pending());
  }
  CHECK(signals == 0);
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
    CHECK(is_pending());
  }
  CHECK(signals == 1);
}

TEST_CASE("sigpipe_guard: guards can be nested") {
  const sigpipe_counter counter;
  {
    const sigpipe_guard outer;
    {
      const sigpipe_guard inner;
      write_to_closed_pipe();
    }
    CHECK(is_blocked());
    write_to_closed_pipe();
  }
  CHECK_FALSE(is_blocked());
  CHECK(signals == 0);
}

TEST_CASE("sigpipe_guard: the handling of the signal is not changed during a request") {
  const trust known;
  const sigpipe_counter counter;
  struct sigaction before {};
  ::sigaction(SIGPIPE, nullptr, &before);
  std::atomic<int> unchanged = 0;
  const tls_server server(known.trusted(), [&](const std::string& header) {
    struct sigaction during {};
    ::sigaction(SIGPIPE, nullptr, &during);
    unchanged += during.sa_handler == before.sa_handler;
    return tls_server::accept(header);
  });
  auto transport = known.transport();
  for (int request = 0; request != 2; ++request) REQUIRE(transport.send(post(server.root())));
  CHECK(unchanged == 2);
}

TEST_CASE("sigpipe_guard: a signal that is raised in the thread during a request has no effect") {
  const trust known;
  const sigpipe_counter counter;
  const auto thread = ::pthread_self();
  const tls_server server(known.trusted(), [&](const std::string& header) {
    ::pthread_kill(thread, SIGPIPE);  // as a write to a closed connection does
    return tls_server::accept(header);
  });
  auto transport = known.transport();
  CHECK(transport.send(post(server.root())));
  CHECK(server.requests().size() == 1);
  CHECK(signals == 0);
  CHECK_FALSE(is_pending());
  CHECK_FALSE(is_blocked());
}

namespace {

/// Calls a function in a child process, with the default handling of the signal, and with writes that raise it.
/// \returns true if no signal ended the process
template <class F>
bool survives(const F& f) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    sends_without_nosignal = true;
    f();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status);
}

/// This process's socket that is connected to a port; -1 if there is none.
int socket_to(const std::string& port) {
  constexpr int max_descriptor = 1024;
  for (int fd = 0; fd != max_descriptor; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && std::to_string(ntohs(peer.sin_port)) == port)
      return fd;
  }
  return -1;
}

}  // namespace

TEST_CASE("sigpipe_guard: a server that resets a reused TLS connection does not end the program") {
  const trust known;
  const tls_server server(known.trusted(), tls_server::accept, {.max_responses = 1, .ending = tls_ending::reset});
  CHECK(survives([&] {
    auto transport = known.transport();
    for (int request = 0; request != 3; ++request) static_cast<void>(transport.send(post(server.root())));
  }));
  CHECK(server.connections() != 0);
}

TEST_CASE("sigpipe_guard: a server that has reset its connection does not end the program when the transport is destroyed") {
  const trust known;
  const tls_server server(known.trusted(), tls_server::accept, {.max_responses = 1, .ending = tls_ending::reset});
  CHECK(survives([&] {
    auto transport = known.transport();
    static_cast<void>(transport.send(post(server.root())));
    const int socket = socket_to(server.port());
    if (::sendto(socket, "x", 1, MSG_NOSIGNAL, nullptr, 0) != 1) return;
    pollfd reset{socket, 0, 0};
    ::poll(&reset, 1, -1);
  }));
  CHECK(server.connections() == 1);
}
