// SPDX-License-Identifier: BSL-1.0
//
// Interposes `send`, so that a libcurl that uses it writes like one that leaves the writing to OpenSSL: without
// MSG_NOSIGNAL. No test depends on its being called.

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
#include "support/sigpipe.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth::testing;

bool sends_without_nosignal = false;

}  // namespace

extern "C" ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
  return ::sendto(socket, bytes, size, sends_without_nosignal ? flags & ~MSG_NOSIGNAL : flags, nullptr, 0);
}

TEST_CASE("curl_sigpipe: the handling of the signal is not changed during a request") {
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
  for (int request = 0; request != 2; ++request) REQUIRE(transport.send(post(server.url())));
  CHECK(unchanged == 2);
}

TEST_CASE("curl_sigpipe: a signal that is raised in the thread during a request has no effect") {
  const trust known;
  const sigpipe_counter counter;
  const auto thread = ::pthread_self();
  const tls_server server(known.trusted(), [&](const std::string& header) {
    ::pthread_kill(thread, SIGPIPE);  // as a write to a closed connection does
    return tls_server::accept(header);
  });
  auto transport = known.transport();
  CHECK(transport.send(post(server.url())));
  CHECK(server.requests().size() == 1);
  CHECK(sigpipe_count == 0);
  CHECK_FALSE(is_sigpipe_pending());
  CHECK_FALSE(is_sigpipe_blocked());
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
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        std::to_string(ntohs(peer.sin_port)) == port)
      return fd;
  }
  return -1;
}

}  // namespace

TEST_CASE("curl_sigpipe: a server that resets a reused TLS connection does not end the program") {
  const trust known;
  const tls_server server(known.trusted(), tls_server::accept, {.max_responses = 1, .ending = tls_ending::reset});
  CHECK(survives([&] {
    auto transport = known.transport();
    for (int request = 0; request != 3; ++request) static_cast<void>(transport.send(post(server.url())));
  }));
  CHECK(server.connections() != 0);
}

TEST_CASE(
    "curl_sigpipe: a server that has reset its connection does not end the program when the transport is destroyed") {
  const trust known;
  const tls_server server(known.trusted(), tls_server::accept, {.max_responses = 1, .ending = tls_ending::reset});
  CHECK(survives([&] {
    auto transport = known.transport();
    static_cast<void>(transport.send(post(server.url())));
    const int socket = socket_to(server.port());
    if (::sendto(socket, "x", 1, MSG_NOSIGNAL, nullptr, 0) != 1) return;
    pollfd reset{socket, 0, 0};
    ::poll(&reset, 1, -1);
  }));
  CHECK(server.connections() == 1);
}
