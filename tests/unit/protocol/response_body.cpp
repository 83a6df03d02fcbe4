// SPDX-License-Identifier: BSL-1.0
#include "hubauth/protocol/response_body.hpp"

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::string_literals;

/// The fields of a body.
struct fields {
  std::optional<bool> success{};
  std::string message{};
  std::string error{};
  std::string id_token{};

  bool operator==(const fields&) const = default;
};

struct row {
  std::string text;
  std::optional<fields> expected{};
};

row ok(std::string text, fields expected = {}) { return {std::move(text), std::move(expected)}; }
row bad(std::string text) { return {std::move(text)}; }

fields success() { return {.success = true}; }
fields token(std::string text) { return {.id_token = std::move(text)}; }
fields message(std::string text) { return {.message = std::move(text)}; }

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  while (count-- != 0) all += text;
  return all;
}

/// An object that is `depth` levels deep, of arrays or of objects.
std::string arrays(std::size_t depth) { return "{\"a\":" + times(depth - 1, "[") + times(depth - 1, "]") + "}"; }
std::string objects(std::size_t depth) { return times(depth - 1, "{\"a\":") + "{}" + times(depth - 1, "}"); }

std::optional<fields> parse(std::string_view text) {
  const auto body = detail::parse_response_body(text);
  if (!body) return std::nullopt;
  return fields{body->success, body->message, body->error,
                body->id_token.with_exposed([](std::string_view token) { return std::string(token); })};
}

void check(const std::vector<row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 100));
    const auto parsed = parse(row.text);
    REQUIRE(parsed.has_value() == row.expected.has_value());
    if (!parsed) continue;
    CHECK(parsed->success == row.expected->success);
    CHECK(parsed->message == row.expected->message);
    CHECK(parsed->error == row.expected->error);
    CHECK(parsed->id_token == row.expected->id_token);
  }
}

TEST_CASE("response_body: the fields of an object that have the right type") {
  check({
      ok("{}"),
      ok(" \t\r\n{ } \t\r\n"),
      ok(R"({"success":true})", success()),
      ok(R"({"success":false})", {.success = false}),
      ok(R"({"success":1})"),
      ok(R"({"success":0})"),
      ok(R"({"success":null})"),
      ok(R"({"success":"true"})"),
      ok(R"({"success":[true]})"),
      ok(R"({"success":{"success":true}})"),
      ok(R"({"Success":true})"),
      ok(R"({"success ":true})"),
      ok(R"({"":true})"),
      ok(R"({"other":true})"),
      ok(R"({"message":true,"error":true,"data":true})"),

      ok(R"({"message":"no"})", message("no")),
      ok(R"({"message":""})"),
      ok(R"({"message":5})"),
      ok(R"({"message":-1.5e3})"),
      ok(R"({"message":null})"),
      ok(R"({"message":["no"]})"),
      ok(R"({"message":{"message":"no"}})"),
      ok(R"({"message":["no"],"other":"x"})"),
      ok(R"({"error":"no"})", {.error = "no"}),
      ok(R"({"error":5})"),
      ok(R"({"error":{"message":"no"}})"),
      ok(R"({"message":"a","error":"b","success":false})", {.success = false, .message = "a", .error = "b"}),
      ok(R"({"other":"x"})"),

      ok(R"({"data":{"idToken":"t"}})", token("t")),
      ok(R"({"data":{"idToken":"t"},"success":true})", {.success = true, .id_token = "t"}),
      ok(R"({"success":true,"data":{"other":[1,{"idToken":"x"}],"idToken":"t"}})", {.success = true, .id_token = "t"}),
      ok(R"({"data":{"other":{"a":1},"idToken":"t"}})", token("t")),
      ok(R"({"data":{"idToken":""}})"),
      ok(R"({"data":{"idToken":5}})"),
      ok(R"({"data":{"idToken":-1e5}})"),
      ok(R"({"data":{"idToken":true}})"),
      ok(R"({"data":{"idToken":null}})"),
      ok(R"({"data":{"idToken":["t"]}})"),
      ok(R"({"data":{"idToken":{"idToken":"t"}}})"),
      ok(R"({"data":{"idtoken":"t"}})"),
      ok(R"({"data":{"token":"t"}})"),
      ok(R"({"data":{}})"),
      ok(R"({"data":null})"),
      ok(R"({"data":"idToken"})"),
      ok(R"({"data":7})"),
      ok(R"({"data":[]})"),
      ok(R"({"data":["idToken","t"]})"),
      ok(R"({"data":[{"idToken":"t"}]})"),
      ok(R"({"data":{"data":{"idToken":"t"}}})"),
      ok(R"({"idToken":"t"})"),
      ok(R"({"other":{"idToken":"t"}})"),
      ok(R"({"data":{},"other":{"idToken":"t"}})"),
      ok(R"({"data":"x","other":{"idToken":"t"}})"),
      ok(R"({"data":{"success":true}})"),
      ok(R"({"data":{"message":"no","error":"no"}})"),
      ok(R"({"data":{"success":true,"success":true,"data":1,"data":2}})"),
      ok(R"({"success":true,"data":{"success":false}})", success()),
      ok(R"({"a":{"idToken":"x","idToken":"y"}})"),
      ok(R"({"data":{"a":{"idToken":"x"},"b":{"idToken":"y"}}})"),
      ok(R"({"idToken":"x","data":{"idToken":"t"}})", token("t")),
  });
}

