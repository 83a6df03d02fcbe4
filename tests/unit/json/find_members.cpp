// SPDX-License-Identifier: BSL-1.0
#include "hubauth/json/find_members.hpp"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "json_texts.hpp"

namespace {

using namespace std::string_literals;
using hubauth::detail::find_members;
using hubauth::detail::json_errc;
using hubauth::detail::json_error;
using hubauth::detail::json_limits;
using hubauth::detail::json_type;
using hubauth::detail::json_value;

constexpr json_limits generous{1 << 20, 64};

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  while (count-- != 0) all += text;
  return all;
}

std::string string_of(const json_value& value) {
  return value.string.with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

/// The only value that is looked for.
json_value find(std::string_view text, std::string_view pointer) {
  auto found = find_members(text, {pointer}, generous);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  return std::move(found->front());
}

std::optional<json_error> error_of(std::string_view text, json_limits limits = generous,
                                   std::initializer_list<std::string_view> pointers = {"/a"}) {
  const auto found = find_members(text, pointers, limits);
  return found ? std::nullopt : std::optional(found.error());
}

void check_error(std::string_view text, json_errc kind, std::size_t offset) {
  const std::string shown(text);
  CAPTURE(shown);
  const auto error = error_of(text, generous, {"/a", "/data/token"});
  REQUIRE(error);
  CHECK(int(error->kind) == int(kind));
  CHECK(error->offset == offset);
}

/// Objects and arrays in turn, `levels` of them with the outermost object.
std::string nested(int levels) {
  const bool odd = levels % 2 != 0;
  const auto pairs = static_cast<std::size_t>((levels - 1) / 2);
  return times(pairs, "{\"a\":[") + (odd ? "{}" : "{\"a\":[]}") + times(pairs, "]}");
}

}  // namespace

TEST_CASE("find_members: every valid object is accepted") {
  static_assert(std::size(json_texts::valid) >= 100);
  for (const auto text : json_texts::valid) {
    CAPTURE(text);
    CHECK_FALSE(error_of(text, generous, {"/not/there"}));
  }
}

TEST_CASE("find_members: every other text is refused") {
  static_assert(std::size(json_texts::invalid) >= 200);
  for (const auto text : json_texts::invalid) {
    CAPTURE(text);
    const auto error = error_of(text);
    REQUIRE(error);
    CHECK(int(error->kind) != int(json_errc::too_deep));
    CHECK(int(error->kind) != int(json_errc::too_large));
    CHECK(int(error->kind) != int(json_errc::duplicate_member));
    CHECK(error->offset <= text.size());
  }
}

TEST_CASE("find_members: a number that is too large is an error of its own") {
  for (const auto text : json_texts::out_of_range) {
    CAPTURE(text);
    const auto error = error_of(text);
    REQUIRE(error);
    CHECK(int(error->kind) == int(json_errc::number_out_of_range));
  }
  check_error("{\"a\": 1" + times(400, "0") + "}", json_errc::number_out_of_range, 6);
  check_error("{\"a\": -1e999}", json_errc::number_out_of_range, 6);
  CHECK_FALSE(error_of("{\"a\":0." + times(4000, "0") + "1e-2147483647}"));
  CHECK_FALSE(error_of("{\"a\":0." + times(4000, "1") + "}"));
}

TEST_CASE("find_members: no part of an object is accepted, wherever it is cut off") {
  for (const auto text : json_texts::valid) {
    const auto end = text.rfind('}');
    for (std::size_t size = 0; size <= end; ++size) {
      const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view part(exact.data(), exact.size());
      CAPTURE(text.substr(0, size));
      CHECK(error_of(part));
    }
  }
}

TEST_CASE("find_members: any byte in place of any other gives an object or an error inside the text") {
  for (const auto text : json_texts::valid)
    for (std::size_t at = 0; at != text.size(); ++at)
      for (const char byte : "\"\\{}[]:,u0\x80\xf0"s + '\0') {
        auto changed = std::string(text);
        changed[at] = byte;
        if (const auto error = error_of(changed)) CHECK(error->offset <= changed.size());
      }
}

