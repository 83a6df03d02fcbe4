// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

#include "hubauth/http/request.hpp"
#include "hubauth/http/response.hpp"
#include "hubauth/result.hpp"

namespace hubauth {

template <class T>
concept sends = requires(T& t, const request& request) {
  { t.send(request) } -> std::same_as<result<response>>;
};

template <class T>
concept reports_cookies = requires(const T& t) {
  { t.has_cookies() } -> std::same_as<bool>;
};

/// Sends a request to a service and returns its response.
///
/// Exemplar:
///
///     struct my_transport {
///       hubauth::result<hubauth::response> send(const hubauth::request&);
///       bool has_cookies() const;  // false, unless it can send a browser's cookies
///     };
///
/// Laws: `send` makes one request with no other credential than the one it is given, follows no redirect, stops reading
/// one byte after `response::max_body_size`, and returns in bounded time; a response with any status is success;
/// without a response it returns errc::unreachable, errc::timed_out or errc::tls_error; it sends cookies only if the
/// request has `send_cookies`.
///
/// Models: `curl_transport`, `retrying_transport`
template <class T>
concept transport = sends<T> && reports_cookies<T>;

/// True for a transport; otherwise the compiler lists every function that `T` lacks.
template <class T>
consteval bool check_transport() {
  static_assert(sends<T>, "Transport needs: result<response> send(const request&)   (docs/policies.md#transport)");
  static_assert(reports_cookies<T>, "Transport needs: bool has_cookies() const   (docs/policies.md#transport)");
  return transport<T>;
}

}  // namespace hubauth
