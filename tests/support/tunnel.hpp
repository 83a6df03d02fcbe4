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

namespace hubauth::testing {

/// A proxy on 127.0.0.1 that connects every client to the same port of 127.0.0.1, and records what passes through.
class tunnel {
 public:
  explicit tunnel(const std::string& target_port) : target_port_(std::stoi(target_port)) {}

  std::string url(const std::string& userinfo = {}) const {
    return "http://" + userinfo + "127.0.0.1:" + server_.port();
  }
  std::size_t connections() const { return server_.connections(); }

  /// The headers of the CONNECT requests.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  /// All bytes that were forwarded, in both directions.
  std::string forwarded() const {
    const std::lock_guard lock(mutex_);
    return forwarded_;
  }

 private:
  void serve(int client) {
    const auto head = raw_server::read_head(client);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(head);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(target_port_));
    const int service = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(service, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        raw_server::write(client, "HTTP/1.1 200 OK\r\n\r\n"))
      while (forward(client, service)) {
      }
    ::close(service);
  }

  /// False if one side has closed its connection.
  bool forward(int client, int service) {
    std::array<pollfd, 2> ready{{{client, POLLIN, 0}, {service, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    const bool from_client = ready[0].revents != 0;
    std::array<char, 4096> bytes;
    const auto size = ::recv(from_client ? client : service, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(size));
    {
      const std::lock_guard lock(mutex_);
      forwarded_ += text;
    }
    return raw_server::write(from_client ? service : client, text);
  }

  int target_port_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::string forwarded_;
  raw_server server_{[this](int socket) { serve(socket); }};
};

}  // namespace hubauth::testing