TEST_CASE("response_body: a member that is read must not be repeated, also not with escapes") {
  check({
      bad(R"({"success":true,"success":true})"),
      bad(R"({"success":true,"success":false})"),
      bad(R"({"success":1,"success":true})"),
      bad(R"({"success":true,"data":{},"success":true})"),
      bad(R"({"success":true,"succes\u0073":false})"),
      bad(R"({"\u0073uccess":true,"success":true})"),
      bad(R"({"message":"a","message":"b"})"),
      bad(R"({"error":"a","error":"b"})"),
      bad(R"({"data":{},"data":{}})"),
      bad(R"({"data":1,"data":{"idToken":"t"}})"),
      bad(R"({"d\u0061ta":{},"data":{"idToken":"t"}})"),
      bad(R"({"data":{"idToken":"t","idToken":"t"}})"),
      bad(R"({"data":{"idToken":null,"idToken":"t"}})"),
      bad(R"({"data":{"idToken":"t","id\u0054oken":"u"}})"),
      ok(R"({"\u0073uccess":true})", success()),
      ok(R"({"d\u0061ta":{"id\u0054oken":"t"}})", token("t")),
      ok(R"({"success\u0000":true})"),
      ok(R"({"success\u0000":true,"success":false})", {.success = false}),
  });
}

TEST_CASE("response_body: anything but one JSON object is invalid") {
  check({
      bad(""),
      bad(" "),
      bad("null"),
      bad("true"),
      bad("-1.5"),
      bad("\"success\""),
      bad("[]"),
      bad(R"([{"success":true}])"),
      bad("<html>"),
      bad(R"({"success":true)"),
      bad(R"({"success":true,})"),
      bad(R"({success:true})"),
      bad(R"({"success":True})"),
      bad(R"({"success":true}x)"),
      bad(R"({"success":true}{})"),
      bad("\xef\xbb\xbf{}"),
  });
}

TEST_CASE("response_body: strings are decoded") {
  check({
      ok(R"({"message":"a\"b\\c\/d\b\f\n\r\te"})", message("a\"b\\c/d\b\f\n\r\te")),
      ok(R"({"message":"\u0041\u00e9\u20AC\ud83d\ude00"})", message("A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")),
      ok(R"({"message":"a\u0000b"})", message("a\0b"s)),
      ok(R"({"message":"\ud83d"})", message("\xef\xbf\xbd")),
      ok(R"({"message":"a","error":"\u0062"})", {.message = "a", .error = "b"}),
  });
}

TEST_CASE("response_body: NUL bytes and invalid UTF-8 are invalid everywhere") {
  check({
      bad("\0{}"s),
      bad("{}\0"s),
      bad("{\"success\":true}\0x"s),
      bad("{\"message\":\"a\0b\"}"s),
      bad("{\"message\":\"\xff\"}"),
      bad("{\"\xff\":1}"),
      bad("{\"message\":\"\xed\xa0\x80\"}"),
      bad("{\xa0}"),
  });
}

TEST_CASE("response_body: at most 16 levels") {
  check({
      ok(arrays(2)),
      ok(arrays(15)),
      ok(arrays(16)),
      bad(arrays(17)),
      ok(objects(1)),
      ok(objects(15)),
      ok(objects(16)),
      bad(objects(17)),
      bad("{\"a\":" + times(30000, "[")),
      bad(times(10000, "{\"a\":")),
      bad(times(30000, "[")),
      ok("{" + times(20, "\"a\":[[[]]],") + "\"b\":{}}"),
      ok("{" + times(20, "\"a\":{\"c\":{}},") + "\"b\":[]}"),
      ok("{\"a\":" + objects(15) + ",\"b\":" + objects(15) + ",\"success\":true}", success()),
      ok("{\"a\":[1,[2],[[3]]],\"success\":true}", success()),
  });
}

TEST_CASE("response_body: at most 64 KiB") {
  const auto padded = [](std::size_t size) {
    const auto text = R"({"success":true})"s;
    return text + std::string(size - text.size(), ' ');
  };
  const auto long_message = [](std::size_t size) {
    const auto text = R"({"message":""})"s;
    return std::string(text).insert(text.size() - 2, size - text.size(), 'a');
  };
  constexpr auto max_size = response::max_body_size;
  const auto frame = R"({"message":""})"s.size();
  check({
      ok(padded(max_size - 1), success()),
      ok(padded(max_size), success()),
      bad(padded(max_size + 1)),
      ok(long_message(max_size), message(std::string(max_size - frame, 'a'))),
      bad(long_message(max_size + 1)),
  });
}

}  // namespace
