// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

namespace hubauth::testing {

/// A text from an untrusted source, and what may be shown of it.
struct hostile_text {
  std::string text;
  std::string shown;
};

/// Texts that try to control a terminal, or to disguise what they say.
inline std::vector<hostile_text> hostile_texts() {
  const std::string plain = "sch\xc3\xb6n \xe2\x82\xac \xf0\x9f\x98\x80 %s%n ${HOME} $(id) `id`";
  std::vector<hostile_text> all{
      {plain, plain},
      {"hub.example\rhub.evil", "hub.examplehub.evil"},
      {"one\nkey: ", "onekey: "},
      {"good\b\b\b\bevil", "goodevil"},
      {"\x1b[2J\x1b[H", "[2J[H"},                // clears the screen
      {"\x1b[8mhidden\x1b[0m", "[8mhidden[0m"},  // conceals text
      {"\x1b[1A\x1b[2K", "[1A[2K"},              // overwrites the previous line
      {"\x1b[6n\x1b[c\x1b[21t", "[6n[c[21t"},    // makes the terminal type a response
      {"\x1b[?1049h\x1b[?25l", "[?1049h[?25l"},  // another screen, no cursor
      {"\x1b]0;title\x07", "]0;title"},          // the window's title
      {"\x1b]52;c;a2V5\x07", "]52;c;a2V5"},      // the clipboard
      {"\x1b]8;;ftp://evil\x1b\\page", "]8;;ftp://evil\\page"},
      {"\x1bP+q\x1b\\\x1b_G\x1b\\\x1b^\x1bX", "P+q\\_G\\^X"},
      {"\033c\x1b#8\x1b(0", "c#8(0"},                                 // resets; a test pattern; line drawing
      {"\xc2\x9b?25l\xc2\x9d;title\xc2\x9c", "?25l;title"},           // C1 in UTF-8
      {"\x9b?25l\x9d;title\x9c", "??25l?;title?"},                    // C1 in one byte
      {"\xc0\x9b?25l\xe0\x80\x9b\xf0\x80\x80\x9b", "???25l???????"},  // overlong UTF-8
      {"\xed\xa0\x80\xff\xfe\xe2\x80", "???????"},                    // invalid UTF-8
  };
  for (const char* bidi : {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\xa8", "\xd8\x9c"})
    all.push_back({std::string("hub.") + bidi + "live.example", "hub.live.example"});
  for (int byte = 0; byte != 0xa0; ++byte) {
    const auto c = static_cast<char>(byte);
    if (byte < 0x20 || byte == 0x7f) all.push_back({{'a', c, 'b'}, "ab"});
    if (byte < 0x80) continue;
    all.push_back({{'a', c, 'b'}, "a?b"});
    all.push_back({{'a', '\xc2', c, 'b'}, "ab"});
  }
  return all;
}

}  // namespace hubauth::testing
