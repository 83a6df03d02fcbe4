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

#include "../json/json_texts.hpp"

namespace {

using namespace std::string_literals;
using hubauth::response;
using hubauth::detail::parse_response_body;

/// What is read of a body, with the token as a string.
struct expected_body {
  std::optional<bool> success{};
  std::string message{};
  std::string error{};
  std::string id_token{};

  bool operator==(const expected_body&) const = default;
};

struct row {
  std::string text;
  std::optional<expected_body> body{};  // none if the text is refused
};

row ok(std::string text, expected_body body = {}) { return {std::move(text), std::move(body)}; }
row bad(std::string text) { return {std::move(text)}; }

expected_body success() { return {.success = true}; }
expected_body token(std::string text) { return {.id_token = std::move(text)}; }
expected_body message(std::string text) { return {.message = std::move(text)}; }

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  while (count-- != 0) all += text;
  return all;
}

/// An object with `levels` levels, itself included, of arrays or of objects.
std::string arrays(std::size_t levels) { return "{\"a\":" + times(levels - 1, "[") + times(levels - 1, "]") + "}"; }
std::string objects(std::size_t levels) { return times(levels - 1, "{\"a\":") + "{}" + times(levels - 1, "}"); }

std::optional<expected_body> parse(std::string_view text) {
  const auto body = parse_response_body(text);
  if (!body) return std::nullopt;
  return body->id_token.with_exposed([&](std::string_view token) {
    return expected_body{body->success, body->message, body->error, std::string(token)};
  });
}

void check(const std::vector<row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 100));
    const auto body = parse(row.text);
    REQUIRE(body.has_value() == row.body.has_value());
    if (!body) continue;
    CHECK(body->success == row.body->success);
    CHECK(body->message == row.body->message);
    CHECK(body->error == row.body->error);
    CHECK(body->id_token == row.body->id_token);
  }
}

}  // namespace

TEST_CASE("parse_response_body: members of the right type are read, others are ignored") {
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

TEST_CASE("parse_response_body: a member that is read must not occur twice, however its name is escaped") {
  check({
      bad(R"({"success":true,"success":true})"),
      bad(R"({"success":true,"success":false})"),
      bad(R"({"success":1,"success":true})"),
      bad(R"({"success":true,"data":{},"success":true})"),
      bad(R"({"success":true,"succes\u0073":false})"),
      bad(R"({"\u0073uccess":true,"success":true})"),
      bad(R"({"message":"a","message":"b"})"),
      bad(R"({"message":"a","message":"a"})"),
      bad(R"({"message":1,"success":true,"m\u0065ssage":null})"),
      bad(R"({"error":"a","error":"b"})"),
      bad(R"({"error":{},"\u0065rror":"b"})"),
      bad(R"({"data":{},"data":{}})"),
      bad(R"({"data":1,"data":{"idToken":"t"}})"),
      bad(R"({"data":{"idToken":"t"},"data":null})"),
      bad(R"({"d\u0061ta":{},"data":{"idToken":"t"}})"),
      bad(R"({"data":{"idToken":"t","idToken":"t"}})"),
      bad(R"({"data":{"idToken":null,"idToken":"t"}})"),
      bad(R"({"data":{"idToken":"t","id\u0054oken":"u"}})"),
      ok(R"({"\u0073uccess":true})", success()),
      ok(R"({"d\u0061ta":{"id\u0054oken":"t"}})", token("t")),
      ok(R"({"success\u0000":true})"),
      ok(R"({"success\u0000":true,"success":false})", {.success = false}),
      ok(R"({"other":1,"other":2,"success":true})", success()),
      ok(R"({"message":"a","data":{"message":"b","message":"c"}})", message("a")),
      ok(R"({"idToken":"a","idToken":"b"})"),
  });
}

TEST_CASE("parse_response_body: a text that is not JSON, or not an object, is refused") {
  for (const auto text : json_texts::valid) {
    CAPTURE(text);
    CHECK(parse(text));
  }
  for (const auto text : json_texts::invalid) {
    CAPTURE(text);
    CHECK_FALSE(parse(text));
  }
  for (const auto text : json_texts::out_of_range) {
    CAPTURE(text);
    CHECK_FALSE(parse(text));
  }
  const std::string_view body = R"({"success":true,"message":"m","data":{"idToken":"t"}})";
  CHECK(parse(body) == expected_body{.success = true, .message = "m", .id_token = "t"});
  for (std::size_t size = 0; size != body.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse(body.substr(0, size)));
  }
  for (const std::string_view end : {"}", "x", "{}", ",", " null", "\xef\xbb\xbf"}) {
    CAPTURE(end);
    CHECK_FALSE(parse(std::string(body) + std::string(end)));
  }
  CHECK_FALSE(parse(std::string(body) + '\0'));
  CHECK_FALSE(parse("\xef\xbb\xbf" + std::string(body)));
}

TEST_CASE("parse_response_body: strings are decoded") {
  const std::string r = "\xef\xbf\xbd";
  check({
      ok(R"({"message":"a\"b\\c\/d\b\f\n\r\te"})", message("a\"b\\c/d\b\f\n\r\te")),
      ok(R"({"message":"\u0041\u00e9\u20AC\ud83d\ude00"})", message("A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")),
      ok(R"({"message":"a\u0000b"})", message("a\0b"s)),
      ok("{\"message\":\"\xe2\x82\xac\x7f\"}", message("\xe2\x82\xac\x7f")),
      ok(R"({"message":"a","error":"\u0062"})", {.message = "a", .error = "b"}),
      ok(R"({"data":{"idToken":"\u0061.b\/c"}})", token("a.b/c")),
      ok(R"({"message":"\ud83d"})", message(r)),  // unpaired surrogates
      ok(R"({"message":"\udc80x"})", message(r + "x")),
      ok(R"({"message":"\ude00\ud83d"})", message(r + r)),
      ok(R"({"message":"\ud83d\u0041"})", message(r + "A")),
      ok(R"({"other":"\ud83d","error":"no"})", {.error = "no"}),
  });
}

TEST_CASE("parse_response_body: at most 16 levels") {
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

TEST_CASE("parse_response_body: at most 64 KiB") {
  const auto padded = [](std::size_t size) {
    const auto text = R"({"success":true})"s;
    return text + std::string(size - text.size(), ' ');
  };
  const auto long_message = [](std::size_t size) {
    const auto text = R"({"message":""})"s;
    return std::string(text).insert(text.size() - 2, size - text.size(), 'a');
  };
  static_assert(response::max_body_size == 64 * 1024);
  constexpr auto most = response::max_body_size;
  const auto frame = R"({"message":""})"s.size();
  check({
      ok(padded(most - 1), success()),
      ok(padded(most), success()),
      bad(padded(most + 1)),
      ok(long_message(most), message(std::string(most - frame, 'a'))),
      bad(long_message(most + 1)),
  });
}
