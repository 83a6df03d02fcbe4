// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

inline constexpr std::size_t max_input_size = 2 * max_key_size + 1;  ///< bytes of an answer: key, `_` and model id

/// Takes the marks that a terminal puts around pasted text (ESC[200~ and ESC[201~) out of `size` bytes, in place.
///
/// Gives:   how many bytes remain
constexpr std::size_t strip_bracketed_paste(char* bytes, std::size_t size) noexcept {
  constexpr std::string_view opening = "\x1b[200~", closing = "\x1b[201~";
  std::size_t key_saved = 0;
  for (std::size_t i = 0; i != size;) {
    const std::string_view rest(bytes + i, size - i);
    if (rest.starts_with(opening) || rest.starts_with(closing))
      i += opening.size();
    else
      bytes[key_saved++] = bytes[i++];
  }
  return key_saved;
}

/// A line as it comes from a terminal, in the pieces that `read` gives.
///
/// Keeps:   the bytes in one place, wiped when it ends
class line_buffer {
 public:
  line_buffer() = default;
  line_buffer(const line_buffer&) = delete;
  line_buffer& operator=(const line_buffer&) = delete;
  ~line_buffer() { clear(); }

  char* free_space() noexcept { return bytes_.data() + size_; }
  [[nodiscard]] std::size_t free_space_size() const noexcept { return bytes_.size() - size_; }  ///< never 0

  /// Takes the next `size` bytes, which were read into `free_space()`; none at all is the end of input (^D).
  ///
  /// Gives:   true when the line is complete
  [[nodiscard]] bool take(std::size_t size) noexcept {
    if (size == 0) {
      end_of_input_ = size_ == 0 && !too_long_;
      return true;
    }
    size_ += size;
    if (bytes_[size_ - 1] == '\n') {
      --size_;
      return true;
    }
    if (free_space_size() == 0) {
      clear();
      too_long_ = true;
    }
    return false;
  }

  /// The line without its Enter and without paste marks.
  ///
  /// Gives:   errc::prompt_canceled at the end of input; errc::malformed_key when it is longer than any key
  [[nodiscard]] result<secret> answer() {
    if (end_of_input_) return fail(errc::prompt_canceled);
    size_ = strip_bracketed_paste(bytes_.data(), size_);
    if (too_long_ || size_ > max_input_size)
      return fail(errc::malformed_key, "the line is longer than " + std::to_string(max_input_size) + " bytes");
    return secret(std::string_view(bytes_.data(), size_));
  }

  /// Forgets what was typed.
  void clear() noexcept {
    secure_zero(bytes_.data(), bytes_.size());
    size_ = 0;
  }

 private:
  std::array<char, 4096> bytes_{};  // as much as Linux keeps of a line; it drops the rest without a word
  std::size_t size_ = 0;
  bool too_long_ = false;
  bool end_of_input_ = false;
};

}  // namespace hubauth::detail
