// SPDX-License-Identifier: BSL-1.0
#include "hubauth/protocol/check_response.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::string_literals;
using namespace std::string_view_literals;

/// What a body contains.
enum body_kind : std::size_t {
  success,       ///< an object with "success": true, without a token
  token,         ///< an object with "success": true and a token
  failure,       ///< an object with "success": false
  other_object,  ///< an object without a boolean "success"
  unreadable,    ///< not one JSON object
  too_large,
  body_kinds,
};

std::string nested(std::size_t depth) {
  return "{\"success\":true,\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

std::string padded(std::size_t size) {
  const auto text = R"({"success":true})"s;
  return text + std::string(size - text.size(), ' ');
}

const std::array<std::vector<std::string>, body_kinds>& bodies() {
  static const std::array<std::vector<std::string>, body_kinds> all{{
      {
          R"({"success":true})",
          R"({"success": true, "message": "welcome", "a": [1, {"success": false}]})",
          R"({"success":true,"data":{}})",
          R"({"success":true,"data":{"idToken":null}})",
          R"({"success":true,"data":{"idToken":""}})",
          R"({"success":true,"data":{"idToken":7}})",
          R"({"success":true,"data":"to.ken"})",
          R"({"success":true,"idToken":"to.ken"})",
          nested(16),
          padded(response::max_body_size),
      },
      {
          R"({"success":true,"data":{"idToken":"to.ken"}})",
          R"({"data":{"idToken":"to.ken","other":1},"other":{},"success":true})",
      },
      {
          R"({"success":false})",
          R"({"success":false,"message":"no"})",
          R"({"success":false,"data":{"success":true}})",
          R"({"success":false,"data":{"idToken":"to.ken"}})",
      },
      {
          "{}",
          R"({"message":"hello"})",
          R"({"success":null})",
          R"({"success":1})",
          R"({"success":0})",
          R"({"success":"true"})",
          R"({"success":"false"})",
          R"({"success":[true]})",
          R"({"Success":true})",
          R"({"data":{"success":true}})",
          R"({"error":"not found"})",
      },
      {
          "",
          " ",
          "<html>",
          "<!DOCTYPE html><html><body>Access denied</body></html>",
          "text",
          "null",
          "true",
          "[]",
          R"([{"success":true}])",
          R"({"success":true)",
          R"({"success":true}x)",
          R"({"success":true,"success":true})",
          R"({"success":false,"success":false})",
          "{\"success\":true}\0"s,
          "{\"success\":true,\"message\":\"\xff\"}",
          "\xef\xbb\xbf{\"success\":true}",
          nested(17),
          std::string(response::max_body_size, 'x'),
      },
      {padded(response::max_body_size + 1), std::string(response::max_body_size + 1, 'x')},
  }};
  return all;
}

constexpr std::string_view accepted = "accepted";

/// The name of the error; `accepted` if there is none.
template <class T>
std::string_view outcome(const result<T>& checked) {
  if (checked) return accepted;
  const auto& code = checked.error().code;
  return code.category() == error_category() ? to_string(static_cast<errc>(code.value())) : "another category";
}

/// Seconds since 1970.
std::chrono::system_clock::time_point at(long seconds) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

using detail::check_hub_response;
using detail::check_platform_response;
using detail::parse_hub_token_response;

/// The outcome for each kind of body, with each of these statuses.
struct row {
  std::vector<int> statuses;
  std::array<std::string_view, body_kinds> outcomes;
};

constexpr auto invalid = "invalid_response"sv;
constexpr auto large = "response_too_large"sv;
constexpr auto rejected = "rejected"sv;

std::array<std::string_view, body_kinds> always(std::string_view outcome) {
  std::array<std::string_view, body_kinds> all;
  all.fill(outcome);
  return all;
}

template <class Check>
void check(const std::vector<row>& rows, Check check_response) {
  for (const auto& [statuses, outcomes] : rows)
    for (int status : statuses)
      for (std::size_t kind = 0; kind != body_kinds; ++kind)
        for (const auto& body : bodies()[kind]) {
          CAPTURE(status);
          CAPTURE(body.substr(0, 80));
          CHECK(outcome(check_response(response{status, body}, at(0))) == outcomes[kind]);
        }
}

const std::vector<int> not_statuses{99, 0, -1, -200, 600, 601, 999};  // HTTP's statuses are 100 to 599
const std::vector<int> redirections{300, 301, 302, 303, 304, 307, 308, 399};
const std::vector<int> server_errors{408, 500, 501, 502, 503, 504, 510, 512, 599};
const std::vector<int> others{400, 402, 404, 405, 407, 409, 418, 422, 428, 430, 451, 499};

}  // namespace

