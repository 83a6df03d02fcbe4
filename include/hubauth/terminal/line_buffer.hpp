// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

inline constexpr std::size_t max_input_size = 2 * max_key_size + 1;  ///< bytes of the longest input: key, `_`, model id

/// Removes the markers that a terminal puts around pasted text (ESC[200~ and ESC[201~), in place.
/// \returns the number of bytes that remain
constexpr std::size_t strip_bracketed_paste(std::span<char> bytes) noexcept {
  constexpr std::string_view begin_marker = "\x1b[200~";
  constexpr std::string_view end_marker = "\x1b[201~";
  std::size_t size = 0;
  for (std::size_t i = 0; i != bytes.size();) {
    const std::string_view rest(bytes.data() + i, bytes.size() - i);
    if (rest.starts_with(begin_marker) || rest.starts_with(end_marker))
      i += begin_marker.size();
    else
      bytes[size++] = bytes[i++];
  }
  return size;
}

/// A line of input in a buffer of fixed size, which is wiped by the destructor. It is read piece by piece.
class line_buffer {
 public:
  line_buffer() = default;
  line_buffer(const line_buffer&) = delete;
  line_buffer& operator=(const line_buffer&) = delete;
  ~line_buffer() { clear(); }

  /// Where to read the next bytes; never empty.
  std::span<char> free_space() noexcept { return std::span(bytes_).subspan(size_); }

  /// Adds the next `size` bytes, which were read into `free_space()`. Zero bytes mean the end of input (^D).
  /// \returns true if the line is complete
  [[nodiscard]] bool commit(std::size_t size) noexcept {
    if (size == 0) {
      end_of_input_ = size_ == 0 && !too_long_;
      return true;
    }
    size_ += size;
    if (bytes_[size_ - 1] == '\n') {
      --size_;
      return true;
    }
    if (free_space().empty()) {
      clear();
      too_long_ = true;
    }
    return false;
  }

  /// The line without its newline and without paste markers.
  /// \retval errc::prompt_canceled at the end of input
  /// \retval errc::malformed_key if the line is longer than any key
  [[nodiscard]] result<secret> line() {
    if (end_of_input_) return fail(errc::prompt_canceled);
    size_ = strip_bracketed_paste(std::span(bytes_).first(size_));
    if (too_long_ || size_ > max_input_size)
      return fail(errc::malformed_key, "the line is longer than " + std::to_string(max_input_size) + " bytes");
    return secret(std::string_view(bytes_.data(), size_));
  }

  /// Discards and wipes the bytes.
  void clear() noexcept {
    secure_zero(bytes_.data(), bytes_.size());
    size_ = 0;
  }

 private:
  std::array<char, 4096> bytes_{};  // the size of Linux's line buffer, which discards what exceeds it
  std::size_t size_ = 0;
  bool too_long_ = false;
  bool end_of_input_ = false;
};

}  // namespace hubauth::detail
