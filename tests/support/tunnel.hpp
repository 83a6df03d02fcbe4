// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/raw_server.hpp"

/// A proxy on 127.0.0.1 that connects whoever prompts to a port of 127.0.0.1, whatever was asked for, and listens.
class tunnel {
 public:
  explicit tunnel(const std::string& to_port) : to_port_(std::stoi(to_port)) {}

  std::string url(const std::string& user = {}) const { return "http://" + user + "127.0.0.1:" + server_.port(); }
  std::size_t connections() const { return server_.connections(); }

  /// What it was asked, byte by byte.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  /// All that has gone through it since, both ways.
  std::string carried() const {
    const std::lock_guard lock(mutex_);
    return carried_;
  }

 private:
  void talk(int client) {
    const auto head = raw_server::read_head(client);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(head);
    }
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(static_cast<std::uint16_t>(to_port_));
    const int service = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(service, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
        raw_server::write(client, "HTTP/1.1 200 OK\r\n\r\n"))
      while (carry(client, service)) {
      }
    ::close(service);
  }

  /// False at an end.
  bool carry(int client, int service) {
    std::array<pollfd, 2> ready{{{client, POLLIN, 0}, {service, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    const bool from_client = ready[0].revents != 0;
    std::array<char, 4096> bytes;
    const auto size = ::recv(from_client ? client : service, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(size));
    {
      const std::lock_guard lock(mutex_);
      carried_ += text;
    }
    return raw_server::write(from_client ? service : client, text);
  }

  int to_port_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::string carried_;
  raw_server server_{[this](int socket) { talk(socket); }};
};
