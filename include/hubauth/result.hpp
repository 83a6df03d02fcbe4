// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>
#include <initializer_list>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "hubauth/detail/result_operations.hpp"
#include "hubauth/error.hpp"
#include "hubauth/unexpected.hpp"

namespace hubauth {

/// A value or an error: `std::expected` (C++23) with its members and semantics, but one type in every language mode.
///
/// It differs in two ways. Moving a value or an error must not throw. Assignment constructs the new content instead of
/// assigning to the old one; if that throws, nothing changes.
template <class T, class E = error_info>
class [[nodiscard]] result {
  using stored = std::conditional_t<std::is_void_v<T>, detail::void_value, T>;

  static_assert(detail::result_content<stored>,
                "the value of a result must be void, or an object whose move constructor does not throw");
  static_assert(detail::result_content<E>,
                "the error of a result must be an object whose move constructor does not throw");

 public:
  using value_type = T;
  using error_type = E;
  using unexpected_type = unexpected<E>;
  template <class U>
  using rebind = result<U, E>;

  constexpr result() requires std::is_default_constructible_v<stored>
      : has_value_(true), value_() {}

  constexpr result(const result& other)
      requires std::is_copy_constructible_v<stored> && std::is_copy_constructible_v<E>
      : has_value_(other.has_value_) {
    construct_from(other);
  }

  constexpr result(result&& other) noexcept : has_value_(other.has_value_) { construct_from(std::move(other)); }

  /// From a result of other types.
  template <class Other>
  requires detail::unwraps_to<Other, T, E>
  constexpr explicit(!detail::unwraps_implicitly_to<Other, T, E>) result(Other&& other)
      : has_value_(other.has_value()) {
    construct_from(std::forward<Other>(other));
  }

  template <class U = T>
  requires(!std::is_void_v<T> && !std::is_same_v<std::remove_cvref_t<U>, result> &&
           !detail::result_tag<std::remove_cvref_t<U>> &&
           !(std::is_same_v<T, bool> && detail::is_result<std::remove_cvref_t<U>>) &&
           std::is_constructible_v<T, U>)
  constexpr explicit(!std::is_convertible_v<U, T>) result(U&& value)
      : has_value_(true), value_(std::forward<U>(value)) {}

  template <class G>
  requires std::is_constructible_v<E, const G&>
  constexpr explicit(!std::is_convertible_v<const G&, E>) result(const unexpected<G>& failure)
      : has_value_(false), error_(failure.error()) {}

  template <class G>
  requires std::is_constructible_v<E, G>
  constexpr explicit(!std::is_convertible_v<G, E>) result(unexpected<G>&& failure)
      : has_value_(false), error_(std::move(failure).error()) {}

  template <class... Args>
  requires std::is_constructible_v<stored, Args...>
  constexpr explicit result(std::in_place_t, Args&&... args) : has_value_(true), value_(std::forward<Args>(args)...) {}

  template <class U, class... Args>
  requires std::is_constructible_v<stored, std::initializer_list<U>&, Args...>
  constexpr explicit result(std::in_place_t, std::initializer_list<U> list, Args&&... args)
      : has_value_(true), value_(list, std::forward<Args>(args)...) {}

  template <class... Args>
  requires std::is_constructible_v<E, Args...>
  constexpr explicit result(unexpect_t, Args&&... args) : has_value_(false), error_(std::forward<Args>(args)...) {}

  template <class U, class... Args>
  requires std::is_constructible_v<E, std::initializer_list<U>&, Args...>
  constexpr explicit result(unexpect_t, std::initializer_list<U> list, Args&&... args)
      : has_value_(false), error_(list, std::forward<Args>(args)...) {}

  constexpr ~result() { destroy(); }

  constexpr result& operator=(const result& other)
      requires std::is_copy_constructible_v<stored> && std::is_copy_constructible_v<E>
  {
    return *this = result(other);
  }

  constexpr result& operator=(result&& other) noexcept {
    result moved(std::move(other));  // `other` may be this object, or a part of its content
    destroy();
    has_value_ = moved.has_value_;
    construct_from(std::move(moved));
    return *this;
  }

