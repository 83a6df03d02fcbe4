// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "hubauth/error.hpp"

namespace hubauth {

/// Why something failed: the kind, and what and where in words.
///
/// Moved in many places and seldom: a call each, marked as cold, keeps those places small.
/// Keeps:   no secret; who fills in `detail` leaves keys and tokens out
struct failure {
  failure(std::error_code kind, std::string what = {}, std::optional<std::int64_t> wait = {})
      : code(kind), detail(std::move(what)), retry_after(wait) {}
  [[gnu::noinline, gnu::cold]] failure(failure&&) noexcept = default;
  [[gnu::noinline, gnu::cold]] failure(const failure&) = default;
  [[gnu::noinline, gnu::cold]] failure& operator=(failure&&) noexcept = default;
  [[gnu::noinline, gnu::cold]] failure& operator=(const failure&) = default;
  [[gnu::noinline, gnu::cold]] ~failure() = default;

  std::error_code code;                     ///< an `errc`, or a code of a policy's own category
  std::string detail;                       ///< a path and a reason, the service's message; may be empty
  std::optional<std::int64_t> retry_after;  ///< seconds from now, when the service named a time

  /// Both in words.
  [[nodiscard]] std::string message() const { return detail.empty() ? code.message() : code.message() + ": " + detail; }
};

/// An error on its way into a result.
template <class E>
struct [[nodiscard]] unexpected {
  constexpr explicit unexpected(E why) : error(std::move(why)) {}

  E error;
};

/// A value, or why there is none.
///
/// The part of `std::expected` (C++23) that is needed here, by the same names.
/// Needs:   `*` and `->` only when there is a value, `error()` only when there is none
template <class T, class E = failure>
class [[nodiscard]] result {
 public:
  template <class U = T>
  requires std::convertible_to<U&&, T>
  constexpr result(U&& value) : value_(std::in_place, std::forward<U>(value)) {}

  constexpr result(unexpected<E> why) : error_(std::move(why.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return value_.has_value(); }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  constexpr T& operator*() noexcept { return *value_; }
  constexpr const T& operator*() const noexcept { return *value_; }
  constexpr T* operator->() noexcept { return &*value_; }
  constexpr const T* operator->() const noexcept { return &*value_; }

  constexpr E& error() noexcept { return *error_; }
  constexpr const E& error() const noexcept { return *error_; }

 private:
  std::optional<T> value_;
  std::optional<E> error_;
};

/// Done, or why not.
template <class E>
class [[nodiscard]] result<void, E> {
 public:
  constexpr result() noexcept = default;
  constexpr result(unexpected<E> why) : error_(std::move(why.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return !error_.has_value(); }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  constexpr E& error() noexcept { return *error_; }
  constexpr const E& error() const noexcept { return *error_; }

 private:
  std::optional<E> error_;
};

/// The failure of this kind, to be returned where a `result` is wanted.
inline unexpected<failure> fail(std::error_code code, std::string detail = {}) {
  return unexpected(failure{code, std::move(detail)});
}

}  // namespace hubauth
