// SPDX-License-Identifier: BSL-1.0
#include "hubauth/prompter/typed_line.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/api_key.hpp"

namespace {

using hubauth::errc;
using hubauth::detail::max_line_size;
using hubauth::detail::typed_line;

/// What comes of these pieces, each of which but the last must leave the line open.
std::string taken(std::initializer_list<std::string_view> pieces) {
  typed_line line;
  std::size_t left = pieces.size();
  for (auto piece : pieces) {
    REQUIRE(piece.size() <= line.room_size());
    std::copy(piece.begin(), piece.end(), line.room());
    CHECK(line.take(piece.size()) == (--left == 0));
    CHECK(line.room_size() != 0);
  }
  const auto answer = line.answer();
  if (!answer) return answer.error().code.message();
  return answer->with_exposed([](std::string_view text) { return "answer: " + std::string(text); });
}

}  // namespace

TEST_CASE("typed_line: a line ends with Enter, or with ^D") {
  CHECK(taken({"abc\n"}) == "answer: abc");
  CHECK(taken({"\n"}) == "answer: ");
  CHECK(taken({"abc", "def\n"}) == "answer: abcdef");
  CHECK(taken({"abc", ""}) == "answer: abc");
  CHECK(taken({""}) == describe(errc::prompt_closed));
}

TEST_CASE("typed_line: nothing but paste marks is taken out") {
  CHECK(taken({"\x1b[200~abc\x1b[201~\n"}) == "answer: abc");
  CHECK(taken({"a\x1b[20", "1~b\n"}) == "answer: ab");
  CHECK(taken({"\x1b[200~\n"}) == "answer: ");
  CHECK(taken({" a\t\x1b[20\x1b[202~\xff\r\n"}) == "answer:  a\t\x1b[20\x1b[202~\xff\r");
  CHECK(taken({"a\nb\n"}) == "answer: a\nb");
  CHECK(taken({std::string_view("a\0b\n", 4)}) == "answer: a" + std::string(1, '\0') + "b");
}

TEST_CASE("typed_line: what is longer than any key is an error, never cut") {
  const std::string longest(max_line_size, 'k');
  const std::string all(typed_line().room_size(), 'k');
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

TEST_CASE("typed_line: the longest key with the longest model id is no line too long") {
  const std::string longest = std::string(hubauth::max_key_size, 'k') + "_" + std::string(hubauth::max_key_size, 'm');
  CHECK(hubauth::split_key(longest).fault == hubauth::key_fault::none);
  CHECK(hubauth::split_key(longest + "m").fault == hubauth::key_fault::model_too_long);
  CHECK(taken({longest, "\n"}) == "answer: " + longest);
}

TEST_CASE("typed_line: what is cleared is gone") {
  typed_line line;
  char* const first = line.room();
  std::copy_n("abc", 3, first);
  CHECK_FALSE(line.take(3));
  line.clear();
  CHECK(line.room() == first);
  CHECK(std::string_view(first, 3) == std::string_view("\0\0\0", 3));
}
