// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"

/// An HTTP server on 127.0.0.1 that keeps all that it hears, byte by byte, and gives everybody the same response.
class listener {
 public:
  explicit listener(std::string response) : reply_(std::move(response)) {}

  std::string root() const { return "http://" + host(); }
  std::string host() const { return "127.0.0.1:" + server_.port(); }
  std::size_t connections() const { return server_.connections(); }

  /// The headers of the requests, and whatever came that is none.
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void talk(int socket) {
    for (std::string head; !(head = raw_server::read_head(socket)).empty();) {
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(head);
      }
      raw_server::write(socket, reply_);
    }
  }

  std::string reply_;
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  raw_server server_{[this](int socket) { talk(socket); }};
};