  /// Replaces the content by a value. If its constructor throws, nothing changes.
  template <class... Args>
  requires std::is_constructible_v<stored, Args...>
  constexpr std::add_lvalue_reference_t<T> emplace(Args&&... args) {
    return *(*this = result(std::in_place, std::forward<Args>(args)...));
  }
  template <class U, class... Args>
  requires std::is_constructible_v<stored, std::initializer_list<U>&, Args...>
  constexpr std::add_lvalue_reference_t<T> emplace(std::initializer_list<U> list, Args&&... args) {
    return *(*this = result(std::in_place, list, std::forward<Args>(args)...));
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
  constexpr std::add_lvalue_reference_t<T> operator*() & noexcept { return get_value(*this); }
  constexpr std::add_lvalue_reference_t<const T> operator*() const& noexcept { return get_value(*this); }
  constexpr std::add_rvalue_reference_t<T> operator*() && noexcept { return get_value(std::move(*this)); }
  constexpr std::add_rvalue_reference_t<const T> operator*() const&& noexcept { return get_value(std::move(*this)); }

  /// \pre there is a value
  constexpr stored* operator->() noexcept requires(!std::is_void_v<T>) { return std::addressof(**this); }
  constexpr const stored* operator->() const noexcept requires(!std::is_void_v<T>) { return std::addressof(**this); }

  /// \throws bad_result_access<E> if there is an error; a program that is built without exceptions is aborted
  constexpr std::add_lvalue_reference_t<T> value() & { return checked_value(*this); }
  constexpr std::add_lvalue_reference_t<const T> value() const& { return checked_value(*this); }
  constexpr std::add_rvalue_reference_t<T> value() && { return checked_value(std::move(*this)); }
  constexpr std::add_rvalue_reference_t<const T> value() const&& { return checked_value(std::move(*this)); }

  /// \pre there is an error
  constexpr E& error() & noexcept { return get_error(*this); }
  constexpr const E& error() const& noexcept { return get_error(*this); }
  constexpr E&& error() && noexcept { return get_error(std::move(*this)); }
  constexpr const E&& error() const&& noexcept { return get_error(std::move(*this)); }

  template <class U = T>
  requires std::is_convertible_v<U, T>
  constexpr T value_or(U&& other) const& { return has_value_ ? **this : static_cast<T>(std::forward<U>(other)); }
  template <class U = T>
  requires std::is_convertible_v<U, T>
  constexpr T value_or(U&& other) && {
    return has_value_ ? *std::move(*this) : static_cast<T>(std::forward<U>(other));
  }

  template <class G = E>
  requires std::is_convertible_v<G, E>
  constexpr E error_or(G&& other) const& { return has_value_ ? static_cast<E>(std::forward<G>(other)) : error(); }
  template <class G = E>
  requires std::is_convertible_v<G, E>
  constexpr E error_or(G&& other) && {
    return has_value_ ? static_cast<E>(std::forward<G>(other)) : std::move(*this).error();
  }

  /// Calls `f` with the value and returns its `result`; passes an error on.
  template <class F>
  constexpr auto and_then(F&& f) & { return detail::and_then(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto and_then(F&& f) const& { return detail::and_then(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto and_then(F&& f) && { return detail::and_then(std::move(*this), std::forward<F>(f)); }
  template <class F>
  constexpr auto and_then(F&& f) const&& { return detail::and_then(std::move(*this), std::forward<F>(f)); }

  /// Calls `f` with the error and returns its `result`; passes a value on.
  template <class F>
  constexpr auto or_else(F&& f) & { return detail::or_else(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto or_else(F&& f) const& { return detail::or_else(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto or_else(F&& f) && { return detail::or_else(std::move(*this), std::forward<F>(f)); }
  template <class F>
  constexpr auto or_else(F&& f) const&& { return detail::or_else(std::move(*this), std::forward<F>(f)); }

  /// Replaces the value by what `f` returns for it; passes an error on.
  template <class F>
  constexpr auto transform(F&& f) & { return detail::transform(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto transform(F&& f) const& { return detail::transform(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto transform(F&& f) && { return detail::transform(std::move(*this), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform(F&& f) const&& { return detail::transform(std::move(*this), std::forward<F>(f)); }

  /// Replaces the error by what `f` returns for it; passes a value on.
  template <class F>
  constexpr auto transform_error(F&& f) & { return detail::transform_error(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto transform_error(F&& f) const& { return detail::transform_error(*this, std::forward<F>(f)); }
  template <class F>
  constexpr auto transform_error(F&& f) && { return detail::transform_error(std::move(*this), std::forward<F>(f)); }
  template <class F>
  constexpr auto transform_error(F&& f) const&& {
    return detail::transform_error(std::move(*this), std::forward<F>(f));
  }

 private:
  // Written once for all value categories: `Self` is this class with its const and its reference.

  template <class Self>
  static constexpr auto get_value(Self&& self) noexcept -> decltype(*std::forward<Self>(self)) {
    assert(self.has_value_);
    if constexpr (!std::is_void_v<T>) return std::forward<Self>(self).value_;
  }

  template <class Self>
  static constexpr auto checked_value(Self&& self) -> decltype(*std::forward<Self>(self)) {
    if (!self.has_value_) detail::throw_bad_result_access(std::forward<Self>(self));
    return *std::forward<Self>(self);
  }

  template <class Self>
  static constexpr auto get_error(Self&& self) noexcept -> decltype(std::forward<Self>(self).error()) {
    assert(!self.has_value_);
    return std::forward<Self>(self).error_;
  }

  /// Constructs the content. \pre there is none yet, and `has_value_` is that of `other`
  template <class Other>
  constexpr void construct_from(Other&& other) {
    if (!has_value_)
      std::construct_at(std::addressof(error_), std::forward<Other>(other).error());
    else if constexpr (std::is_void_v<T>)
      std::construct_at(std::addressof(value_));
    else
      std::construct_at(std::addressof(value_), *std::forward<Other>(other));
  }

  constexpr void destroy() noexcept {
    if (has_value_)
      std::destroy_at(std::addressof(value_));
    else
      std::destroy_at(std::addressof(error_));
  }

  bool has_value_;
  union {
    stored value_;
    E error_;
  };
};

template <class T, class E, class U, class G>
requires((std::is_void_v<T> ? std::is_void_v<U> : detail::comparable_with<T, U>) && detail::comparable_with<E, G>)
constexpr bool operator==(const result<T, E>& a, const result<U, G>& b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a.has_value()) return a.error() == b.error();
  if constexpr (std::is_void_v<T>)
    return true;
  else
    return *a == *b;
}

template <class T, class E, class U>
requires(!detail::is_result<U> && !detail::is_unexpected<U> && detail::comparable_with<T, U>)
constexpr bool operator==(const result<T, E>& a, const U& value) {
  return a.has_value() && *a == value;
}

template <class T, class E, class G>
requires detail::comparable_with<E, G>
constexpr bool operator==(const result<T, E>& a, const unexpected<G>& b) {
  return !a.has_value() && a.error() == b.error();
}

/// The error of this code, to be returned where a `result` is expected.
inline unexpected<error_info> fail(std::error_code code, std::string detail = {}) {
  return unexpected(error_info{code, std::move(detail)});
}

}  // namespace hubauth
