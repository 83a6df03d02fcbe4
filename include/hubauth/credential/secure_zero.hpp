// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstring>
#include <string>

namespace hubauth {

/// Overwrites `size` bytes with zeros, also where the compiler sees that they are not read again.
inline void secure_zero(char* bytes, std::size_t size) noexcept {
#if defined(__APPLE__) || defined(_WIN32)  // without explicit_bzero
  for (volatile char* byte = bytes; size != 0; --size) *byte++ = 0;
#else
  ::explicit_bzero(bytes, size);
#endif
}

/// Overwrites all bytes that `text` owns, including unused capacity, and empties it.
inline void secure_zero(std::string& text) noexcept {
  text.resize(text.capacity());  // does not allocate
  secure_zero(text.data(), text.size());
  text.clear();
}

}  // namespace hubauth
