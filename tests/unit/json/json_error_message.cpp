// SPDX-License-Identifier: BSL-1.0
#include "hubauth/json/json_error_message.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace std::string_literals;
using hubauth::detail::find_members;
using hubauth::detail::json_errc;
using hubauth::detail::message;

/// The message for a text that is refused.
std::string refused(std::string_view text) {
  const auto members = find_members(text, {"/a"}, {.max_size = 64, .max_depth = 3});
  REQUIRE_FALSE(members);
  return message(members.error(), text);
}

struct row {
  std::string text;
  std::string_view message;
};

const row rows[] = {
    {"", "it is empty"},
    {" ", "it is not valid JSON (line 1, column 2)"},
    {"{\"a\":1", "it is not valid JSON (line 1, column 7)"},
    {"{\n  \"a\": 1\n  \"b\": 2\n}", "it is not valid JSON (line 3, column 3)"},
    {"{\r\n\"\xc3\xa9\xe2\x82\xac\": 01}", "it is not valid JSON (line 2, column 8)"},
    {"{\"a\": \"\\ud800\", 1}", "it is not valid JSON (line 1, column 17)"},
    {"\xef\xbb\xbf{}", "it is not valid JSON (line 1, column 1)"},
    {"[]", "it is not a JSON object (line 1, column 1)"},
    {"\n\n null", "it is not a JSON object (line 3, column 2)"},
    {"{\"a\":\0}"s, "it contains a NUL byte (line 1, column 6)"},
    {"{\n\"\xff\": 1}", "it is not UTF-8 (line 2, column 2)"},
    {"{\"a\":\n{\"b\":\n[[", "it is nested too deeply (line 3, column 2)"},
    {"{\"a\":1,\n \"\\u0061\":1}", "a member occurs twice (line 2, column 2)"},
    {"{\"b\":\n1e999}", "a number is out of range (line 2, column 1)"},
    {std::string(65, ' '), "it is too large (more than 64 bytes)"},
};

}  // namespace

TEST_CASE("json_error_message: the reason, the line and the column") {
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(refused(row.text) == row.message);
  }
}

TEST_CASE("json_error_message: every kind has a message of its own") {
  constexpr json_errc kinds[] = {
      json_errc::too_large,     json_errc::contains_nul, json_errc::invalid_utf8,     json_errc::syntax_error,
      json_errc::not_an_object, json_errc::too_deep,     json_errc::duplicate_member, json_errc::number_out_of_range,
  };
  for (const auto a : kinds) {
    CHECK_FALSE(std::string_view(message(a)).empty());
    for (const auto b : kinds) CHECK((std::string_view(message(a)) == message(b)) == (a == b));
  }
}

TEST_CASE("json_error_message: nothing of the text") {
  const auto object = R"({"CANARY":"CANARY","a":"CANARY"})"s;
  for (const auto& text :
       {object + "CANARY", "CANARY" + object, "[" + object, object.substr(0, 30), R"({"CANARY":"CANARY\x"})"s,
        "{\"CANARY\n\":1}"s, "{\"CANARY\":\"\xff\"}"s, "{\"CANARY\0\":1}"s, R"({"a":"CANARY","a":"CANARY"})"s,
        R"({"CANARY":[[["CANARY"]]]})"s, R"({"CANARY":1e999,"a":CANARY})"s, object + object + object}) {
    CAPTURE(text);
    CHECK(refused(text).find("CANARY") == std::string::npos);
  }
}
