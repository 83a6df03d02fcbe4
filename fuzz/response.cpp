// SPDX-License-Identifier: BSL-1.0
//
// Oracle: the outcome of each service's check_response follows from the status and from what nlohmann's parser finds in
// the body.
//
// Input: the status, Retry-After and X-RateLimit-Reset in one line each, then the body.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hubauth/protocol/check_response.hpp"
#include "target.hpp"

namespace {

using hubauth::errc;
using hubauth::response;
using nlohmann::json;

/// What sign-in reads of a body, found by nlohmann's SAX parser.
struct facts : nlohmann::json_sax<json> {
  bool is_object = false;
  std::size_t depth = 0;
  bool repeated = false;  ///< a member that is read occurs twice
  std::optional<bool> success{};
  std::string message{}, error{}, token{};
  bool out_of_range = false;  ///< a number that the two parsers may treat differently: RapidJSON refuses even 0e999

  bool null() override { return value(); }
  bool boolean(bool value_is) override {
    if (is_at("success")) success = value_is;
    return value();
  }
  bool number_integer(json::number_integer_t) override { return value(); }
  bool number_unsigned(json::number_unsigned_t) override { return value(); }
  bool number_float(json::number_float_t, const json::string_t& text) override {
    const auto exponent = text.find_first_of("eE");
    if (exponent != std::string::npos && text.size() - exponent > 3) out_of_range = true;
    return value();
  }
  bool string(json::string_t& text) override {
    if (is_at("message")) message = text;
    if (is_at("error")) error = text;
    if (is_at_token()) token = text;
    return value();
  }
  bool binary(json::binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter('{'); }
  bool start_array(std::size_t) override { return enter('['); }
  bool key(json::string_t& name) override {
    path.back() = brackets.find('[') == std::string::npos ? name : "";
    for (const char* member : {"success", "message", "error", "data"})
      if (is_at(member)) repeated = !members.insert(member).second || repeated;
    if (is_at_token()) repeated = !members.insert("data/idToken").second || repeated;
    return true;
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& exception) override {
    constexpr int number_out_of_range = 406;
    out_of_range = out_of_range || exception.id == number_out_of_range;
    return false;
  }

 private:
  std::vector<std::string> path{};
  std::set<std::string> members{};
  std::string brackets{};

