// SPDX-License-Identifier: BSL-1.0
#include "hubauth/protocol/check_response.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
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
using namespace std::string_view_literals;

/// What a body says, whatever the status.
enum kind_of_body : std::size_t {
  accepting,   ///< "success": true, no token
  with_token,  ///< "success": true and a token
  rejecting,   ///< "success": false
  verification_failed,   ///< an object without a boolean "success"
  unreadable,  ///< not one JSON object
  too_large,
  kinds_of_body,
};

std::string nested(std::size_t depth) {
  return "{\"success\":true,\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

std::string padded(std::size_t size) {
  const auto text = R"({"success":true})"s;
  return text + std::string(size - text.size(), ' ');
}

const std::array<std::vector<std::string>, kinds_of_body>& bodies() {
  static const std::array<std::vector<std::string>, kinds_of_body> all{{
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

/// What is given when the response is accepted.
constexpr std::string_view accepted = "accepted";

std::string_view text_of(const std::error_code& code) {
  return code.category() == error_category() ? to_string(static_cast<errc>(code.value())) : "of a foreign category";
}

template <class T>
std::string_view verdict(const result<T>& judged) {
  return judged ? accepted : text_of(judged.error().code);
}

/// What the bodies of each kind mean with these statuses.
struct row {
  std::vector<int> statuses;
  std::array<std::string_view, kinds_of_body> verdicts;
};

constexpr auto bad = "invalid_response"sv;
constexpr auto large = "response_too_large"sv;

std::array<std::string_view, kinds_of_body> always(std::string_view verdict) {
  std::array<std::string_view, kinds_of_body> all;
  all.fill(verdict);
  return all;
}

template <class Judge>
void check(const std::vector<row>& rows, Judge check_response) {
  for (const auto& [statuses, verdicts] : rows)
    for (int status : statuses)
      for (std::size_t kind = 0; kind != kinds_of_body; ++kind)
        for (const auto& body : bodies()[kind]) {
          CAPTURE(status);
          CAPTURE(body.substr(0, 80));
          response answer{status, body};
          CHECK(verdict(check_response(answer, 0)) == verdicts[kind]);
        }
}

const std::vector<int> no_statuses{99, 0, -1, -200, 600, 601, 999};  // below 100 and above 599 is no status of HTTP
const std::vector<int> redirections{300, 301, 302, 303, 304, 307, 308, 399};
const std::vector<int> failures{408, 500, 501, 502, 503, 504, 599};
const std::vector<int> others{400, 402, 404, 405, 407, 409, 418, 422, 428, 430, 451, 499};

TEST_CASE("check_response: a response of HUB") {
  check(
      {
          {{200, 201, 202, 204, 299}, {accepted, accepted, "rejected", bad, bad, large}},
          {{100, 101, 199}, {bad, bad, "rejected", bad, bad, large}},
          {others, {bad, bad, "rejected", bad, bad, large}},
          {{401, 403}, always("rejected")},
          {redirections, always("unexpected_redirect")},
          {failures, always("server_error")},
          {{429}, always("rate_limited")},
          {no_statuses, {bad, bad, bad, bad, bad, large}},
      },
      [](response& answer, std::int64_t now) { return detail::check_hub_response(answer, now); });
}

TEST_CASE("check_response: a response of the Platform") {
  check(
      {
          {{200}, {accepted, accepted, accepted, accepted, bad, large}},
          {{201, 202, 204, 299, 100, 101, 199}, {bad, bad, bad, bad, bad, large}},
          {others, {bad, bad, bad, bad, bad, large}},
          {{401, 403}, always("rejected")},
          {redirections, always("unexpected_redirect")},
          {failures, always("server_error")},
          {{429}, always("rate_limited")},
          {no_statuses, {bad, bad, bad, bad, bad, large}},
      },
      [](response& answer, std::int64_t now) { return detail::check_platform_response(answer, now); });
}

TEST_CASE("check_response: HUB's response to a browser's cookies") {
  constexpr auto none = "no_browser_session"sv;
  check(
      {
          {{200, 201, 202, 204, 299}, {none, accepted, none, none, bad, large}},
          {{100, 101, 199}, {bad, bad, none, bad, bad, large}},
          {others, {bad, bad, none, bad, bad, large}},
          {{401, 403}, always(none)},
          {redirections, always("unexpected_redirect")},
          {failures, always("server_error")},
          {{429}, always("rate_limited")},
          {no_statuses, {bad, bad, bad, bad, bad, large}},
      },
      [](response& answer, std::int64_t now) { return detail::parse_hub_token_response(answer, now); });
}

TEST_CASE("check_response: a error_info carries the service's message, without control characters") {
  struct {
    int status;
    std::string body;
    std::string_view by_hub, by_platform;
  } const table[]{
      {401, R"({"message":"no such key","error":"gone"})", "no such key", "gone"},
      {400, R"({"success":false,"message":"no\u001b[31m\nkey","error":"go\u0000ne"})", "no[31mkey", "gone"},
      {404, R"({"message":"not here","error":"gone"})", "not here", "gone"},
      {500, R"({"message":"oops","error":"ouch"})", "oops", "ouch"},
      {302, R"({"message":"over there","error":"there"})", "over there", "there"},
      {429, R"({"message":"slowly","error":"wait"})", "slowly", "wait"},
      {403, R"({"message":["no"],"error":{"message":"no"}})", "", ""},
      {401, R"({"data":{"message":"no","error":"no"}})", "", ""},
      {401, "<html>message</html>", "", ""},
      {404, "<html>message</html>", "", ""},
      {401, "", "", ""},
  };
  for (const auto& of : table) {
    CAPTURE(of.status);
    CAPTURE(of.body);
    response answer{of.status, of.body};
    const auto hub = detail::check_hub_response(answer, 0);
    REQUIRE_FALSE(hub);
    CHECK(hub.error().detail == of.by_hub);

    answer.body = of.body;
    const auto platform = detail::check_platform_response(answer, 0);
    REQUIRE_FALSE(platform);
    CHECK(platform.error().detail == of.by_platform);

    answer.body = of.body;
    const auto token = detail::parse_hub_token_response(answer, 0);
    REQUIRE_FALSE(token);
    CHECK(token.error().detail == of.by_hub);
  }

  response verification_failed{200, R"({"message":"hello","error":"well"})"};
  CHECK(detail::check_hub_response(verification_failed, 0).error().detail == "hello");
  response without_token{200, R"({"success":true,"message":"log in first"})"};
  CHECK(detail::parse_hub_token_response(without_token, 0).error().detail == "log in first");
  response undecided_token{200, R"({"message":"hello","data":{"idToken":"to.ken"}})"};
  const auto undecided_verdict = detail::parse_hub_token_response(undecided_token, 0);
  CHECK(verdict(undecided_verdict) == bad);
  CHECK(undecided_verdict.error().detail == "hello");
}

TEST_CASE("check_response: only a limit that was exceeded has a time") {
  for (int status : {200, 302, 400, 401, 404, 408, 429, 503}) {
    CAPTURE(status);
    const response template_of{status, "{}", "7", "1000"};
    const auto time = status == 429 ? std::optional<std::int64_t>(7) : std::nullopt;

    auto answer = template_of;
    CHECK(detail::check_hub_response(answer, 0).error().retry_after == time);
    answer = template_of;
    CHECK(detail::parse_hub_token_response(answer, 0).error().retry_after == time);
    answer = template_of;
    answer.body = "[]";
    CHECK(detail::check_platform_response(answer, 0).error().retry_after == time);
  }

  response with_reset{429, "", "", "1000"};
  CHECK(detail::check_hub_response(with_reset, 990).error().retry_after == 10);
  response with_both{429, "", "soon", "1000"};
  CHECK(detail::check_platform_response(with_both, 400).error().retry_after == 600);
  response with_date{429, "", "Thu, 01 Jan 1970 00:01:00 GMT", ""};
  CHECK(detail::check_hub_response(with_date, 20).error().retry_after == 40);
  response with_nothing{429, R"({"success":false})"};
  CHECK_FALSE(detail::check_hub_response(with_nothing, 0).error().retry_after.has_value());
}

TEST_CASE("check_response: the token is the one in the response") {
  for (const auto& text : {"t"s, "a.b-c_d~e+f/g="s, "ul_t"s, std::string(8192, 't')}) {
    CAPTURE(text.size());
    response answer{200, R"({"success":true,"data":{"idToken":")" + text + "\"}}"};
    const auto token = detail::parse_hub_token_response(answer, 0);
    REQUIRE(token);
    CHECK(token->with_exposed([](std::string_view it) { return std::string(it); }) == text);
  }
  response escaped{200, R"({"success":true,"data":{"id\u0054oken":"t\u006f\/k"}})"};
  const auto token = detail::parse_hub_token_response(escaped, 0);
  REQUIRE(token);
  CHECK(token->with_exposed([](std::string_view it) { return it == "to/k"; }));
}

TEST_CASE("check_response: a token that can't be one makes the response a bad one") {
  for (const auto& text : {" "s, "to ken"s, " t"s, "t\\n"s, "t\\u0000"s, "t\\u00e9"s, "t\\\""s, "t\x7f"s, "t\xc3\xa9"s,
                           std::string(8193, 't')}) {
    CAPTURE(text.substr(0, 20));
    response answer{200, R"({"success":true,"data":{"idToken":")" + text + "\"}}"};
    const auto token = detail::parse_hub_token_response(answer, 0);
    CHECK(verdict(token) == bad);
    CHECK(token.error().detail == "the id token in it can't be one");
  }
}

TEST_CASE("check_response: a message that repeats the token does not get through with it") {
  struct {
    int status;
    std::string_view success;
  } const table[]{{401, "true"}, {200, "false"}, {404, "true"}, {500, "true"}, {429, "true"}, {302, "true"}};
  for (const auto& of : table) {
    CAPTURE(of.status);
    response answer{of.status, R"({"message":"to.ken: to.\u0007ken!","data":{"idToken":"to.ken"},"success":)" +
                                std::string(of.success) + "}"};
    const auto token = detail::parse_hub_token_response(answer, 0);
    REQUIRE_FALSE(token);
    CHECK(token.error().detail == "[redacted]: [redacted]!");
  }
}

TEST_CASE("check_response: the body that may hold a token is wiped") {
  for (std::string_view text : {R"({"success":true,"data":{"idToken":"to.ken.of.a.browser"}})"sv,
                                R"({"success":false,"data":{"idToken":"to.ken.of.a.browser"}})"sv,
                                R"({"success":true,"data":{"idToken":"to.ken.of.a.browser"})"sv}) {
    for (int status : {200, 401, 500}) {
      CAPTURE(std::string(text));
      CAPTURE(status);
      response answer{status, std::string(text)};
      const char* bytes = answer.body.data();
      const auto capacity = answer.body.capacity();
      static_cast<void>(detail::parse_hub_token_response(answer, 0));
      CHECK(answer.body.empty());
      CHECK(std::string_view(bytes, capacity).find_first_not_of('\0') == std::string_view::npos);
    }
  }
}

}  // namespace
