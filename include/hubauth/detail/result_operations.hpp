// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdlib>
#include <functional>
#include <type_traits>
#include <utility>

#include "hubauth/unexpected.hpp"

/// The parts of `result` that need not be members.
namespace hubauth {

template <class T, class E>
class result;

}  // namespace hubauth

namespace hubauth::detail {

template <class T>
inline constexpr bool is_result = false;
template <class T, class E>
inline constexpr bool is_result<result<T, E>> = true;
template <class T>
inline constexpr bool is_unexpected = false;
template <class E>
inline constexpr bool is_unexpected<unexpected<E>> = true;

/// A type that selects a constructor of `result`, and so is neither a value nor an error.
template <class T>
concept result_tag = std::is_same_v<T, std::in_place_t> || std::is_same_v<T, unexpect_t> || is_unexpected<T>;

/// What a `result` can hold.
template <class T>
concept result_content = std::is_object_v<T> && !std::is_array_v<T> && !std::is_const_v<T> &&
                         std::is_nothrow_move_constructible_v<T> && !result_tag<T>;

/// What a `result<void>` stores as its value.
struct void_value {};

template <class A, class B>
concept comparable_with = requires(const A& a, const B& b) {
  { a == b } -> std::convertible_to<bool>;
};

/// `T` can be made from a `Wrapper` itself, whether that is const or an rvalue.
template <class T, class Wrapper>
concept made_from = std::is_constructible_v<T, Wrapper&> || std::is_constructible_v<T, const Wrapper&> ||
                    std::is_constructible_v<T, Wrapper> || std::is_constructible_v<T, const Wrapper>;

/// A `result<T, E>` is made of the value and the error in `Other`, a reference to a result of other types.
///
/// Where `T` can be made from that result itself, as `std::any` can, `Other` is the value instead. Not so for `bool`: that
/// would be whether there is a value.
template <class Other, class T, class E, class From = std::remove_cvref_t<Other>>
concept unwraps_to = is_result<From> && !std::is_same_v<From, result<T, E>> &&
                     std::is_void_v<T> == std::is_void_v<typename From::value_type> &&
                     (std::is_void_v<T> || std::is_constructible_v<T, decltype(*std::declval<Other>())>) &&
                     std::is_constructible_v<E, decltype(std::declval<Other>().error())> &&
                     (std::is_same_v<T, bool> || !made_from<T, From>) && !made_from<unexpected<E>, From>;

template <class Other, class T, class E>
concept unwraps_implicitly_to = std::is_convertible_v<decltype(*std::declval<Other>()), T> &&
                                std::is_convertible_v<decltype(std::declval<Other>().error()), E>;

/// \pre `self` has an error
template <class Self>
[[noreturn]] void throw_bad_result_access([[maybe_unused]] Self&& self) {
#ifdef __cpp_exceptions
  throw bad_result_access<typename std::remove_cvref_t<Self>::error_type>(std::forward<Self>(self).error());
#else
  std::abort();
#endif
}

/// Calls `f` with the value, if it is not void.
/// \pre `self` has a value
template <class Self, class F>
constexpr decltype(auto) invoke_with_value(Self&& self, F&& f) {
  if constexpr (std::is_void_v<typename std::remove_cvref_t<Self>::value_type>)
    return std::invoke(std::forward<F>(f));
  else
    return std::invoke(std::forward<F>(f), *std::forward<Self>(self));
}

/// Passes the value on.
/// \pre `self` has a value
template <class Next, class Self>
constexpr Next with_value_of(Self&& self) {
  if constexpr (std::is_void_v<typename std::remove_cvref_t<Self>::value_type>)
    return Next();
  else
    return Next(std::in_place, *std::forward<Self>(self));
}

// The monadic operations, written once for all value categories: `Self` is a result with its const and its reference.

template <class Self, class F>
constexpr auto and_then(Self&& self, F&& f) {
  using next = std::remove_cvref_t<decltype(detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f)))>;
  static_assert(is_result<next>, "the function of and_then must return a result");
  static_assert(std::is_same_v<typename next::error_type, typename std::remove_cvref_t<Self>::error_type>,
                "the function of and_then must return a result with the same type of error");
  if (!self) return next(unexpect, std::forward<Self>(self).error());
  return next(detail::invoke_with_value(std::forward<Self>(self), std::forward<F>(f)));
}

template <class Self, class F>
constexpr auto or_else(Self&& self, F&& f) {
  using next = std::remove_cvref_t<std::invoke_result_t<F, decltype(std::forward<Self>(self).error())>>;
  static_assert(is_result<next>, "the function of or_else must return a result");
  static_assert(std::is_same_v<typename next::value_type, typename std::remove_cvref_t<Self>::value_type>,
                "the function of or_else must return a result with the same type of value");
  if (!self) return next(std::invoke(std::forward<F>(f), std::forward<Self>(self).error()));
  return detail::with_value_of<next>(std::forward<Self>(self));
}

template <class Self, class F>
constexpr auto transform(Self&& self, F&& f) {
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
constexpr auto transform_error(Self&& self, F&& f) {
  using error = std::remove_cv_t<std::invoke_result_t<F, decltype(std::forward<Self>(self).error())>>;
  using next = result<typename std::remove_cvref_t<Self>::value_type, error>;
  if (!self) return next(unexpect, std::invoke(std::forward<F>(f), std::forward<Self>(self).error()));
  return detail::with_value_of<next>(std::forward<Self>(self));
}

}  // namespace hubauth::detail
