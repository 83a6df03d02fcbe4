// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubauth::testing {

using header_field = std::pair<std::string, std::string>;  ///< name and value

/// A request that a `scripted_server` received. It has the credential in plain text: use made-up ones.
struct received_request {
  std::string method;
  std::string target;
  std::vector<header_field> headers{};  ///< in the order in which they arrived, with their names in lower case
  std::string body{};
  std::size_t connection = 0;  ///< the number of its connection, from 1

  /// The values of all fields with this name.
  /// \pre `name` is in lower case
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : headers)
      if (field == name) values.push_back(value);
    return values;
  }
};

/// What a `scripted_server` responds.
struct scripted_response {
  int status = 200;
  std::string body{};
  std::vector<header_field> headers{};

  bool held = false;      ///< nothing is sent before `scripted_server::release`
  bool raw = false;       ///< the bytes of `body` are all that is sent; then the connection is closed
  std::string endless{};  ///< sent after a raw `body`, repeatedly, until the client closes the connection
};

/// The response is not sent before `scripted_server::release`.
inline scripted_response held(scripted_response response = {}) {
  response.held = true;
  return response;
}

/// The connection is closed after these bytes.
inline scripted_response raw(std::string bytes = {}, std::string endless = {}) {
  return {.body = std::move(bytes), .raw = true, .endless = std::move(endless)};
}

inline scripted_response redirect(int status, std::string location) {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

inline scripted_response endless_body() { return raw("HTTP/1.1 200 OK\r\n\r\n", std::string(4096, 'x')); }

inline scripted_response endless_headers() {
  return raw("HTTP/1.1 200 OK\r\n", "x-flood: " + std::string(100, 'x') + "\r\n");
}

inline scripted_response endless_interim_responses() { return raw({}, "HTTP/1.1 103 Early Hints\r\n\r\n"); }

}  // namespace hubauth::testing