TEST_CASE("check_response: a response of HUB") {
  check(
      {
          {{200, 201, 202, 204, 299}, {accepted, accepted, rejected, invalid, invalid, large}},
          {{100, 101, 199}, {invalid, invalid, rejected, invalid, invalid, large}},
          {others, {invalid, invalid, rejected, invalid, invalid, large}},
          {{401, 403}, {rejected, rejected, rejected, rejected, invalid, large}},
          {redirections, always("unexpected_redirect")},
          {server_errors, always("server_error")},
          {{429}, always("rate_limited")},
          {{511}, always("captive_portal")},
          {not_statuses, {invalid, invalid, invalid, invalid, invalid, large}},
      },
      check_hub_response);
}

TEST_CASE("check_response: a response of the Platform") {
  check(
      {
          {{200}, {accepted, accepted, accepted, accepted, invalid, large}},
          {{201, 202, 204, 299, 100, 101, 199}, {invalid, invalid, invalid, invalid, invalid, large}},
          {others, {invalid, invalid, invalid, invalid, invalid, large}},
          {{401, 403}, {rejected, rejected, rejected, rejected, invalid, large}},
          {redirections, always("unexpected_redirect")},
          {server_errors, always("server_error")},
          {{429}, always("rate_limited")},
          {{511}, always("captive_portal")},
          {not_statuses, {invalid, invalid, invalid, invalid, invalid, large}},
      },
      check_platform_response);
}

TEST_CASE("check_response: HUB's response to a browser's cookies") {
  constexpr auto none = "no_browser_session"sv;
  check(
      {
          {{200, 201, 202, 204, 299}, {none, accepted, none, none, invalid, large}},
          {{100, 101, 199}, {invalid, invalid, none, invalid, invalid, large}},
          {others, {invalid, invalid, none, invalid, invalid, large}},
          {{401, 403}, {none, none, none, none, invalid, large}},
          {redirections, always("unexpected_redirect")},
          {server_errors, always("server_error")},
          {{429}, always("rate_limited")},
          {{511}, always("captive_portal")},
          {not_statuses, {invalid, invalid, invalid, invalid, invalid, large}},
      },
      parse_hub_token_response);
}

