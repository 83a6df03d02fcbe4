// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/sanitize.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth::detail;
using namespace std::string_literals;
using namespace std::string_view_literals;

struct row {
  std::string_view text, sanitized;
};

/// A character that is not changed.
constexpr row ok(std::string_view character) { return {character, character}; }

constexpr row rows[]{
    {"", ""},
    {"The key is invalid.", "The key is invalid."},
    {"x\ny\r\nz\t!", "xyz!"},
    {"\0x\0"sv, "x"},
    {"\x1b[31mred\x1b[0m", "[31mred[0m"},
    {"\x07", ""},
    {"\x7f", ""},
    {"\x7f\x80", "?"},
    ok("~"),
    ok(" "),

    // Two bytes: U+0080 to U+009F are control characters.
    {"\xc2\x80", ""},
    {"x\xc2\x9by\xc2\x9fz", "xyz"},
    ok("\xc2\xa0"),
    ok("\xc2\xbf"),
    ok("\xc3\x80"),
    ok("\xc3\x9f"),
    ok("\xdf\xbf"),
    {"\xc0\x80", "??"},
    {"\xc1\xbf", "??"},
    {"\xc2\x7f", "?"},
    {"\xc2\xc0", "??"},
    {"\xc2", "?"},
    {"\xc2x", "?x"},
    {"\x80", "?"},
    {"\x9b", "?"},
    {"\xbf", "?"},
    {"x\x80z", "x?z"},

    // Three bytes
    ok("\xe0\xa0\x80"),
    ok("\xe0\xbf\xbf"),
    ok("\xe1\x80\x80"),
    ok("\xe2\x82\xac"),
    ok("\xec\xbf\xbf"),
    ok("\xed\x80\x80"),
    ok("\xed\x9f\xbf"),
    ok("\xee\x80\x80"),
    ok("\xef\xbf\xbf"),
    {"\xe0\x80\x80", "???"},
    {"\xe0\x9f\xbf", "???"},
    {"\xed\xa0\x80", "???"},
    {"\xed\xbf\xbf", "???"},
    {"\xe2\x82", "??"},
    {"\xe2\x82x", "??x"},
    {"\xe2xy", "?xy"},
    {"\xe2\xc0\xac", "???"},
    {"\xe2\x82\xc0", "???"},
    {"\xe2\x82\xc2\xa0", "??\xc2\xa0"},

    // Four bytes
    ok("\xf0\x90\x80\x80"),
    ok("\xf0\x9f\x98\x80"),
    ok("\xf1\x80\x80\x80"),
    ok("\xf3\xbf\xbf\xbf"),
    ok("\xf4\x80\x80\x80"),
    ok("\xf4\x8f\xbf\xbf"),
    {"\xf0\x80\x80\x80", "????"},
    {"\xf0\x8f\xbf\xbf", "????"},
    {"\xf4\x90\x80\x80", "????"},
    {"\xf5\x80\x80\x80", "????"},
    {"\xff\xfe", "??"},
    {"\xf0\x9f\x98", "???"},
    {"\xf0\x9f\x98x", "???x"},
    {"\xf0\x9fxy", "??xy"},
    {"\xf0xyz", "?xyz"},
    {"\xf0\x9f\xc0\x80", "????"},

    // Characters that change the order in which text is shown
    {"a\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xa8\xe2\x80\xa9z", "az"},
    {"a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xaez", "az"},
    {"a\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9z", "az"},
    ok("\xd8\x9b"),
    ok("\xd8\x9d"),
    ok("\xe2\x80\x8d"),
    ok("\xe2\x80\x90"),
    ok("\xe2\x80\xa7"),
    ok("\xe2\x80\xaf"),
    ok("\xe2\x81\xa5"),
    ok("\xe2\x81\xaa"),

    // The text after an invalid or a long character is decoded from its start.
    {"\xc3\xa9\n\xe2\x82\xac\x01\xf0\x9f\x98\x80\x7f!", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"},
    {"\xe2\x82\n", "??"},
    {"\xe0\xc2\x9b", "?"},
};

TEST_CASE("sanitize: removes control characters, and replaces bytes that are not UTF-8") {
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(sanitize(row.text) == row.sanitized);
  }
}