TEST_CASE("find_members: types") {
  const std::pair<std::string_view, json_type> rows[] = {
      {"null", json_type::null},
      {"true", json_type::boolean},
      {"false", json_type::boolean},
      {"0", json_type::number},
      {"-1.5e3", json_type::number},
      {"\"\"", json_type::string},
      {"\"null\"", json_type::string},
      {"{}", json_type::object},
      {"{\"b\":[1]}", json_type::object},
      {"[]", json_type::array},
      {"[[1],{\"a\":2}]", json_type::array},
  };
  for (const auto& [value, type] : rows)
    for (const std::string space : {"", " ", "\t\r\n "})
      for (const std::string end : {"", ",\"b\":0"}) {
        const auto text = "{\"a\"" + space + ":" + space + std::string(value) + space + end + "}";
        CAPTURE(text);
        const auto found = find(text, "/a");
        CHECK(int(found.type) == int(type));
        CHECK(found.boolean == (value == "true"));
        CHECK(text.substr(found.begin, found.end - found.begin) == value);
      }
}

TEST_CASE("find_members: what is missing") {
  for (const std::string_view text :
       {"{}", R"({"b":1})", R"({"A":1})", R"({"a ":1})", R"({"a\u0000":1})", R"({"":{"a":1}})", R"({"b":{"a":1}})",
        R"({"b":[{"a":1}]})", R"({"b":"a"})", R"({"/a":1})", R"({"aa":1})"}) {
    CAPTURE(text);
    const auto value = find(text, "/a");
    CHECK(int(value.type) == int(json_type::missing));
    CHECK(value.begin == 0);
    CHECK(value.end == 0);
    CHECK(value.string.empty());
  }
  for (const std::string_view text :
       {"{}", R"({"data":1})", R"({"data":null})", R"({"data":{}})", R"({"data":"token"})", R"({"token":1})",
        R"({"data":[{"token":1}]})", R"({"data":{"data":{"token":1}}})", R"({"data":{"x":{"token":1}}})",
        R"({"data":1,"x":{"token":1}})", R"({"data":{},"x":{"token":1}})", R"({"x":{"data":{"token":1}}})",
        R"({"x":[{"data":{"token":1}}],"data":[]})", R"({"data/token":1})", R"({"data":{"y":[1]},"x":{"token":1}})"}) {
    CAPTURE(text);
    CHECK(int(find(text, "/data/token").type) == int(json_type::missing));
  }
}

TEST_CASE("find_members: members of objects in the object") {
  const std::string text =
      R"( {"x":{"token":0}, "data" : {"x":[{"token":1}], "y":{"token":2}, "token" :"t", "z":{}}, "token":3, "ok":true})";
  const auto found = find_members(text, {"/ok", "/data/token", "/data", "/none", "/token", "/data/y/token"}, generous);
  REQUIRE(found);
  REQUIRE(found->size() == 6);
  const auto raw = [&](std::size_t i) { return text.substr((*found)[i].begin, (*found)[i].end - (*found)[i].begin); };
  CHECK((*found)[0].boolean);
  CHECK(raw(0) == "true");
  CHECK(string_of((*found)[1]) == "t");
  CHECK(raw(1) == "\"t\"");
  CHECK(int((*found)[2].type) == int(json_type::object));
  CHECK(raw(2) == R"({"x":[{"token":1}], "y":{"token":2}, "token" :"t", "z":{}})");
  CHECK(int((*found)[3].type) == int(json_type::missing));
  CHECK(raw(4) == "3");
  CHECK(raw(5) == "2");
}

TEST_CASE("find_members: an object without requested members is validated too") {
  const auto found = find_members("{\"a\":1,\"a\":2}", {}, generous);
  REQUIRE(found);
  CHECK(found->empty());
  CHECK_FALSE(find_members("{\"a\":1,}", {}, generous));
}

