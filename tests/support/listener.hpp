// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"

namespace hubauth::testing {

/// An HTTP server on 127.0.0.1 that records the bytes that it receives, and always sends the same response.
class listener {
 public:
  explicit listener(std::string response) : response_(std::move(response)) {}

  std::string url() const { return "http://" + host(); }
  std::string host() const { return "127.0.0.1:" + server_.port(); }
  std::size_t connections() const { return server_.connections(); }

  /// The headers of the requests, and all other bytes that were received.
  std::vector<std::string> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  void serve(int socket) {
    for (std::string head; !(head = raw_server::read_head(socket)).empty();) {
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(head);
      }
      raw_server::write(socket, response_);
    }
  }

  std::string response_;
  mutable std::mutex mutex_;
  std::vector<std::string> received_;
  raw_server server_{[this](int socket) { serve(socket); }};
};

}  // namespace hubauth::testing
