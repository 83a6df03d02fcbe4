// SPDX-License-Identifier: BSL-1.0
#include "hubauth/json/json_stream.hpp"

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::json_stream;

TEST_CASE("json_stream: it gives the text, then NULs for ever") {
  std::string text = "ab";
  json_stream stream(text.data(), text.size());
  CHECK(stream.Tell() == 0);
  CHECK(stream.Peek() == 'a');
  CHECK(stream.Take() == 'a');
  CHECK(stream.Tell() == 1);
  CHECK(stream.Take() == 'b');
  for (int times = 0; times != 3; ++times) {
    CHECK(stream.Peek() == '\0');
    CHECK(stream.Take() == '\0');
    CHECK(stream.Tell() == 2);
  }
}

TEST_CASE("json_stream: what is put stands from where it was begun, and nothing behind the text") {
  std::array<char, 5> text{'a', 'b', 'c', 'd', '!'};
  json_stream stream(text.data(), 4);
  static_cast<void>(stream.Take());
  char* begin = stream.PutBegin();
  CHECK(begin == text.data() + 1);
  stream.Put('X');
  stream.Put('Y');
  stream.Flush();
  CHECK(stream.PutEnd(begin) == 2);
  CHECK(stream.Peek() == 'X');  // what was read is overwritten, never what is still to be read by more than was taken

  stream.Pop(1);
  CHECK(stream.PutEnd(begin) == 1);
  CHECK(stream.Push(2) == begin + 1);
  CHECK(stream.PutEnd(begin) == 3);
  stream.Put('Z');
  CHECK(stream.PutEnd(begin) == 3);
  CHECK(std::string_view(text.data(), text.size()) == "aXYd!");
}

}  // namespace