TEST_CASE("find_members: strings are decoded") {
  const std::pair<std::string_view, std::string> rows[] = {
      {R"("")", ""},
      {R"("key")", "key"},
      {R"("k\u0065y")", "key"},
      {R"("a\"b\\c\/d\b\f\n\r\te")", "a\"b\\c/d\b\f\n\r\te"},
      {R"("a\u0000b")", "a\0b"s},
      {R"("\u00e9\u20AC\ud83d\uDE00")", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {R"("\\ud800")", "\\ud800"},
      {R"("\\\\ud800\\")", "\\\\ud800\\"},
      {R"("a:b,c}d]e{")", "a:b,c}d]e{"},
  };
  for (const auto& [value, decoded] : rows) {
    const auto text = "{\"b\":[\"x\"], \"\\u0061\" : " + std::string(value) + ",\"c\":\"y\"}";
    CAPTURE(text);
    const auto found = find(text, "/a");
    CHECK(string_of(found) == decoded);
    CHECK(text.substr(found.begin, found.end - found.begin) == value);
  }
  const auto longest = times(100'000, "k");
  CHECK(string_of(find("{\"a\":\"" + longest + "\"}", "/a")) == longest);
}

TEST_CASE("find_members: the escape of an unpaired surrogate decodes to U+FFFD") {
  const std::string r = "\xef\xbf\xbd";
  const std::pair<std::string_view, std::string> rows[] = {
      {R"("\ud800")", r},
      {R"("\uDBFF")", r},
      {R"("\udc80")", r},
      {R"("\uDFFF")", r},
      {R"("x\ud800y")", "x" + r + "y"},
      {R"("\ud800\n")", r + "\n"},
      {R"("\ud800\\")", r + "\\"},
      {R"("\ud800\u0041")", r + "A"},
      {R"("\ud800\ud83d\ude00")", r + "\xf0\x9f\x98\x80"},
      {R"("\ud83d\ude00\ude00")", "\xf0\x9f\x98\x80" + r},
      {R"("\udc00\ud800")", r + r},
      {R"("\\\udc80")", "\\" + r},
      {R"("\ud7ff\ue000")", "\xed\x9f\xbf\xee\x80\x80"},
  };
  for (const auto& [value, decoded] : rows) {
    const auto text = "{\"\\udc80\":\"\\udc80\",\"a\":" + std::string(value) + "}";
    CAPTURE(text);
    const auto found = find(text, "/a");
    CHECK(string_of(found) == decoded);
    CHECK(text.substr(found.begin, found.end - found.begin) == value);
  }
}

TEST_CASE("find_members: a requested name that occurs twice is an error, however it is escaped") {
  check_error(R"({"a":1,"a":1})", json_errc::duplicate_member, 7);
  check_error(R"({"a":1,"a":})", json_errc::duplicate_member, 7);
  check_error(R"({"a":null, "\u0061":1})", json_errc::duplicate_member, 11);
  check_error(R"({"\u0061":{"a":2},"b":[{"a":3}], "a":1})", json_errc::duplicate_member, 33);
  check_error(R"({"data":1,"data":{"token":"t"}})", json_errc::duplicate_member, 10);
  check_error(R"({"data":{"token":"t"},"data":{}})", json_errc::duplicate_member, 22);
  check_error(R"({"data":{},"d\u0061ta":[]})", json_errc::duplicate_member, 11);
  check_error(R"({"data":{"token":"t","token":"t"}})", json_errc::duplicate_member, 21);
  check_error(R"({"data":{"token":{"token":1},"tok\u0065n":"t"}})", json_errc::duplicate_member, 29);
  for (const std::string_view text : {
           R"({"b":1,"b":1})",
           R"({"token":1,"token":2})",
           R"({"a":{"a":1,"a":2}})",
           R"({"a":[{"a":1,"a":2}]})",
           R"({"data":{"data":1,"data":2}})",
           R"({"data":{"a":1,"a":2},"a":3})",
           R"({"data":[{"token":1,"token":2}]})",
           R"({"data":{"x":{"token":1},"y":{"token":2}}})",
           R"({"x":{"data":{}},"data":{}})",
           R"({"a\u0000":1,"a":1})",
       }) {
    CAPTURE(text);
    CHECK_FALSE(error_of(text, generous, {"/a", "/data/token"}));
  }
}

