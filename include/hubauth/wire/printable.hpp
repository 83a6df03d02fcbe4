// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hubauth::wire {

namespace detail {

/// Line breaks, and what changes the order in which characters are shown (CVE-2021-42574).
constexpr bool reorders(std::string_view character) noexcept {
  for (std::string_view each : {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c",
                                "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"})
    if (character == each) return true;
  return false;
}

}  // namespace detail

/// `text` without control characters (C0, DEL, and C1 in UTF-8) and without what reorders it.
///
/// For what a stranger wrote and a person reads: a service's message, a URL from the environment.
/// Needs:   nothing; bytes that are no UTF-8 become `?`
[[gnu::cold]] inline std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(at < text.size() ? text[at] : 0); };
    const auto first = byte(i);
    const std::size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;

    bool whole = first < 0x80 || (first >= 0xC2 && first <= 0xF4);
    for (std::size_t k = 1; k != size; ++k) whole = whole && (byte(i + k) & 0xC0) == 0x80;
    if (first == 0xE0) whole = whole && byte(i + 1) >= 0xA0;  // overlong
    if (first == 0xED) whole = whole && byte(i + 1) < 0xA0;   // surrogate
    if (first == 0xF0) whole = whole && byte(i + 1) >= 0x90;  // overlong
    if (first == 0xF4) whole = whole && byte(i + 1) < 0x90;   // above U+10FFFF

    const auto character = whole ? text.substr(i, size) : std::string_view("?");
    const bool control = first < 0x20 || first == 0x7F || (whole && first == 0xC2 && byte(i + 1) < 0xA0);
    i += whole ? size : 1;
    if (!control && (character.size() == 1 || !detail::reorders(character))) out += character;
  }
  return out;
}

/// Replaces every `secret` in `text`.
inline void redact(std::string& text, std::string_view secret) {
  constexpr std::string_view instead = "[redacted]";
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + instead.size()))
    text.replace(at, secret.size(), instead);
}

/// Cuts a text in UTF-8 to at most `most` bytes, between two characters. Redact first: half a secret is found by
/// nobody.
inline void shorten(std::string& text, std::size_t most = 400) {
  if (text.size() <= most) return;
  while (most != 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
}

}  // namespace hubauth::wire
