// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "hubauth/http/retry_after.hpp"
#include "hubauth/http/status.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/transport.hpp"

namespace hubauth {

/// A transport that sends a request again while the same request may succeed later (`recovery::retry`): at most 3
/// attempts.
///
/// The backoff is the delay that the service requests (Retry-After, X-RateLimit-Reset) plus full jitter, so that
/// programs that failed together do not retry together. The jitter is at most as long as the requested delay, or 1 s,
/// then 2 s, where that is longer. If the service requests a longer delay than is left of `max_total_delay`, the last
/// result is returned at once.
///
/// Requests must be idempotent, as those of a sign-in are (RFC 9110 section 9.2.2). `Transport` and `Env` are owned, or
/// borrowed with `std::ref`.
template <class Transport, class Env>
class retrying_transport {
  static_assert(check_transport<std::remove_reference_t<Transport>>() &&
                check_timed_environment<std::remove_reference_t<Env>>());

 public:
  /// \param max_total_delay  the limit of the sum of all delays of one request. Rate limits per minute request up to
  ///                         60 s; the rest is for the jitter.
  explicit retrying_transport(Transport transport = Transport(), Env env = Env(),
                              std::chrono::milliseconds max_total_delay = std::chrono::seconds(90))
      : transport_(std::forward<Transport>(transport)),
        env_(std::forward<Env>(env)),
        max_total_delay_(max_total_delay) {}

  [[nodiscard]] bool has_cookies() const { return std::as_const(transport_).has_cookies(); }

  [[nodiscard]] result<response> send(const request& request) {
    using std::chrono::milliseconds;
    constexpr int max_attempts = 3;
    milliseconds left = max_total_delay_;
    for (int attempt = 1;; ++attempt) {
      auto response = transport_.send(request);
      if (attempt == max_attempts || !is_retryable(response)) return response;

      const auto requested = delay_requested_by(response);
      if (requested >= left) return response;
      const auto max_jitter =
          std::min<milliseconds>(std::max<milliseconds>(requested, std::chrono::seconds(attempt)), left - requested);
      const auto values = static_cast<std::uint64_t>(max_jitter.count()) + 1;
      const auto delay = requested + milliseconds(env_.random() % values);
      env_.sleep_for(delay);
      left -= delay;
    }
  }

 private:
  static bool is_retryable(const result<response>& response) {
    if (!response) return response.error().code == recovery::retry;
    const auto error = detail::error_for_status(response->status);
    return error && recovery_for(*error) == recovery::retry;
  }

  /// Zero if the service requests none; `max_total_delay_` where it requests more than that.
  std::chrono::milliseconds delay_requested_by(const result<response>& response) const {
    if (!response) return {};
    using std::chrono::seconds;
    const auto delay = detail::requested_delay(response->retry_after, response->rate_limit_reset, env_.now());
    if (delay > std::chrono::duration_cast<seconds>(max_total_delay_)) return max_total_delay_;  // may not fit into ms
    return delay.value_or(seconds(0));
  }

  Transport transport_;
  Env env_;
  std::chrono::milliseconds max_total_delay_;
};

template <class Transport, class Env>
retrying_transport(Transport, Env, std::chrono::milliseconds = {})
    -> retrying_transport<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Env>>;

}  // namespace hubauth