TEST_CASE("find_members: errors and where they are") {
  check_error("", json_errc::syntax_error, 0);
  check_error(" \n", json_errc::syntax_error, 2);
  check_error("\xef\xbb\xbf{}", json_errc::syntax_error, 0);
  check_error("{\"a\":1", json_errc::syntax_error, 6);
  check_error("{\"a\":1,}", json_errc::syntax_error, 7);
  check_error("{\"a\":1}x", json_errc::syntax_error, 7);
  check_error("{\n  \"a\": 1\n  \"b\": 2\n}", json_errc::syntax_error, 13);
  check_error("{\"a\":\"\\x\"}", json_errc::syntax_error, 6);
  check_error("{\"a\":\"\\ud8zz\"}", json_errc::syntax_error, 6);
  check_error("{\"a\":\"\n\"}", json_errc::syntax_error, 6);
  check_error("{\"a\":\"b", json_errc::syntax_error, 7);
  check_error("{\"\\udc80\":\"\\udc80\",\"a\":01}", json_errc::syntax_error, 24);  // after a replaced escape

  check_error("[]", json_errc::not_an_object, 0);
  check_error(" \n[{\"a\":1}]", json_errc::not_an_object, 2);
  check_error(" null", json_errc::not_an_object, 1);
  check_error("\"a\"", json_errc::not_an_object, 0);
  check_error("-15 ", json_errc::not_an_object, 0);
  check_error("\ttrue", json_errc::not_an_object, 1);
  check_error("nul", json_errc::syntax_error, 3);

  check_error("{\"a\":\"\xff\"}", json_errc::invalid_utf8, 6);
  check_error("{\"a\":\"\xc3\xa9\xe2\x82\"}", json_errc::invalid_utf8, 8);
  check_error("{\"a\":\"\xed\xa0\x80\"}", json_errc::invalid_utf8, 6);
  check_error("{} \xf0\x9f\x98", json_errc::invalid_utf8, 3);
  check_error("[\xff", json_errc::invalid_utf8, 1);

  check_error("{\"a\":\"\0\"}"s, json_errc::contains_nul, 6);
  check_error("{}\0"s, json_errc::contains_nul, 2);
  check_error("\0"s, json_errc::contains_nul, 0);
  check_error("\xff\xfe{\0}\0"s, json_errc::contains_nul, 3);
}

TEST_CASE("find_members: levels up to the limit") {
  for (const int limit : {1, 2, 16, 64, 512}) {
    CAPTURE(limit);
    const json_limits limits{1 << 20, limit};
    CHECK_FALSE(error_of(nested(limit), limits));
    const auto error = error_of(nested(limit + 1), limits);
    REQUIRE(error);
    CHECK(int(error->kind) == int(json_errc::too_deep));
    CHECK(error->offset == nested(limit + 1).find_first_of("}]") - 1);
  }
  CHECK_FALSE(error_of("{" + times(100, "\"b\":[[{}]],") + "\"c\":{\"d\":{\"e\":[]}}}", {1 << 20, 4}));
  for (const std::string_view level : {"[", "{\"a\":"}) {
    const auto error = error_of("{\"a\":" + times(200'000, level), {2 << 20, 64});
    REQUIRE(error);
    CHECK(*error == json_error{json_errc::too_deep, 5 + 63 * level.size()});
  }
}

TEST_CASE("find_members: bytes up to the limit") {
  const auto padded = [](std::size_t size) { return "{\"a\":true}" + std::string(size - 10, ' '); };
  for (const auto limit : {std::size_t{10}, std::size_t{64}, std::size_t{65'536}}) {
    CAPTURE(limit);
    CHECK_FALSE(error_of(padded(limit), {limit, 1}));
    const auto error = error_of(padded(limit + 1), {limit, 1});
    REQUIRE(error);
    CHECK(*error == json_error{json_errc::too_large, limit});
  }
  CHECK(error_of("{}", {0, 1}));
}

TEST_CASE("find_members: offsets are good for splicing") {
  for (const std::string_view old : {"\"k\"", "\"\\u006b\"", "null", "\"\"", "15", "{\"k\":[1]}", "[{}]"})
    for (const std::string_view start :
         {"{\"a\":", "{ \"\\u0061\"\t:\r\n ", "{\"b\":{\"a\":[]},\"a\" : ", "\n{\"\xc3\xa9\":\"\\udc80\",\"a\":"})
      for (const std::string_view end : {"}", " }\n", ",\"c\":1e5}", " , \"c\" : \"a\" }"}) {
        const auto text = std::string(start) + std::string(old) + std::string(end);
        CAPTURE(text);
        const auto found = find(text, "/a");
        CHECK(found.begin == start.size());
        CHECK(found.end == start.size() + old.size());
      }
}
