// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "hubauth/error.hpp"

/// `result<T, E>`: a value or an error, with the members and the semantics of `std::expected` (C++23) in every language mode.
namespace hubauth {

/// An error on its way into a `result`. As `std::unexpected`.
template <class E>
class [[nodiscard]] unexpected {
 public:
  constexpr explicit unexpected(E error) : error_(std::move(error)) {}

  [[nodiscard]] constexpr E& error() & noexcept { return error_; }
  [[nodiscard]] constexpr const E& error() const& noexcept { return error_; }
  [[nodiscard]] constexpr E&& error() && noexcept { return std::move(error_); }

  friend constexpr bool operator==(const unexpected& a, const unexpected& b) { return a.error_ == b.error_; }

 private:
  E error_;
};

/// What `result::value` throws if there is an error. As `std::bad_expected_access`.
class bad_result_access : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "hubauth::result has an error instead of a value"; }
};

/// As `std::unexpect`: constructs the error in place.
struct unexpect_t {
  explicit unexpect_t() = default;
};
inline constexpr unexpect_t unexpect{};

template <class T, class E = error_info>
class result;

namespace detail {

[[noreturn]] inline void throw_bad_result_access() {
#ifdef __cpp_exceptions
  throw bad_result_access();
#else
  std::abort();
#endif
}

template <class T>
inline constexpr bool is_result = false;
template <class T, class E>
inline constexpr bool is_result<result<T, E>> = true;
template <class T>
inline constexpr bool is_unexpected = false;
template <class E>
inline constexpr bool is_unexpected<unexpected<E>> = true;

/// Calls `f` with the value, if it is not void.
template <class Result, class F>
constexpr decltype(auto) invoke_with_value(Result&& self, F&& f) {
  if constexpr (std::is_void_v<typename std::remove_cvref_t<Result>::value_type>)
    return std::invoke(std::forward<F>(f));
  else
    return std::invoke(std::forward<F>(f), *std::forward<Result>(self));
}

/// The monadic operations, written once for all value categories. `Derived` is the `result`.
template <class Derived>
class monadic_operations {
 public:
  /// Calls `f` with the value and returns its `result`; passes an error on.
  template <class F>
  constexpr auto and_then(F&& f) & { return and_then_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto and_then(F&& f) const& { return and_then_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto and_then(F&& f) && { return and_then_on(std::move(self()), std::forward<F>(f)); }

  /// Calls `f` with the error and returns its `result`; passes a value on.
  template <class F>
  constexpr auto or_else(F&& f) & { return or_else_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto or_else(F&& f) const& { return or_else_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto or_else(F&& f) && { return or_else_on(std::move(self()), std::forward<F>(f)); }

  /// Replaces the value by what `f` returns for it; passes an error on.
  template <class F>
  constexpr auto transform(F&& f) & { return transform_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform(F&& f) const& { return transform_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform(F&& f) && { return transform_on(std::move(self()), std::forward<F>(f)); }

  /// Replaces the error by what `f` returns for it; passes a value on.
  template <class F>
  constexpr auto transform_error(F&& f) & { return transform_error_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform_error(F&& f) const& { return transform_error_on(self(), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform_error(F&& f) && { return transform_error_on(std::move(self()), std::forward<F>(f)); }

 private:
  constexpr Derived& self() noexcept { return static_cast<Derived&>(*this); }
  constexpr const Derived& self() const noexcept { return static_cast<const Derived&>(*this); }

  template <class Self, class F>
  static constexpr auto and_then_on(Self&& self, F&& f) {
    using next = std::remove_cvref_t<decltype(detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f)))>;
    static_assert(is_result<next>, "the function of and_then must return a result");
    if (!self) return next(unexpect, std::forward<Self>(self).error());
    return detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f));
  }

  template <class Self, class F>
  static constexpr auto or_else_on(Self&& self, F&& f) {
    using next = std::remove_cvref_t<std::invoke_result_t<F, decltype(std::forward<Self>(self).error())>>;
    static_assert(is_result<next>, "the function of or_else must return a result");
    if (!self) return std::invoke(std::forward<F>(f), std::forward<Self>(self).error());
    if constexpr (std::is_void_v<typename next::value_type>)
      return next();
    else
      return next(std::in_place, *std::forward<Self>(self));
  }

  template <class Self, class F>
  static constexpr auto transform_on(Self&& self, F&& f) {
    using value = std::remove_cv_t<decltype(detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f)))>;
    using next = result<value, typename std::remove_cvref_t<Self>::error_type>;
    if (!self) return next(unexpect, std::forward<Self>(self).error());
    if constexpr (std::is_void_v<value>) {
      detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f));
      return next();
    } else {
      return next(std::in_place, detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f)));
    }
  }

