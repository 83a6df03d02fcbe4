// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/http/response.hpp"
#include "hubauth/text/ascii.hpp"
#include "hubauth/text/trim.hpp"

namespace hubauth::detail {

/// Collects a response from libcurl's callbacks. A callback that returns 0 ends the transfer.
///
/// The body's buffer never grows, so that no copy of a token is left in a smaller one. A body that is not moved out is
/// wiped.
class response_collector {
 public:
  /// \param max_header_size  bytes of all header fields, including those of interim responses
  explicit response_collector(std::size_t max_header_size) : header_bytes_left_(max_header_size) {
    response_.body.reserve(response::max_body_size + 1);
  }
  response_collector(const response_collector&) = delete;
  response_collector& operator=(const response_collector&) = delete;
  ~response_collector() { secure_zero(response_.body); }

  /// Moves the response out.
  [[nodiscard]] response take(int status) noexcept {
    response_.status = status;
    return std::move(response_);
  }

  [[nodiscard]] bool body_too_large() const noexcept { return response_.body.size() > response::max_body_size; }
  [[nodiscard]] bool header_too_large() const noexcept { return header_too_large_; }
  [[nodiscard]] bool header_complete() const noexcept { return header_complete_; }

  /// True if the Content-Length is not a number, or has several values.
  /// \see RFC 9112 section 6.3
  [[nodiscard]] bool content_length_invalid() const noexcept { return content_length_invalid_; }

  /// For CURLOPT_WRITEFUNCTION.
  static std::size_t write_body(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
    auto& in = *static_cast<response_collector*>(self);
    auto& body = in.response_.body;
    body.append(bytes, (std::min)(size, response::max_body_size + 1 - body.size()));
    return in.body_too_large() ? 0 : size;
  }

  /// For CURLOPT_HEADERFUNCTION, which is called with one line at a time.
  static std::size_t write_header(char* bytes, std::size_t, std::size_t size, void* self) noexcept {
    auto& in = *static_cast<response_collector*>(self);
    in.header_too_large_ = size > in.header_bytes_left_;
    if (in.header_too_large_) return 0;
    in.header_bytes_left_ -= size;
    in.read_line({bytes, size});
    return in.content_length_invalid_ ? 0 : size;
  }

 private:
  void read_line(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // a response begins; the ones before it were interim ones, or the proxy's
      header_complete_ = false;
      content_length_.reset();
      response_.retry_after.clear();
      response_.rate_limit_reset.clear();
    }
    header_complete_ = header_complete_ || trim(line).empty();
    if (const auto value = field_value(line, "content-length:")) read_content_length(*value);
    if (const auto value = field_value(line, "retry-after:")) store(*value, response_.retry_after);
    if (const auto value = field_value(line, "x-ratelimit-reset:")) store(*value, response_.rate_limit_reset);
  }

  /// Digits, and the same ones if the field is repeated.
  void read_content_length(std::string_view value) {
    constexpr std::size_t max_digits = 18;  // fits into 63 bits
    const bool is_number = !value.empty() && value.size() <= max_digits && std::ranges::all_of(value, is_digit);
    content_length_invalid_ = !is_number || (content_length_ && *content_length_ != value);
    content_length_ = value;
  }

  /// The field's value if the line has this name.
  /// \param name  in lower case, with its colon
  static std::optional<std::string_view> field_value(std::string_view line, std::string_view name) noexcept {
    if (!std::ranges::equal(line.substr(0, name.size()), name, {}, to_lower)) return std::nullopt;
    return trim(line.substr(name.size()));
  }

  static void store(std::string_view value, std::string& out) {
    constexpr std::size_t max_size = 64;  // no time is longer
    if (value.size() <= max_size) out = value;
  }

  response response_;
  std::size_t header_bytes_left_;
  std::optional<std::string> content_length_;
  bool header_too_large_ = false;
  bool header_complete_ = false;
  bool content_length_invalid_ = false;
};

}  // namespace hubauth::detail
