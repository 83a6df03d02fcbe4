// SPDX-License-Identifier: BSL-1.0
#include "hubauth/text/sanitize.hpp"

#include <cstddef>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth::wire;
using namespace std::string_view_literals;

struct row {
  std::string_view text, shown;
};

/// One character of UTF-8 that stays as it is.
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

    // Two bytes: U+0080 to U+009F are controls.
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

    // What is_bidi_control the characters around it
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

    // What follows a broken or a long character is read afresh.
    {"\xc3\xa9\n\xe2\x82\xac\x01\xf0\x9f\x98\x80\x7f!", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"},
    {"\xe2\x82\n", "??"},
    {"\xe0\xc2\x9b", "?"},
};

TEST_CASE("sanitize: control characters go, broken UTF-8 becomes a prompt_request mark, the rest stays") {
  for (const auto& of : rows) {
    CAPTURE(std::string(of.text));
    CHECK(sanitize(of.text) == of.shown);
  }
}

TEST_CASE("sanitize: of all single bytes only the visible ASCII stays") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const std::string text(1, static_cast<char>(byte));
    const bool control = byte < 0x20 || byte == 0x7f;
    CHECK(sanitize(text) == (control ? std::string() : byte < 0x80 ? text : std::string("?")));
  }
}

TEST_CASE("sanitize: it looks at nothing behind the text") {
  CHECK(sanitize(std::string_view("\xe2\x82\xac", 2)) == "??");
  CHECK(sanitize(std::string_view("\xc2\x9b", 1)) == "?");
}

TEST_CASE("redact: every place where the secret stands") {
  struct {
    std::string text;
    std::string_view secret;
    std::string_view shown;
  } const table[]{
      {"", "key", ""},
      {"key", "key", "[redacted]"},
      {"keykey", "key", "[redacted][redacted]"},
      {"the key is key.", "key", "the [redacted] is [redacted]."},
      {"the ke y", "key", "the ke y"},
      {"KEY", "key", "KEY"},
      {"text", "", "text"},
      {"aaa", "aa", "[redacted]a"},
      {"be", "e", "b[redacted]"},  // the secret stands in what it is replaced by
      {"a long secret here", "a long secret", "[redacted] here"},
  };
  for (auto of : table) {
    CAPTURE(of.text);
    redact(of.text, of.secret);
    CHECK(of.text == of.shown);
  }
}

TEST_CASE("truncate_utf8: at most so many bytes, and no character is cut") {
  struct {
    std::string text;
    std::size_t most;
    std::string_view rest;
  } const table[]{
      {"", 0, ""},
      {"xyz", 4, "xyz"},
      {"xyz", 3, "xyz"},
      {"xyz", 2, "xy"},
      {"xyz", 0, ""},
      {"x\xc3\xa9z", 4, "x\xc3\xa9z"},
      {"x\xc3\xa9z", 3, "x\xc3\xa9"},
      {"x\xc3\xa9z", 2, "x"},
      {"\xe2\x82\xac\xe2\x82\xac", 5, "\xe2\x82\xac"},
      {"\xe2\x82\xac\xe2\x82\xac", 4, "\xe2\x82\xac"},
      {"\xe2\x82\xac\xe2\x82\xac", 3, "\xe2\x82\xac"},
      {"\xe2\x82\xac", 2, ""},
      {"\xf0\x9f\x98\x80z", 4, "\xf0\x9f\x98\x80"},
      {"\xf0\x9f\x98\x80z", 3, ""},
      {"\x80\x80\x80", 2, ""},
      {"xyz", std::numeric_limits<std::size_t>::max(), "xyz"},
  };
  for (auto of : table) {
    CAPTURE(of.text);
    CAPTURE(of.most);
    truncate_utf8(of.text, of.most);
    CHECK(of.text == of.rest);
  }
}

TEST_CASE("truncate_utf8: 400 bytes unless told otherwise") {
  for (std::size_t size : {399u, 400u, 401u}) {
    std::string text(size, 'a');
    truncate_utf8(text);
    CHECK(text.size() == (size < 400 ? size : 400));
  }
}

}  // namespace