TEST_CASE("check_response: an error has the service's message, as it was sent") {
  struct {
    int status;
    std::string body;
    std::string_view hub, platform;
  } const table[]{
      {401, R"({"message":"no such key","error":"gone"})", "no such key", "gone"},
      {400, R"({"success":false,"message":"no\u001b[31m\nkey","error":"go\u0007ne"})", "no\x1b[31m\nkey", "go\x07ne"},
      {404, R"({"message":"not here","error":"gone"})", "not here", "gone"},
      {500, R"({"message":"oops","error":"ouch"})", "oops", "ouch"},
      {511, R"({"message":"sign in","error":"first"})", "sign in", "first"},
      {302, R"({"message":"over there","error":"there"})", "over there", "there"},
      {429, R"({"message":"slowly","error":"wait"})", "slowly", "wait"},
      {200, R"({"success":false,"message":"no"})", "no", ""},
      {403, R"({"message":["no"],"error":{"message":"no"}})", "", ""},
      {401, R"({"data":{"message":"no","error":"no"}})", "", ""},
      {401, "<html>message</html>", "", ""},
      {404, "<html>message</html>", "", ""},
      {401, "", "", ""},
  };
  for (const auto& row : table) {
    CAPTURE(row.status);
    CAPTURE(row.body);
    const auto hub = check_hub_response({row.status, row.body}, at(0));
    REQUIRE_FALSE(hub);
    CHECK(hub.error().detail == row.hub);

    if (row.status == 200) continue;
    const auto platform = check_platform_response({row.status, row.body}, at(0));
    REQUIRE_FALSE(platform);
    CHECK(platform.error().detail == row.platform);
  }
}

TEST_CASE("check_response: no message is cut, so that a credential in it is still found") {
  const std::string message(2000, 'a');
  const auto checked = check_hub_response({401, "{\"message\":\"" + message + "\"}"}, at(0));
  REQUIRE_FALSE(checked);
  CHECK(checked.error().detail == message);
}

TEST_CASE("check_response: why a browser's cookies return no token") {
  struct {
    std::string_view body, message;
  } const table[]{
      {R"({"success":true,"message":"log in first"})", "log in first"},
      {R"({"success":false,"message":"log\n in first"})", "log in first"},
      {R"({"message":"hello","data":{"idToken":"to.ken"}})", "hello"},
  };
  for (const auto& row : table) {
    CAPTURE(std::string(row.body));
    const auto token = parse_hub_token_response({200, std::string(row.body)}, at(0));
    REQUIRE_FALSE(token);
    CHECK(token.error().detail == row.message);
  }
}

TEST_CASE("check_response: only a rate limit has a time") {
  for (int status : {200, 302, 400, 401, 404, 408, 429, 503, 511}) {
    CAPTURE(status);
    const auto with = [&](std::string body) { return response{status, std::move(body), "7", "1000"}; };
    const auto time = status == 429 ? std::optional(std::chrono::seconds(7)) : std::nullopt;
    CHECK(check_hub_response(with("{}"), at(0)).error().retry_after == time);
    CHECK(parse_hub_token_response(with("{}"), at(0)).error().retry_after == time);
    CHECK(check_platform_response(with("[]"), at(0)).error().retry_after == time);
  }

  const auto delay = [](std::string retry_after, std::string rate_limit_reset, long now) {
    const response response{429, R"({"success":false})", std::move(retry_after), std::move(rate_limit_reset)};
    const auto requested = check_hub_response(hubauth::response(response), at(now)).error().retry_after;
    return requested ? requested->count() : -1;
  };
  CHECK(delay("", "1000", 990) == 10);
  CHECK(delay("soon", "1000", 400) == 600);
  CHECK(delay("Thu, 01 Jan 1970 00:01:00 GMT", "", 20) == 40);
  CHECK(delay("", "", 0) == -1);
}

TEST_CASE("check_response: the token is the one in the response") {
  const auto parse = [](const std::string& body) {
    const auto token = parse_hub_token_response({200, body}, at(0));
    REQUIRE(token);
    return token->with_exposed([](std::string_view text) { return std::string(text); });
  };
  for (const auto& text : {"t"s, "a.b-c_d~e+f/g="s, "ul_t"s, std::string(max_id_token_size, 't')}) {
    CAPTURE(text.size());
    CHECK(parse(R"({"success":true,"data":{"idToken":")" + text + "\"}}") == text);
  }
  CHECK(parse(R"({"success":true,"data":{"id\u0054oken":"t\u006f\/k"}})") == "to/k");
}

TEST_CASE("check_response: a malformed token makes the response invalid") {
  for (const auto& text : {" "s, "to ken"s, " t"s, "t\\n"s, "t\\u0000"s, "t\\u00e9"s, "t\\\""s, "t\x7f"s, "t\xc3\xa9"s,
                           std::string(max_id_token_size + 1, 't')}) {
    CAPTURE(text.substr(0, 20));
    const auto token = parse_hub_token_response({200, R"({"success":true,"data":{"idToken":")" + text + "\"}}"}, at(0));
    CHECK(outcome(token) == invalid);
    CHECK(token.error().detail == "its id token is malformed");
  }
}

TEST_CASE("check_response: a token that a message repeats is redacted") {
  struct {
    int status;
    std::string_view success;
  } const table[]{{401, "true"}, {200, "false"}, {404, "true"}, {500, "true"},
                  {429, "true"}, {302, "true"},  {511, "true"}};
  for (const auto& row : table) {
    CAPTURE(row.status);
    const auto token = parse_hub_token_response(
        {row.status, R"({"message":"to.ken: to.\u0007ken!","data":{"idToken":"to.ken"},"success":)" +
                         std::string(row.success) + "}"},
        at(0));
    REQUIRE_FALSE(token);
    CHECK(token.error().detail == "[redacted]: [redacted]!");
  }
}

TEST_CASE("check_response: the body that may contain a token is wiped") {
  for (std::string_view text : {R"({"success":true,"data":{"idToken":"to.ken.of.a.browser"}})"sv,
                                R"({"success":false,"data":{"idToken":"to.ken.of.a.browser"}})"sv,
                                R"({"success":true,"data":{"idToken":"to.ken.of.a.browser"})"sv}) {
    for (int status : {200, 401, 500}) {
      CAPTURE(std::string(text));
      CAPTURE(status);
      response response{status, std::string(text)};
      const char* bytes = response.body.data();
      const auto capacity = response.body.capacity();
      static_cast<void>(parse_hub_token_response(std::move(response), at(0)));
      CHECK(response.body.empty());
      CHECK(std::string_view(bytes, capacity).find_first_not_of('\0') == std::string_view::npos);
    }
  }
}
