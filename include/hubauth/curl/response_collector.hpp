// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/http/response.hpp"

namespace hubauth::detail {

/// What libcurl's callbacks gather of a response; 0 from one of them ends the transfer.
///
/// Keeps:   free_space for the longest body from the start, so that no copy of a token stays behind in a smaller buffer; what
///          nobody took over is wiped
struct response_collector {
  explicit response_collector(long limit) : header_bytes_left(static_cast<std::size_t>(limit)) {
    answer.body.reserve(response::max_body_size + 1);
  }
  response_collector(const response_collector&) = delete;
  response_collector& operator=(const response_collector&) = delete;
  ~response_collector() { secure_zero(answer.body); }

  [[nodiscard]] bool body_is_full() const noexcept { return answer.body.size() > response::max_body_size; }

  static std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
    auto& in = *static_cast<response_collector*>(self);
    in.answer.body.append(bytes, std::min<std::size_t>(size, response::max_body_size + 1 - in.answer.body.size()));
    return in.body_is_full() ? 0 : size;
  }

  static std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
    auto& in = *static_cast<response_collector*>(self);
    in.header_is_full = size > in.header_bytes_left;
    if (in.header_is_full) return 0;
    in.header_bytes_left -= size;
    in.take_line({bytes, size});
    return in.content_length_invalid ? 0 : size;
  }

  void take_line(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // the next response begins: those before it were interim ones, or a proxy's
      header_complete = false;
      length.clear();
      answer.retry_after.clear();
      answer.rate_limit_reset.clear();
    }
    header_complete = header_complete || trim(line).empty();
    if (const auto value = value_of(line, "content-length:")) take_length(*value);
    if (const auto value = value_of(line, "retry-after:")) keep(*value, answer.retry_after);
    if (const auto value = value_of(line, "x-ratelimit-reset:")) keep(*value, answer.rate_limit_reset);
  }

  /// Digits, and the same ones wherever it is said again: RFC 9112 section 6.3.
  void take_length(std::string_view value) {
    const bool is_number = !value.empty() && value.size() <= 18 && value.find_first_not_of("0123456789") == value.npos;
    content_length_invalid = !is_number || (!length.empty() && length != value);
    length = value;
  }

  /// `start` is the field's name in lower case, and its colon.
  static std::optional<std::string_view> value_of(std::string_view line, std::string_view start) {
    const auto same = [](char a, char b) { return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a'); };
    if (line.size() < start.size() || !std::equal(start.begin(), start.end(), line.begin(), same)) return std::nullopt;
    return trim(line.substr(start.size()));
  }

  static void keep(std::string_view value, std::string& out) {
    constexpr std::size_t most = 64;  // no time takes more
    if (value.size() <= most) out = value;
  }

  response answer;
  std::size_t header_bytes_left;
  std::string length;  // as the field says; empty: not said yet
  bool header_is_full = false;
  bool header_complete = false;
  bool content_length_invalid = false;
};

}  // namespace hubauth::detail
