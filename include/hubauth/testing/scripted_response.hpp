// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubauth::testing {

using header_field = std::pair<std::string, std::string>;  ///< name and value

/// A request as a `scripted_server` saw it. It holds the credential in plain text: use made-up ones.
struct seen_request {
  std::string method;
  std::string target;
  std::vector<header_field> headers{};  ///< as they came, names in lower case
  std::string body{};
  std::size_t connection = 0;  ///< counts from 1

  /// The values of all fields of this name, which is in lower case.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : headers)
      if (field == name) values.push_back(value);
    return values;
  }
};

/// What a `scripted_server` answers.
struct scripted_response {
  int status = 200;
  std::string body{};
  std::vector<header_field> headers{};

  bool held = false;      ///< nothing is sent before `release`
  bool raw = false;       ///< `body` is all that is sent, byte by byte; then the connection ends
  std::string endless{};  ///< behind a raw `body`: sent again and again until the client hangs up
};

/// The answer comes when the server is told to `release` it.
inline scripted_response held(scripted_response answer = {}) {
  answer.held = true;
  return answer;
}

/// The connection ends behind these bytes; without any it ends unanswered.
inline scripted_response raw(std::string bytes = {}, std::string endless = {}) {
  return {.body = std::move(bytes), .raw = true, .endless = std::move(endless)};
}

inline scripted_response redirect(int status, std::string to) {
  return {.status = status, .headers = {{"Location", std::move(to)}}};
}

inline scripted_response endless_body() { return raw("HTTP/1.1 200 OK\r\n\r\n", std::string(4096, 'x')); }
inline scripted_response endless_headers() {
  return raw("HTTP/1.1 200 OK\r\n", "x-flood: " + std::string(100, 'x') + "\r\n");
}

inline scripted_response endless_interim_responses() { return raw({}, "HTTP/1.1 103 Early Hints\r\n\r\n"); }

}  // namespace hubauth::testing
