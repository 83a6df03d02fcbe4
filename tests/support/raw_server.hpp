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

/// Listens on 127.0.0.1, and gives the socket of each connection to a function, in a thread of its own.
///
/// The connection ends when the function returns. The server's end ends them all. Its threads get no SIGPIPE, and leave
/// the other ones' alone.
class raw_server {
 public:
  explicit raw_server(std::function<void(int socket)> talk) : talk_(std::move(talk)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::listen(listener_, SOMAXCONN) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = std::to_string(ntohs(at.sin_port));
    accepting_ = std::thread([this] { accept_all(); });
  }
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  ~raw_server() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();  // from here on no connection is added
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

  /// Reads up to the end of a request's header; less than that only at the end of the connection.
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
        talk_(socket);
        const std::lock_guard again(mutex_);
        open_.erase(socket);
        ::close(socket);
      });
    }
  }

  std::function<void(int socket)> talk_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string port_;
  mutable std::mutex mutex_;
  std::size_t connections_ = 0;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};
