// SPDX-License-Identifier: BSL-1.0
//
// Responses, compared with another JSON parser: the members of the body, their values, types and offsets; and what the
// checks of both services conclude from the status and the body.
//
// An input is text: the status, Retry-After and X-RateLimit-Reset in a line each, then the body.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "hubauth/json/find_members.hpp"
#include "hubauth/protocol/check_response.hpp"
#include "json_model.hpp"
#include "target.hpp"

namespace {

using hubauth::errc;
using hubauth::detail::json_type;
using hubauth::detail::json_value;
using nlohmann::json;

constexpr int max_depth = 16;
constexpr std::size_t max_size = hubauth::response::max_body_size;

const fuzz::json_path success_path = {"success"}, message_path = {"message"}, error_path = {"error"},
                      token_path = {"data", "idToken"};

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

json_type type_of(const fuzz::json_model::member& member) {
  if (!member.found) return json_type::missing;
  switch (member.value.type()) {
    case json::value_t::null: return json_type::null;
    case json::value_t::boolean: return json_type::boolean;
    case json::value_t::string: return json_type::string;
    case json::value_t::object: return json_type::object;
    case json::value_t::array: return json_type::array;
    default: return json_type::number;
  }
}

/// What is at the value's offsets has its type and value; and if it is replaced, the other parser finds the
/// replacement.
void check_value(const std::string& body, const fuzz::json_path& path, const json_value& value,
                 const fuzz::json_model& model) {
  const auto& member = model.members.at(path);
  fuzz::check(value.type == type_of(member), "a member has another type");
  if (value.type == json_type::boolean) fuzz::check(member.value == value.boolean, "a boolean has another value");
  if (value.type == json_type::string)
    value.string.with_exposed(
        [&](std::string_view decoded) { fuzz::check(member.value == decoded, "a string has another value"); });
  if (value.type == json_type::missing) {
    fuzz::check(value.begin == 0 && value.end == 0, "a missing member has an offset");
    return;
  }
  fuzz::check(value.begin < value.end && value.end < body.size(), "the offsets of a value are not in the text");
  auto raw = fuzz::replace_surrogates(body).substr(value.begin, value.end - value.begin);
  const auto parsed = json::parse(raw, nullptr, false);
  fuzz::check(parsed.type() == member.value.type(), "the bytes at the offsets have another type");
  if (!parsed.is_structured()) fuzz::check(parsed == member.value, "the bytes at the offsets have another value");

  auto spliced = body;
  spliced.replace(value.begin, value.end - value.begin, "\"replacement\"");
  const fuzz::json_model after(spliced, {path});
  fuzz::check(after.valid && after.members.at(path).value == "replacement", "the offsets belong to another value");
  if (!parsed.is_structured()) {
    const fuzz::json_model before(body, {path});
    fuzz::check(after.other_events == before.other_events, "more than the value has been replaced");
  }
}

/// Members, and members of these, in one call.
void check_members(const std::string& body) {
  const fuzz::json_path data_path = {"data"};
  const fuzz::json_model model(body, {success_path, data_path, token_path});
  const auto values = hubauth::detail::find_members(body, {"/success", "/data", "/data/idToken"},
                                                    {.max_size = max_size, .max_depth = max_depth});
  if (model.stopped_at_number) return;
  const bool acceptable = model.acceptable(max_depth) && body.size() <= max_size;
  if (!values) {
    fuzz::check(!acceptable || model.has_large_number, "an object is refused");
    fuzz::check(values.error().offset <= body.size(), "the offset of an error is not in the text");
    return;
  }
  fuzz::check(acceptable, "a text is accepted that the model refuses");
  check_value(body, success_path, (*values)[0], model);
  check_value(body, data_path, (*values)[1], model);
  check_value(body, token_path, (*values)[2], model);
}

/// What the status alone determines; none if the body decides.
std::optional<errc> error_by_status(int status) {
  if (status / 100 == 3) return errc::unexpected_redirect;
  if (status == 429) return errc::rate_limited;
  if (status == 511) return errc::captive_portal;
  if (status == 408 || status / 100 == 5) return errc::server_error;
  return std::nullopt;
}

void check_error(const hubauth::error_info& error, errc expected) {
  fuzz::check(error.code == expected, "the error has another code");
  fuzz::check(error.code == errc::rate_limited || !error.retry_after, "a delay without a rate limit");
  fuzz::check(!error.retry_after || error.retry_after->count() >= 0, "a negative delay");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::chrono::sys_seconds now{std::chrono::seconds(1'795'000'000)};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  int status = 0;
  for (char c : take_line(rest).substr(0, 4))
    if (c >= '0' && c <= '9') status = status * 10 + (c - '0');
  const auto retry_after = take_line(rest);
  const auto reset = take_line(rest);
  const std::string body(rest);
  const auto make_response = [&] {
    return hubauth::response{status, body, std::string(retry_after), std::string(reset)};
  };

  check_members(body);

  const fuzz::json_model model(body, {success_path, message_path, error_path, token_path});
  if (model.stopped_at_number || model.has_large_number) return 0;
  const bool readable = model.acceptable(max_depth) && body.size() <= max_size;
  const auto string_at = [&](const fuzz::json_path& path) {
    const auto& value = model.members.at(path).value;
    return readable && value.is_string() ? value.get<std::string>() : std::string();
  };
  const auto& success = model.members.at(success_path).value;
  const bool is_2xx = status / 100 == 2;
  const bool is_401_or_403 = status == 401 || status == 403;
  const auto by_status = error_by_status(status);
  const auto unreadable = body.size() > max_size ? errc::response_too_large : errc::invalid_response;
  const bool hub_accepts = readable && is_2xx && success == true;
  const bool hub_rejects = readable && (is_401_or_403 || (status >= 100 && status < 500 && success == false));

  const auto hub = hubauth::detail::check_hub_response(make_response(), now);
  fuzz::check(hub.has_value() == hub_accepts, "HUB's response is accepted, or the model accepts it");
  if (!hub) {
    const auto by_body = hub_rejects ? errc::rejected : errc::invalid_response;
    check_error(hub.error(), by_status.value_or(readable ? by_body : unreadable));
    fuzz::check(hub.error().detail == string_at(message_path), "HUB's message is another");
  }

  const auto platform = hubauth::detail::check_platform_response(make_response(), now);
  fuzz::check(platform.has_value() == (readable && status == 200),
              "the Platform's response is accepted, or the model accepts it");
  if (!platform) {
    const auto by_body = is_401_or_403 ? errc::rejected : errc::invalid_response;
    check_error(platform.error(), by_status.value_or(readable ? by_body : unreadable));
    fuzz::check(platform.error().detail == string_at(error_path), "the Platform's message is another");
  }

  auto token_response = make_response();
  const auto token = hubauth::detail::parse_hub_token_response(std::move(token_response), now);
  fuzz::check(token_response.body.empty(), "the body with the token is not wiped");
  const auto expected = string_at(token_path);
  const auto token_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-_";
  const bool is_token = !expected.empty() && expected.size() <= hubauth::max_id_token_size &&
                        expected.find_first_not_of(token_characters) == std::string::npos;
  fuzz::check(token.has_value() == (hub_accepts && is_token), "a token is read, or the model reads one");
  if (token) {
    token->with_exposed([&](std::string_view text) { fuzz::check(text == expected, "another token is read"); });
    return 0;
  }
  const bool no_session = hub_rejects || (is_2xx && expected.empty());
  const auto by_body = no_session ? errc::no_browser_session : errc::invalid_response;
  check_error(token.error(), by_status.value_or(readable ? by_body : unreadable));
  const bool is_part_of_replacement = std::string_view("[redacted]").find(expected) != std::string_view::npos;
  fuzz::check(!is_token || is_part_of_replacement || token.error().detail.find(expected) == std::string::npos,
              "an error contains the token");
  return 0;
}