  template <class Self, class F>
  static constexpr auto transform_error_on(Self&& self, F&& f) {
    using error = std::remove_cvref_t<std::invoke_result_t<F, decltype(std::forward<Self>(self).error())>>;
    using value = typename std::remove_cvref_t<Self>::value_type;
    using next = result<value, error>;
    if (!self) return next(unexpect, std::invoke(std::forward<F>(f), std::forward<Self>(self).error()));
    if constexpr (std::is_void_v<value>)
      return next();
    else
      return next(std::in_place, *std::forward<Self>(self));
  }
};

}  // namespace detail

/// A value or an error. As `std::expected`, except that moving a value or an error must not throw.
template <class T, class E>
class [[nodiscard]] result : public detail::monadic_operations<result<T, E>> {
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_constructible_v<E>);

 public:
  using value_type = T;
  using error_type = E;
  using unexpected_type = unexpected<E>;

  constexpr result() requires std::default_initializable<T>
  : has_value_(true), value_() {}

  constexpr result(const result& other) requires std::copy_constructible<T> && std::copy_constructible<E>
  : has_value_(other.has_value_) {
    if (has_value_)
      std::construct_at(std::addressof(value_), other.value_);
    else
      std::construct_at(std::addressof(error_), other.error_);
  }

  constexpr result(result&& other) noexcept : has_value_(other.has_value_) {
    if (has_value_)
      std::construct_at(std::addressof(value_), std::move(other.value_));
    else
      std::construct_at(std::addressof(error_), std::move(other.error_));
  }

  template <class U = T>
  requires(!std::is_same_v<std::remove_cvref_t<U>, result> && !std::is_same_v<std::remove_cvref_t<U>, std::in_place_t> &&
           !detail::is_unexpected<std::remove_cvref_t<U>> && std::is_constructible_v<T, U>)
  constexpr explicit(!std::is_convertible_v<U, T>) result(U&& value) : has_value_(true), value_(std::forward<U>(value)) {}

  template <class G>
  requires std::is_constructible_v<E, const G&>
  constexpr explicit(!std::is_convertible_v<const G&, E>) result(const unexpected<G>& failure)
      : has_value_(false), error_(failure.error()) {}

  template <class G>
  requires std::is_constructible_v<E, G>
  constexpr explicit(!std::is_convertible_v<G, E>) result(unexpected<G>&& failure)
      : has_value_(false), error_(std::move(failure).error()) {}

  template <class... Args>
  requires std::is_constructible_v<T, Args...>
  constexpr explicit result(std::in_place_t, Args&&... args) : has_value_(true), value_(std::forward<Args>(args)...) {}

  template <class... Args>
  requires std::is_constructible_v<E, Args...>
  constexpr explicit result(unexpect_t, Args&&... args) : has_value_(false), error_(std::forward<Args>(args)...) {}

  constexpr result& operator=(const result& other) requires std::copy_constructible<T> && std::copy_constructible<E>
  {
    return *this = result(other);
  }

  constexpr result& operator=(result&& other) noexcept {
    if (this == std::addressof(other)) return *this;
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }

  constexpr ~result() {
    if (has_value_)
      std::destroy_at(std::addressof(value_));
    else
      std::destroy_at(std::addressof(error_));
  }

  /// Replaces the content by a value. If its constructor throws, nothing changes.
  template <class... Args>
  constexpr T& emplace(Args&&... args) {
    *this = result(std::in_place, std::forward<Args>(args)...);
    return value_;
  }

  constexpr void swap(result& other) noexcept {
    result old(std::move(other));
    other = std::move(*this);
    *this = std::move(old);
  }
  friend constexpr void swap(result& a, result& b) noexcept { a.swap(b); }

  [[nodiscard]] constexpr bool has_value() const noexcept { return has_value_; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return has_value_; }

  /// \pre there is a value
  constexpr T& operator*() & noexcept { return value_; }
  constexpr const T& operator*() const& noexcept { return value_; }
  constexpr T&& operator*() && noexcept { return std::move(value_); }
  constexpr T* operator->() noexcept { return std::addressof(value_); }
  constexpr const T* operator->() const noexcept { return std::addressof(value_); }

  /// \throws bad_result_access if there is an error; a program that is built without exceptions is aborted
  constexpr T& value() & { return has_value_ ? value_ : (detail::throw_bad_result_access(), value_); }
  constexpr const T& value() const& { return has_value_ ? value_ : (detail::throw_bad_result_access(), value_); }
  constexpr T&& value() && { return has_value_ ? std::move(value_) : (detail::throw_bad_result_access(), std::move(value_)); }

  /// \pre there is an error
  constexpr E& error() & noexcept { return error_; }
  constexpr const E& error() const& noexcept { return error_; }
  constexpr E&& error() && noexcept { return std::move(error_); }

  template <class U>
  constexpr T value_or(U&& other) const& { return has_value_ ? value_ : static_cast<T>(std::forward<U>(other)); }
  template <class U>
  constexpr T value_or(U&& other) && { return has_value_ ? std::move(value_) : static_cast<T>(std::forward<U>(other)); }

  template <class G>
  constexpr E error_or(G&& other) const& { return has_value_ ? static_cast<E>(std::forward<G>(other)) : error_; }
  template <class G>
  constexpr E error_or(G&& other) && { return has_value_ ? static_cast<E>(std::forward<G>(other)) : std::move(error_); }

  friend constexpr bool operator==(const result& a, const result& b) {
    if (a.has_value_ != b.has_value_) return false;
    return a.has_value_ ? a.value_ == b.value_ : a.error_ == b.error_;
  }
  template <class U>
  requires(!detail::is_result<U>)
  friend constexpr bool operator==(const result& a, const U& value) { return a.has_value_ && a.value_ == value; }
  template <class G>
  friend constexpr bool operator==(const result& a, const unexpected<G>& b) { return !a.has_value_ && a.error_ == b.error(); }

 private:
  bool has_value_;
  union {
    T value_;
    E error_;
  };
};

