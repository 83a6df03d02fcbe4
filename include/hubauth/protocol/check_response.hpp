// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/id_token.hpp"
#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/http/response.hpp"
#include "hubauth/http/retry_after.hpp"
#include "hubauth/http/status.hpp"
#include "hubauth/protocol/response_body.hpp"
#include "hubauth/result.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth::detail {

using time_point = std::chrono::system_clock::time_point;

/// An error with the service's message as it came, and the time that it asks to wait. The machine cleans the message.
inline unexpected<error_info> make_error(errc code, std::string message, const response& response, time_point now) {
  error_info error{code, std::move(message)};
  if (code == errc::rate_limited)
    error.retry_after = requested_delay(response.retry_after, response.rate_limit_reset, now);
  return unexpected(std::move(error));
}

/// The error for a body that is not a JSON object of the protocol.
inline errc unreadable_body_error(const response& response) noexcept {
  return response.body.size() > response::max_body_size ? errc::response_too_large : errc::invalid_response;
}

/// True if HUB rejects the credential: 401, 403, and `"success": false` with any other status that the body decides. A
/// number below 100 is not a status.
inline bool is_hub_rejection(int status, const response_body& body) noexcept {
  return is_unauthorized_or_forbidden(status) || (status >= 100 && status < 500 && body.success == false);
}

/// Checks a response of the HUB protocol: 2xx and `"success": true` accepts; 401, 403 and `"success": false` reject.
/// \returns success if the service accepts the credential
/// \retval errc::rejected only if the body is a JSON object: otherwise something between client and service responded
inline result<void> check_hub_response(response&& response, time_point now) {
  const auto body = parse_response_body(response.body);
  const auto message = body ? body->message : std::string();
  if (const auto error = error_for_status(response.status)) return make_error(*error, message, response, now);
  if (!body) return fail(unreadable_body_error(response));
  if (is_success(response.status) && body->success == true) return {};
  if (is_hub_rejection(response.status, *body)) return make_error(errc::rejected, message, response, now);
  return make_error(errc::invalid_response, message, response, now);
}

/// Checks a response of the Platform: exactly 200 with a JSON object accepts; 401 and 403 with a JSON object reject.
/// \returns success if the service accepts the credential
inline result<void> check_platform_response(response&& response, time_point now) {
  const auto body = parse_response_body(response.body);
  const auto message = body ? body->error : std::string();
  if (const auto error = error_for_status(response.status)) return make_error(*error, message, response, now);
  if (!body) return fail(unreadable_body_error(response));
  if (response.status == 200) return {};
  if (is_unauthorized_or_forbidden(response.status)) return make_error(errc::rejected, message, response, now);
  return make_error(errc::invalid_response, message, response, now);
}

/// The token in HUB's response to a browser's cookies. Wipes the response's body, which contains it.
/// \retval errc::no_browser_session if the browser is not signed in: 401 or 403 with a JSON object, `"success": false`,
///         or a 2xx without a token
inline result<id_token> parse_hub_token_response(response&& response, time_point now) {
  auto parsed = [&]() -> result<id_token> {
    const auto body = parse_response_body(response.body);
    std::string message;
    if (body)
      message =
          body->id_token.with_exposed([&](std::string_view token) { return clean_untrusted(body->message, token); });
    if (const auto error = error_for_status(response.status)) return make_error(*error, message, response, now);
    if (!body) return fail(unreadable_body_error(response));
    const bool no_token = is_success(response.status) && body->id_token.empty();
    if (no_token || is_hub_rejection(response.status, *body))
      return make_error(errc::no_browser_session, message, response, now);
    if (!is_success(response.status) || body->success != true)
      return make_error(errc::invalid_response, message, response, now);
    return body->id_token.with_exposed([](std::string_view token) { return id_token::parse(token); });
  }();
  secure_zero(response.body);
  return parsed;
}

}  // namespace hubauth::detail