TEST_CASE("sanitize: of all single bytes, only printable ASCII is unchanged") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const std::string text(1, static_cast<char>(byte));
    const bool control = byte < 0x20 || byte == 0x7f;
    CHECK(sanitize(text) == (control ? std::string() : byte < 0x80 ? text : std::string("?")));
  }
}

TEST_CASE("sanitize: reads nothing past the end of the text") {
  CHECK(sanitize(std::string_view("\xe2\x82\xac", 2)) == "??");
  CHECK(sanitize(std::string_view("\xc2\x9b", 1)) == "?");
}

TEST_CASE("redact: replaces every occurrence of the secret") {
  struct {
    std::string text;
    std::string_view secret;
    std::string_view redacted;
  } const table[]{
      {"", "key", ""},
      {"key", "key", "[redacted]"},
      {"keykey", "key", "[redacted][redacted]"},
      {"the key is key.", "key", "the [redacted] is [redacted]."},
      {"the ke y", "key", "the ke y"},
      {"KEY", "key", "KEY"},
      {"text", "", "text"},
      {"aaa", "aa", "[redacted]a"},
      {"be", "e", "b[redacted]"},  // the replacement contains the secret
      {"a long secret here", "a long secret", "[redacted] here"},
  };
  for (auto row : table) {
    CAPTURE(row.text);
    redact(row.text, row.secret);
    CHECK(row.text == row.redacted);
  }
}

TEST_CASE("clean_untrusted: redacts a secret that a message repeats, also if control characters divide it") {
  constexpr auto secret = "made-up.key"sv;
  struct {
    std::string_view text, clean;
  } const table[]{
      {"", ""},
      {"no such key", "no such key"},
      {"unknown key made-up.key!", "unknown key [redacted]!"},
      {"made-up.key made-up.key", "[redacted] [redacted]"},
      {"made-\x1b[31mup.key", "made-[31mup.key"},  // not the secret, not even without its control character
      {"made-\x1bup.key", "[redacted]"},
      {"m\x01\x02\x7f\nade-up.\nkey", "[redacted]"},
      {"\nmade-up.key\n", "[redacted]"},
      {"made-\xc2\x9bup.key", "[redacted]"},
      {"made-\xe2\x80\xaeup.key", "[redacted]"},
      {"made-\0up.key"sv, "[redacted]"},
      {"made-\nup.key made-up.key", "[redacted] [redacted]"},
      {"made-up.key made-\nup.key", "[redacted] [redacted]"},
      {"made-\xffup.key", "made-?up.key"},
  };
  for (const auto& row : table) {
    CAPTURE(std::string(row.text));
    CHECK(clean_untrusted(row.text, secret) == row.clean);
  }
}

TEST_CASE("clean_untrusted: redacts a secret with characters that are sanitized") {
  CHECK(clean_untrusted("the key is a\nb.", "a\nb") == "the key is [redacted].");
  CHECK(clean_untrusted("the key is a\xff-b.", "a\xff-b") == "the key is [redacted].");
}

TEST_CASE("clean_untrusted: without a secret nothing is redacted") {
  CHECK(clean_untrusted("a\nkey") == "akey");
  CHECK(clean_untrusted("a\nkey", "") == "akey");
}

TEST_CASE("clean_untrusted: a message has at most 400 bytes, and no character is divided") {
  CHECK(clean_untrusted(std::string(400, 'a')) == std::string(400, 'a'));
  CHECK(clean_untrusted(std::string(401, 'a')) == std::string(400, 'a'));
  CHECK(clean_untrusted(std::string(399, 'a') + "\xc3\xa9") == std::string(399, 'a'));
  CHECK(clean_untrusted(std::string(1000, '\n') + "text") == "text");
}

TEST_CASE("clean_untrusted: no part of a secret is left at the limit") {
  const auto secret = "0123456789abcdef0123456789abcdef"s;
  const auto divided = secret.substr(0, 16) + "\x1b" + secret.substr(16);
  for (const auto& repeated : {secret, divided})
    for (std::size_t before = 350; before != 420; ++before) {
      CAPTURE(before);
      const auto clean = clean_untrusted(std::string(before, '.') + repeated + "!", secret);
      CHECK(clean.size() <= max_untrusted_size);
      CHECK(clean.find_first_of("0123456789") == std::string::npos);
    }
}

}  // namespace
