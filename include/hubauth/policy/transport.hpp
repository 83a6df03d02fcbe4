// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

#include "hubauth/result.hpp"
#include "hubauth/wire/reply.hpp"
#include "hubauth/wire/request.hpp"

namespace hubauth {

template <class T>
concept sends = requires(T& t, const request& asked) {
  { t.send(asked) } -> std::same_as<result<reply>>;
};

template <class T>
concept tells_of_cookies = requires(const T& t) {
  { t.has_cookies() } -> std::same_as<bool>;
};

/// Carries a request to a service and its reply back.
///
/// Exemplar:
///     struct my_transport {
///       hubauth::result<hubauth::reply> send(const hubauth::request&);
///       bool has_cookies() const;  // false, unless it can send a browser's cookies
///     };
/// Laws:    `send` makes one request with no other credential than the one it is given, follows no redirect, stops
///          reading behind `reply::max_body` bytes, and ends in bounded time; any HTTP status is a reply;
///          errc::unreachable, errc::timed_out or errc::tls_failed when there was none; cookies are sent only to a
///          request `with_cookies`
/// Models:  curl_transport
template <class T>
concept transport = sends<T> && tells_of_cookies<T>;

/// True for a transport; else the error lists every function that `T` lacks.
template <class T>
consteval bool check_transport() {
  static_assert(sends<T>, "Transport needs: result<reply> send(const request&)   (docs/policies.md#transport)");
  static_assert(tells_of_cookies<T>, "Transport needs: bool has_cookies() const   (docs/policies.md#transport)");
  return transport<T>;
}

}  // namespace hubauth
