// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace hubauth::testing {

/// A port of 127.0.0.1 that refuses connections: it is bound, and nothing listens on it.
class unused_port {
 public:
  unused_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    number_ = std::to_string(ntohs(address.sin_port));
  }
  unused_port(const unused_port&) = delete;
  unused_port& operator=(const unused_port&) = delete;
  ~unused_port() { ::close(socket_); }

  const std::string& number() const { return number_; }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string number_;
};

}  // namespace hubauth::testing
