// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "hubauth/credential/secure_pool.hpp"
#include "hubauth/credential/secure_zero.hpp"

namespace hubauth {

/// Bytes that must not be seen: a key, a token, a header line that carries one.
///
/// The bytes are in a buffer of their own, which is left out of core dumps and wiped by the destructor and by
/// assignment. A secret can be moved, which does not copy the bytes, and cloned; it cannot be copied by accident,
/// formatted, printed or converted to a string.
class secret {
 public:
  /// An empty secret.
  secret() noexcept = default;

  /// A copy of `bytes`.
  explicit secret(std::string_view bytes) : secret(bytes, {}) {}

  /// The parts joined, without an intermediate copy that would have to be wiped.
  secret(std::string_view first, std::string_view second, std::string_view third = {})
      : size_(first.size() + second.size() + third.size()), bytes_(allocate(size_)) {
    char* out = bytes_;
    // Byte by byte: memcpy copies through vector registers, which can be spilled to the stack. The scan of a process's
    // memory in tests/system/memory found keys there.
    for (const auto part : {first, second, third})
      for (const char c : part) *out++ = c;
    if (out) *out = '\0';
  }

  secret(secret&& other) noexcept
      : size_(std::exchange(other.size_, 0)), bytes_(std::exchange(other.bytes_, nullptr)) {}

  secret& operator=(secret&& other) noexcept {
    secret moved(std::move(other));
    std::swap(size_, moved.size_);
    std::swap(bytes_, moved.bytes_);
    return *this;
  }

  ~secret() {
    if (!bytes_) return;
    secure_zero(bytes_, size_);
    detail::secure_pool::deallocate(bytes_, size_ + 1);
  }

  /// An explicit copy.
  [[nodiscard]] secret clone() const { return secret(view()); }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Calls `f` with a `std::string_view` of the bytes, which a NUL follows, and returns what it returns.
  ///
  /// \par Lifetime
  /// The view is valid as long as the secret is neither destroyed nor assigned to; moving the secret keeps it valid.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    return std::forward<F>(f)(view());
  }

  /// Equal bytes. Takes the same time wherever two secrets of one length differ.
  friend bool operator==(const secret& a, const secret& b) noexcept {
    if (a.size_ != b.size_) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i != a.size_; ++i)
      difference |= static_cast<unsigned char>(a.bytes_[i]) ^ static_cast<unsigned char>(b.bytes_[i]);
    return difference == 0;
  }

 private:
  std::string_view view() const noexcept { return bytes_ ? std::string_view(bytes_, size_) : std::string_view(""); }

  static char* allocate(std::size_t size) { return size == 0 ? nullptr : detail::secure_pool::allocate(size + 1); }

  std::size_t size_ = 0;
  char* bytes_ = nullptr;
};

}  // namespace hubauth
