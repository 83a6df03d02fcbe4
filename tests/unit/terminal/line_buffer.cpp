// SPDX-License-Identifier: BSL-1.0
#include "hubauth/terminal/line_buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/credential/api_key.hpp"

namespace {

using hubauth::errc;
using hubauth::message;
using hubauth::detail::line_buffer;
using hubauth::detail::max_input_size;

/// The line that is read in these pieces, or the error's message. Only the last piece completes the line.
std::string read(std::initializer_list<std::string_view> pieces) {
  line_buffer buffer;
  std::size_t left = pieces.size();
  for (const auto piece : pieces) {
    const auto space = buffer.free_space();
    REQUIRE(piece.size() <= space.size());
    std::copy(piece.begin(), piece.end(), space.begin());
    CHECK(buffer.commit(piece.size()) == (--left == 0));
    CHECK_FALSE(buffer.free_space().empty());
  }
  const auto line = buffer.line();
  if (!line) return line.error().code.message();
  return line->with_exposed([](std::string_view text) { return "line: " + std::string(text); });
}

}  // namespace

TEST_CASE("line_buffer: a line ends with Enter, or with ^D") {
  CHECK(read({"abc\n"}) == "line: abc");
  CHECK(read({"\n"}) == "line: ");
  CHECK(read({"abc", "def\n"}) == "line: abcdef");
  CHECK(read({"abc", ""}) == "line: abc");
  CHECK(read({""}) == message(errc::prompt_canceled));
}

TEST_CASE("line_buffer: only paste markers are removed") {
  CHECK(read({"\x1b[200~abc\x1b[201~\n"}) == "line: abc");
  CHECK(read({"a\x1b[20", "1~b\n"}) == "line: ab");
  CHECK(read({"\x1b[200~\n"}) == "line: ");
  CHECK(read({" a\t\x1b[20\x1b[202~\xff\r\n"}) == "line:  a\t\x1b[20\x1b[202~\xff\r");
  CHECK(read({"a\nb\n"}) == "line: a\nb");
  CHECK(read({std::string_view("a\0b\n", 4)}) == "line: a" + std::string(1, '\0') + "b");
}

TEST_CASE("line_buffer: a line longer than any key is an error, and never truncated") {
  const std::string longest(max_input_size, 'k');
  const std::string all(line_buffer().free_space().size(), 'k');
  const std::string too_long = message(errc::malformed_key);
  CHECK(read({longest, "\n"}) == "line: " + longest);
  CHECK(read({"\x1b[200~", longest, "\x1b[201~\n"}) == "line: " + longest);
  CHECK(read({longest, "k\n"}) == too_long);
  CHECK(read({all, "k\n"}) == too_long);
  CHECK(read({all, "\n"}) == too_long);
  CHECK(read({all, ""}) == too_long);
  CHECK(read({all, all, "k\n"}) == too_long);
  CHECK(read({std::string_view(all).substr(1), "\n"}) == too_long);
}

TEST_CASE("line_buffer: the longest key with the longest model id is not too long") {
  const std::string longest = std::string(hubauth::max_key_size, 'k') + "_" + std::string(hubauth::max_key_size, 'm');
  CHECK(hubauth::split_key(longest).error == hubauth::key_error::none);
  CHECK(hubauth::split_key(longest + "m").error == hubauth::key_error::model_id_too_long);
  CHECK(read({longest, "\n"}) == "line: " + longest);
}

TEST_CASE("line_buffer: what is cleared is wiped") {
  line_buffer buffer;
  char* const first = buffer.free_space().data();
  std::copy_n("abc", 3, first);
  CHECK_FALSE(buffer.commit(3));
  buffer.clear();
  CHECK(buffer.free_space().data() == first);
  CHECK(std::string_view(first, 3) == std::string_view("\0\0\0", 3));
}