  bool is_at(std::string_view name) const { return path.size() == 1 && path[0] == name; }
  bool is_at_token() const { return path.size() == 2 && path[0] == "data" && path[1] == "idToken"; }
  bool value() {
    if (path.empty()) is_object = false;
    return true;
  }
  bool enter(char bracket) {
    if (path.empty()) is_object = bracket == '{';
    brackets += bracket;
    path.emplace_back();
    depth = std::max(depth, path.size());
    return true;
  }
  bool leave() {
    brackets.pop_back();
    path.pop_back();
    return true;
  }
};

/// The error that the status alone determines; none if the body decides.
std::optional<errc> error_for_status(int status) {
  if (status / 100 == 3) return errc::unexpected_redirect;
  if (status == 511) return errc::captive_portal;
  if (status == 408 || status / 100 == 5) return errc::server_error;
  if (status == 429) return errc::rate_limited;
  return std::nullopt;
}

/// True if there is the escape of half a surrogate pair, which hubauth decodes to U+FFFD and nlohmann refuses.
bool has_unpaired_surrogate(std::string_view body) {
  const auto is_escape = [&](std::size_t at, std::string_view third_digit) {
    const auto escape = body.substr(std::min(at, body.size()), 4);
    return escape.size() == 4 && escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
           third_digit.find(escape[3]) != std::string_view::npos;
  };
  for (auto at = body.find("\\u"); at != std::string_view::npos; at = body.find("\\u", at + 2)) {
    if (is_escape(at, "cdefCDEF")) return true;
    if (!is_escape(at, "89abAB")) continue;
    if (!is_escape(at + 6, "cdefCDEF")) return true;
    at += 6;
  }
  return false;
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

void check_error(const hubauth::error_info& error, errc expected) {
  fuzz::check(error.code == expected, "the error is another one than the model's");
  fuzz::check(error.code == errc::rate_limited || !error.retry_after, "an error that is no rate limit has a time");
  fuzz::check(!error.retry_after || error.retry_after->count() >= 0, "a time is in the past");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::chrono::sys_seconds now(std::chrono::seconds(1'795'000'000));
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  int status = 0;
  for (char c : take_line(rest).substr(0, 4))
    if (c >= '0' && c <= '9') status = status * 10 + (c - '0');
  const auto retry_after = take_line(rest);
  const auto rate_limit_reset = take_line(rest);
  const std::string body(rest);
  const auto make_response = [&] {
    return response{status, body, std::string(retry_after), std::string(rate_limit_reset)};
  };

  facts found;
  const bool is_json = json::sax_parse(body, &found);
  if (found.out_of_range || has_unpaired_surrogate(body)) return 0;
  const bool has_mark = body.starts_with("\xEF");  // nlohmann skips a byte order mark, RFC 8259 forbids it
  const bool readable = is_json && !has_mark && found.is_object && found.depth <= 16 && !found.repeated &&
                        body.size() <= response::max_body_size && body.find('\0') == std::string::npos;

  const bool success = status / 100 == 2;
  const bool unauthorized = status == 401 || status == 403;
  const auto unreadable = body.size() > response::max_body_size ? errc::response_too_large : errc::invalid_response;
  const auto by_status = error_for_status(status);
  const bool rejects = readable && (unauthorized || (status >= 100 && status < 500 && found.success == false));

  const auto hub = hubauth::detail::check_hub_response(make_response(), now);
  const bool hub_accepts = !by_status && readable && success && found.success == true;
  fuzz::check(hub.has_value() == hub_accepts, "HUB's check and the model differ on whether the response accepts");
  if (!hub) {
    check_error(hub.error(), by_status.value_or(!readable ? unreadable
                                                : rejects ? errc::rejected
                                                          : errc::invalid_response));
    fuzz::check(hub.error().detail == (readable ? found.message : ""), "the error has not HUB's message");
  }

  const auto platform = hubauth::detail::check_platform_response(make_response(), now);
  fuzz::check(platform.has_value() == (readable && status == 200), "the Platform's check and the model differ");
  if (!platform) {
    check_error(platform.error(), by_status.value_or(!readable      ? unreadable
                                                     : unauthorized ? errc::rejected
                                                                    : errc::invalid_response));
    fuzz::check(platform.error().detail == (readable ? found.error : ""), "the error has not the Platform's message");
  }

  auto with_token = make_response();
  const auto token = hubauth::detail::parse_hub_token_response(std::move(with_token), now);
  fuzz::check(with_token.body.empty(), "the body with the token is not wiped");
  const bool is_token = !found.token.empty() && found.token.size() <= 8192 &&
                        found.token.find_first_not_of(
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                            ".~+/=-_") == std::string::npos;
  fuzz::check(token.has_value() == (hub_accepts && is_token), "the token's parser and the model differ");
  if (token) {
    token->with_exposed([&](std::string_view text) { fuzz::check(text == found.token, "it is another token"); });
    return 0;
  }
  const bool no_session = rejects || (success && readable && found.token.empty());
  check_error(token.error(), by_status.value_or(!readable    ? unreadable
                                                : no_session ? errc::no_browser_session
                                                             : errc::invalid_response));
  fuzz::check(!is_token || token.error().detail.find(found.token) == std::string::npos ||
                  std::string_view("[redacted]").find(found.token) != std::string_view::npos,
              "the error contains the token");
  for (char c : token.error().detail)
    fuzz::check(static_cast<unsigned char>(c) >= ' ' && c != 0x7f, "the error contains a control character");
  return 0;
}
