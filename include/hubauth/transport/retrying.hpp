// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/wire/retry_after.hpp"
#include "hubauth/wire/status.hpp"

namespace hubauth {

/// Sends a request by another transport, and again while the same request may succeed later (`remedy::retry`): at most
/// 3 times in all.
///
/// It waits as long as the service asks (Retry-After, X-RateLimit-Reset), else not at all, and in both cases a time
/// more that is drawn by lot: programs that failed together do not come back together. The lot is up to as long as the
/// service asked, at least 1 s, then 2 s, and never more than is left of the patience.
/// Needs:   requests that may be made twice, as all of a sign-in may
/// Gives:   what the last try gave; at once, when the service asks for all the time that is left, or more
/// Keeps:   `Transport` and `Env`, owned, or borrowed by `std::ref`
/// Source:  RFC 9110 section 9.2.2; "full jitter"
template <class Transport, class Env>
class retrying_transport {
  static_assert(check_transport<std::remove_reference_t<Transport>>() &&
                check_patient_environment<std::remove_reference_t<Env>>());

 public:
  /// `patience_ms`: how long all pauses of one request together may be, in milliseconds. Limits by the minute
  /// name up to 60 s; the rest is for the lot.
  explicit retrying_transport(Transport transport = Transport(), Env env = Env(), std::int64_t patience_ms = 90'000)
      : transport_(std::forward<Transport>(transport)), env_(std::forward<Env>(env)), patience_ms_(patience_ms) {}

  [[nodiscard]] bool has_cookies() const { return std::as_const(transport_).has_cookies(); }

  result<reply> send(const request& asked) {
    constexpr std::int64_t most_tries = 3;
    std::int64_t left = patience_ms_;
    for (std::int64_t tries = 1;; ++tries) {
      auto answer = transport_.send(asked);
      if (tries == most_tries || !may_succeed_later(answer)) return answer;

      const auto asks_for = answer ? wire::retry_delay(answer->retry_after, answer->rate_limit_reset, env_.now()) : 0;
      // More is as good as for ever.
      const auto named = std::min<std::int64_t>(asks_for.value_or(0), patience_ms_ / 1000 + 1) * 1000;
      if (named >= left) return answer;
      const auto most = std::min<std::int64_t>(std::max<std::int64_t>(named, tries * 1000), left - named);
      const auto pause = named + static_cast<std::int64_t>(env_.draw() % static_cast<std::uint64_t>(most + 1));
      env_.pause_for(pause);
      left -= pause;
    }
  }

 private:
  static bool may_succeed_later(const result<reply>& answer) {
    if (!answer) return answer.error().code == remedy::retry;
    const auto kind = wire::kind_of(answer->status);
    return kind && remedy_for(*kind) == remedy::retry;
  }

  Transport transport_;
  Env env_;
  std::int64_t patience_ms_;
};

template <class Transport, class Env>
retrying_transport(Transport, Env, std::int64_t = 0)
    -> retrying_transport<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Env>>;

}  // namespace hubauth
