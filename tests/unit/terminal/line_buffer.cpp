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
using hubauth::detail::max_input_size;
using hubauth::detail::line_buffer;

/// What comes of these pieces, each of which but the last must leave the line open.
std::string taken(std::initializer_list<std::string_view> pieces) {
  line_buffer line;
  std::size_t left = pieces.size();
  for (auto piece : pieces) {
    REQUIRE(piece.size() <= line.free_space_size());
    std::copy(piece.begin(), piece.end(), line.free_space());
    CHECK(line.take(piece.size()) == (--left == 0));
    CHECK(line.free_space_size() != 0);
  }
  const auto answer = line.answer();
  if (!answer) return answer.error().code.message();
  return answer->with_exposed([](std::string_view text) { return "answer: " + std::string(text); });
}

}  // namespace

TEST_CASE("line_buffer: a line ends with Enter, or with ^D") {
  CHECK(taken({"abc\n"}) == "answer: abc");
  CHECK(taken({"\n"}) == "answer: ");
  CHECK(taken({"abc", "def\n"}) == "answer: abcdef");
  CHECK(taken({"abc", ""}) == "answer: abc");
  CHECK(taken({""}) == describe(errc::prompt_canceled));
}

TEST_CASE("line_buffer: nothing but paste marks is taken out") {
  CHECK(taken({"\x1b[200~abc\x1b[201~\n"}) == "answer: abc");
  CHECK(taken({"a\x1b[20", "1~b\n"}) == "answer: ab");
  CHECK(taken({"\x1b[200~\n"}) == "answer: ");
  CHECK(taken({" a\t\x1b[20\x1b[202~\xff\r\n"}) == "answer:  a\t\x1b[20\x1b[202~\xff\r");
  CHECK(taken({"a\nb\n"}) == "answer: a\nb");
  CHECK(taken({std::string_view("a\0b\n", 4)}) == "answer: a" + std::string(1, '\0') + "b");
}

TEST_CASE("line_buffer: what is longer than any key is an error, never cut") {
  const std::string longest(max_input_size, 'k');
  const std::string all(line_buffer().free_space_size(), 'k');
  const std::string too_long = describe(errc::malformed_key);
  CHECK(taken({longest, "\n"}) == "answer: " + longest);
  CHECK(taken({"\x1b[200~", longest, "\x1b[201~\n"}) == "answer: " + longest);
  CHECK(taken({longest, "k\n"}) == too_long);
  CHECK(taken({all, "k\n"}) == too_long);
  CHECK(taken({all, "\n"}) == too_long);
  CHECK(taken({all, ""}) == too_long);
  CHECK(taken({all, all, "k\n"}) == too_long);
  CHECK(taken({std::string_view(all).substr(1), "\n"}) == too_long);
}

TEST_CASE("line_buffer: the longest key with the longest model id is no line too long") {
  const std::string longest = std::string(hubauth::max_key_size, 'k') + "_" + std::string(hubauth::max_key_size, 'm');
  CHECK(hubauth::split_key(longest).fault == hubauth::key_error::none);
  CHECK(hubauth::split_key(longest + "m").fault == hubauth::key_error::model_too_long);
  CHECK(taken({longest, "\n"}) == "answer: " + longest);
}

TEST_CASE("line_buffer: what is cleared is gone") {
  line_buffer line;
  char* const first = line.free_space();
  std::copy_n("abc", 3, first);
  CHECK_FALSE(line.take(3));
  line.clear();
  CHECK(line.free_space() == first);
  CHECK(std::string_view(first, 3) == std::string_view("\0\0\0", 3));
}
