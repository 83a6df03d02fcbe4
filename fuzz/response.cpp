// SPDX-License-Identifier: BSL-1.0
//
// Reading responses, against another JSON library: what each service's check_response says of a response must follow from the status
// and from what nlohmann's parser finds in the body.
//
// An input is text: the status, Retry-After and X-RateLimit-Reset in a line each, then the body.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "hubauth/protocol/check_response.hpp"
#include "target.hpp"

namespace {

using hubauth::errc;
using nlohmann::json;

/// What sign-in looks for in a body, found by nlohmann's SAX parser.
struct facts : nlohmann::json_sax<json> {
  bool object = false;
  int deepest = 0;
  int successes = 0, datas = 0, tokens = 0;
  std::optional<bool> success{};
  std::string token{};

  bool null() override { return value(); }
  bool boolean(bool is) override {
    if (at("success")) success = is;
    return value();
  }
  bool number_integer(json::number_integer_t) override { return value(); }
  bool number_unsigned(json::number_unsigned_t) override { return value(); }
  bool number_float(json::number_float_t, const json::string_t& text) override {
    const auto exponent = text.find_first_of("eE");
    if (exponent != std::string::npos && text.size() - exponent > 3) beyond_double = true;
    return value();
  }
  bool string(json::string_t& text) override {
    if (path.size() == 2 && path[0] == "data" && path[1] == "idToken") token = text;
    return value();
  }
  bool binary(json::binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter("{"); }
  bool start_array(std::size_t) override { return enter("["); }
  bool key(json::string_t& name) override {
    path.back() = in_arrays() ? "[" : name;
    if (at("success")) ++successes;
    if (at("data")) ++datas;
    if (path.size() == 2 && path[0] == "data" && path[1] == "idToken") ++tokens;
    return true;
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    beyond_double = beyond_double || error.id == 406;
    return false;
  }

  bool beyond_double = false;  ///< a number that the two libraries may check_response differently: RapidJSON refuses even 0e999

 private:
  std::vector<std::string> path{};
  std::string kinds{};

  bool in_arrays() const { return kinds.find('[') != std::string::npos; }
  bool at(std::string_view name) const { return path.size() == 1 && path[0] == name; }
  bool value() {
    if (path.empty()) object = false;
    return true;
  }
  bool enter(const char* kind) {
    if (path.empty()) object = *kind == '{';
    kinds += kind;
    path.emplace_back();
    deepest = std::max(deepest, static_cast<int>(path.size()));
    return true;
  }
  bool leave() {
    kinds.pop_back();
    path.pop_back();
    return true;
  }
};

/// What the status alone means; nothing when the body decides.
std::optional<errc> by_status(int status) {
  if (status / 100 == 3) return errc::unexpected_redirect;
  if (status == 408 || status / 100 == 5) return errc::server_error;
  if (status == 429) return errc::rate_limited;
  if (status == 401 || status == 403) return errc::rejected;
  return std::nullopt;
}

/// RapidJSON takes the escape of a low surrogate that stands alone (RFC 8259 section 8.2 leaves it open), nlohmann does
/// not.
bool has_low_surrogate(std::string_view body) {
  for (auto at = body.find("\\u"); at != std::string_view::npos; at = body.find("\\u", at + 2)) {
    const auto code = body.substr(at + 2, 2);
    if (code.size() == 2 && (code[0] == 'd' || code[0] == 'D') &&
        std::string_view("cdefCDEF").find(code[1]) != code.npos)
      return true;
  }
  return false;
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

void check_kind(const hubauth::error_info& why, errc wanted, std::int64_t now) {
  fuzz::check(why.code == wanted, "judged as another kind of error");
  fuzz::check(why.code == errc::rate_limited || !why.retry_after, "a time to wait where none belongs");
  fuzz::check(!why.retry_after || (*why.retry_after >= 0 && now >= 0), "a time to wait that is past");
  for (char c : why.detail)
    fuzz::check(static_cast<unsigned char>(c) >= ' ' && c != 0x7f, "a control character in words");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t now = 1'795'000'000;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  int status = 0;
  for (char c : take_line(rest).substr(0, 4))
    if (c >= '0' && c <= '9') status = status * 10 + (c - '0');
  const auto retry_after = take_line(rest);
  const auto reset = take_line(rest);
  const std::string body(rest);
  const auto answer = [&] { return hubauth::response{status, body, std::string(retry_after), std::string(reset)}; };

  facts found;
  const bool parsed = json::sax_parse(body, &found);
  const bool bom = body.starts_with("\xEF");  // nlohmann skips a byte order mark, RFC 8259 does not want one
  const bool small = body.size() <= hubauth::response::max_body_size && body.find('\0') == std::string::npos;
  const bool readable = parsed && small && !bom && found.object && found.deepest <= 16 && found.successes <= 1 &&
                        found.datas <= 1 && found.tokens <= 1;
  if (found.beyond_double || has_low_surrogate(body)) return 0;

  const bool success = status / 100 == 2;
  const auto unreadable_body_error = body.size() > hubauth::response::max_body_size ? errc::response_too_large : errc::invalid_response;
  const bool refuses = readable && status >= 100 && status < 500 && found.success == false;

  auto for_hub = answer();
  const auto hub = hubauth::detail::check_hub_response(for_hub, now);
  const bool hub_accepts = !by_status(status) && readable && success && found.success == true;
  fuzz::check(hub.has_value() == hub_accepts, "HUB's check_response and the model differ on whether this accepts");
  if (!hub)
    check_kind(hub.error(),
               by_status(status).value_or(!readable ? unreadable_body_error
                                          : refuses ? errc::rejected
                                                    : errc::invalid_response),
               now);

  auto for_platform = answer();
  const auto platform = hubauth::detail::check_platform_response(for_platform, now);
  fuzz::check(platform.has_value() == (readable && status == 200), "the Platform's check_response and the model differ");
  if (!platform) check_kind(platform.error(), by_status(status).value_or(readable ? errc::invalid_response : unreadable_body_error), now);

  auto for_token = answer();
  const auto token = hubauth::detail::parse_hub_token_response(for_token, now);
  fuzz::check(for_token.body.empty(), "the body with the token is not wiped");
  const bool token_text = !found.token.empty() && found.token.size() <= 8192 &&
                          found.token.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              ".~+/=-_") == std::string::npos;
  fuzz::check(token.has_value() == (hub_accepts && token_text), "the token is read where none is, or not read");
  if (token)
    token->with_exposed([&](std::string_view text) { fuzz::check(text == found.token, "another token is read"); });
  else if (const auto kind = by_status(status); kind && kind != errc::rejected)
    check_kind(token.error(), *kind, now);
  else if (kind == errc::rejected || refuses || (success && readable && found.token.empty()))
    check_kind(token.error(), errc::no_browser_session, now);
  else
    check_kind(token.error(), readable ? errc::invalid_response : unreadable_body_error, now);
  return 0;
}
