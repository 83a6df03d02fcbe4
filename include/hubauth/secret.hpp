// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hubauth/secret_memory.hpp"

namespace hubauth {

/// Overwrites `size` bytes at `bytes` with zeros, even where the compiler sees that nobody reads them again.
constexpr void wipe(char* bytes, std::size_t size) noexcept {
  if (std::is_constant_evaluated()) {
    for (std::size_t i = 0; i != size; ++i) bytes[i] = 0;
  } else {
    std::memset(bytes, 0, size);
    asm volatile("" : : "r"(bytes) : "memory");  // as if somebody read them here
  }
}

/// Overwrites all that `text` owns, the unused capacity included, and empties it.
inline void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // no allocation: the bytes behind the end become part of the text
  wipe(text.data(), text.size());
  text.clear();
}

/// Bytes that nobody should see: a key, a token, a line that carries one.
///
/// Needs:   nothing
/// Gives:   the bytes only to the function given to `with_exposed`
/// Keeps:   its own buffer (a small string would leave copies behind when moved), NUL-terminated, left out of core
///          dumps; wiped when it ends or is assigned to; moved, never copied by accident (`clone` says so), never
///          formatted or streamed
class secret {
 public:
  constexpr secret() noexcept = default;

  constexpr explicit secret(std::string_view bytes) : secret(bytes, {}, {}) {}

  /// The three parts joined, without a copy in between that would have to be wiped.
  constexpr secret(std::string_view first, std::string_view second, std::string_view third)
      : size_(first.size() + second.size() + third.size()), bytes_(take(size_)) {
    char* out = bytes_;
    for (std::string_view part : {first, second, third})
      for (char c : part) *out++ = c;  // memcpy leaves copies in vector registers, which get to the stack
    if (out) *out = '\0';
  }

  constexpr secret(secret&& other) noexcept
      : size_(std::exchange(other.size_, 0)), bytes_(std::exchange(other.bytes_, nullptr)) {}

  constexpr secret& operator=(secret&& other) noexcept {
    secret moved(std::move(other));
    std::swap(size_, moved.size_);
    std::swap(bytes_, moved.bytes_);
    return *this;
  }

  constexpr ~secret() {
    if (!bytes_) return;
    wipe(bytes_, size_);
    give_back(bytes_, size_);
  }

  /// A copy, on purpose.
  [[nodiscard]] constexpr secret clone() const { return secret(view()); }

  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  /// Calls `f` with a `std::string_view` of the bytes (a NUL follows them) and gives what it gives.
  ///
  /// Keeps:   the view is valid while the secret lives; copying out of it is the caller's responsibility
  template <class F>
  constexpr decltype(auto) with_exposed(F&& f) const {
    return std::forward<F>(f)(view());
  }

  /// Equal bytes; takes the same time wherever two secrets of one length differ.
  friend constexpr bool operator==(const secret& a, const secret& b) noexcept {
    if (a.size_ != b.size_) return false;
    unsigned char differs = 0;
    for (std::size_t i = 0; i != a.size_; ++i)
      differs = static_cast<unsigned char>(differs | static_cast<unsigned char>(a.bytes_[i] ^ b.bytes_[i]));
    return differs == 0;
  }

 private:
  constexpr std::string_view view() const noexcept {
    return size_ == 0 ? std::string_view("", 0) : std::string_view(bytes_, size_);
  }

  static constexpr char* take(std::size_t size) {
    if (size == 0) return nullptr;
    if (std::is_constant_evaluated()) return new char[size + 1];
    return detail::secret_memory::instance().take(size + 1);
  }

  static constexpr void give_back(char* bytes, std::size_t size) noexcept {
    if (std::is_constant_evaluated()) {
      delete[] bytes;
    } else {
      detail::secret_memory::instance().give_back(bytes, size + 1);
    }
  }

  std::size_t size_ = 0;
  char* bytes_ = nullptr;
};

}  // namespace hubauth