/// Success or an error. As `std::expected<void, E>`.
template <class E>
class [[nodiscard]] result<void, E> : public detail::monadic_operations<result<void, E>> {
 public:
  using value_type = void;
  using error_type = E;
  using unexpected_type = unexpected<E>;

  constexpr result() noexcept = default;
  constexpr explicit result(std::in_place_t) noexcept {}

  template <class G>
  requires std::is_constructible_v<E, const G&>
  constexpr explicit(!std::is_convertible_v<const G&, E>) result(const unexpected<G>& failure)
      : error_(std::in_place, failure.error()) {}

  template <class G>
  requires std::is_constructible_v<E, G>
  constexpr explicit(!std::is_convertible_v<G, E>) result(unexpected<G>&& failure)
      : error_(std::in_place, std::move(failure).error()) {}

  template <class... Args>
  requires std::is_constructible_v<E, Args...>
  constexpr explicit result(unexpect_t, Args&&... args) : error_(std::in_place, std::forward<Args>(args)...) {}

  constexpr void emplace() noexcept { error_.reset(); }
  constexpr void swap(result& other) noexcept { error_.swap(other.error_); }
  friend constexpr void swap(result& a, result& b) noexcept { a.swap(b); }

  [[nodiscard]] constexpr bool has_value() const noexcept { return !error_; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return !error_; }

  /// \pre there is no error
  constexpr void operator*() const noexcept {}

  /// \throws bad_result_access if there is an error; a program that is built without exceptions is aborted
  constexpr void value() const {
    if (error_) detail::throw_bad_result_access();
  }

  /// \pre there is an error
  constexpr E& error() & noexcept { return *error_; }
  constexpr const E& error() const& noexcept { return *error_; }
  constexpr E&& error() && noexcept { return *std::move(error_); }

  template <class G>
  constexpr E error_or(G&& other) const& { return error_.value_or(std::forward<G>(other)); }
  template <class G>
  constexpr E error_or(G&& other) && { return std::move(error_).value_or(std::forward<G>(other)); }

  friend constexpr bool operator==(const result& a, const result& b) { return a.error_ == b.error_; }
  template <class G>
  friend constexpr bool operator==(const result& a, const unexpected<G>& b) { return a.error_ && *a.error_ == b.error(); }

 private:
  std::optional<E> error_;
};

/// The error of this code, to be returned where a `result` is expected.
inline unexpected<error_info> fail(std::error_code code, std::string detail = {}) {
  return unexpected(error_info{code, std::move(detail)});
}

}  // namespace hubauth
