// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>

namespace hubauth::detail {

/// Cuts UTF-8 text to at most `max_size` bytes, between two characters.
inline void truncate_utf8(std::string& text, std::size_t max_size) {
  if (text.size() <= max_size) return;
  while (max_size != 0 && (static_cast<unsigned char>(text[max_size]) & 0xC0) == 0x80) --max_size;
  text.resize(max_size);
}

}  // namespace hubauth::detail
