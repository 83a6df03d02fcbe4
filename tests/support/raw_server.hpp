// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace hubauth::testing {

/// Listens on 127.0.0.1, and calls a function with the socket of each connection, in a thread of its own.
///
/// The connection is closed when the function returns. The destructor closes all connections. SIGPIPE is blocked in the
/// server's threads, and in no others.
class raw_server {
 public:
  explicit raw_server(std::function<void(int socket)> serve) : serve_(std::move(serve)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, SOMAXCONN) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
    accepting_ = std::thread([this] { accept_all(); });
  }
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  ~raw_server() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();  // no connection is added after this
    {
      const std::lock_guard lock(mutex_);
      for (int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
  }

  const std::string& port() const { return port_; }

  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

  /// Reads a request's header; less than that only if the connection is closed.
  static std::string read_head(int socket) {
    std::string head;
    for (char byte = 0; !head.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1;) head += byte;
    return head;
  }

  static bool write(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  void accept_all() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    for (int socket = 0; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::lock_guard lock(mutex_);
      ++connections_;
      open_.insert(socket);
      threads_.emplace_back([this, socket] {
        serve_(socket);
        const std::lock_guard again(mutex_);
        open_.erase(socket);
        ::close(socket);
      });
    }
  }

  std::function<void(int socket)> serve_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string port_;
  mutable std::mutex mutex_;
  std::size_t connections_ = 0;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace hubauth::testing
