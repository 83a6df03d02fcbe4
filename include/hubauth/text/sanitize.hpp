// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "hubauth/text/truncate.hpp"
#include "hubauth/text/utf8.hpp"

namespace hubauth::detail {

/// The line and paragraph separators, and the characters that change the order in which text is shown.
/// \see CVE-2021-42574
inline constexpr std::array<std::string_view, 14> bidi_controls{
    "\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b",
    "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};

constexpr bool is_bidi_control(std::string_view character) noexcept {
  return std::find(bidi_controls.begin(), bidi_controls.end(), character) != bidi_controls.end();
}

/// True for C0, DEL and C1 (U+0080 to U+009F).
constexpr bool is_control(std::string_view character) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  return character.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0;
}

/// Makes text from an untrusted source safe to show: removes control characters and bidirectional controls, and
/// replaces each byte that is not UTF-8 by `?`.
inline std::string sanitize(std::string_view text) {
  constexpr char replacement_character = '?';
  std::string out;
  while (!text.empty()) {
    const auto size = utf8_character_size(text);
    const auto character = text.substr(0, size == 0 ? 1 : size);
    if (size == 0)
      out += replacement_character;
    else if (!is_control(character) && !is_bidi_control(character))
      out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

/// Replaces every occurrence of `secret` in `text`.
inline void redact(std::string& text, std::string_view secret) {
  constexpr std::string_view redacted = "[redacted]";
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + redacted.size()))
    text.replace(at, secret.size(), redacted);
}

/// The bytes of untrusted text that a message shows.
inline constexpr std::size_t max_untrusted_size = 400;

/// Cleans untrusted text for a message: redacts `secret`, sanitizes, then truncates. The order matters: a secret that
/// was cut is not found any more.
inline std::string clean_untrusted(std::string_view text, std::string_view secret = {}) {
  std::string raw(text);
  redact(raw, secret);
  auto clean = sanitize(raw);
  redact(clean, secret);  // a control character may have divided it
  truncate_utf8(clean, max_untrusted_size);
  return clean;
}

}  // namespace hubauth::detail
