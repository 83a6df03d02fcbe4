// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "hubauth/api_key.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/wire/body.hpp"
#include "hubauth/wire/printable.hpp"
#include "hubauth/wire/reply.hpp"
#include "hubauth/wire/retry_after.hpp"
#include "hubauth/wire/status.hpp"

namespace hubauth::wire {

namespace detail {

constexpr bool is_success(int status) noexcept { return status >= 200 && status <= 299; }

/// Any other status below 500.
constexpr bool may_reject(int status) noexcept { return status >= 100 && status < 500; }

inline unexpected<failure> fail_with(errc kind, std::string_view message, const reply& answer, std::int64_t now) {
  failure why{kind, printable(message)};
  if (kind == errc::rate_limited) why.retry_after = retry_delay(answer.retry_after, answer.rate_limit_reset, now);
  return unexpected(std::move(why));
}

inline errc unread(const reply& answer) noexcept {
  return answer.body.size() > reply::max_body ? errc::reply_too_large : errc::bad_reply;
}

}  // namespace detail

/// Judges a reply of the HUB protocol: 2xx and `"success": true` accepts, `"success": false` rejects.
///
/// Gives:   nothing when accepted; else an error of the kind that the status and the body mean, with the body's
///          `message` in words
inline result<void> judge_hub(reply& answer, std::int64_t now) {
  const auto read = read_body(answer.body);
  const auto message = read ? read->message : std::string_view();
  if (const auto kind = kind_of(answer.status)) return detail::fail_with(*kind, message, answer, now);
  if (!read) return fail(detail::unread(answer));
  if (detail::is_success(answer.status) && read->success == true) return {};
  if (detail::may_reject(answer.status) && read->success == false)
    return detail::fail_with(errc::rejected, message, answer, now);
  return detail::fail_with(errc::bad_reply, message, answer, now);
}

/// Judges a reply of the Platform: exactly 200 and a JSON object accepts, 401 and 403 reject.
///
/// Gives:   as `judge_hub`, with the body's `error` in words
inline result<void> judge_platform(reply& answer, std::int64_t now) {
  const auto read = read_body(answer.body);
  const auto message = read ? read->error : std::string_view();
  if (const auto kind = kind_of(answer.status)) return detail::fail_with(*kind, message, answer, now);
  if (!read) return fail(detail::unread(answer));
  if (answer.status == 200) return {};
  return detail::fail_with(errc::bad_reply, message, answer, now);
}

/// The token in HUB's reply to a browser's cookies. Wipes the reply's body, which holds it.
///
/// Gives:   errc::no_browser_session when the browser is not signed in (401, 403, `"success": false`, or a 2xx without
///          a token); else as `judge_hub`
inline result<id_token> read_hub_token(reply& answer, std::int64_t now) {
  const auto read = read_body(answer.body);
  auto message = printable(read ? read->message : std::string_view());
  if (read) redact(message, read->id_token);
  auto token = [&]() -> result<id_token> {
    const auto kind = kind_of(answer.status);
    if (kind && kind != errc::rejected) return detail::fail_with(*kind, message, answer, now);
    if (kind) return detail::fail_with(errc::no_browser_session, message, answer, now);
    if (!read) return fail(detail::unread(answer));
    const bool rejects = detail::may_reject(answer.status) && read->success == false;
    const bool no_token = detail::is_success(answer.status) && read->id_token.empty();
    if (rejects || no_token) return detail::fail_with(errc::no_browser_session, message, answer, now);
    if (!detail::is_success(answer.status) || read->success != true)
      return detail::fail_with(errc::bad_reply, message, answer, now);
    return id_token::parse(read->id_token);
  }();
  wipe(answer.body);
  return token;
}

}  // namespace hubauth::wire
