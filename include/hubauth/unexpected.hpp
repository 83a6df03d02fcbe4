// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "hubauth/version.hpp"

namespace hubauth {

/// An error on its way into a `result`. As `std::unexpected`.
template <class E>
class [[nodiscard]] unexpected {
 public:
  template <class G = E>
  requires(!std::is_same_v<std::remove_cvref_t<G>, unexpected> &&
           !std::is_same_v<std::remove_cvref_t<G>, std::in_place_t> && std::is_constructible_v<E, G>)
  constexpr explicit unexpected(G&& error) : error_(std::forward<G>(error)) {}

  template <class... Args>
  requires std::is_constructible_v<E, Args...>
  constexpr explicit unexpected(std::in_place_t, Args&&... args) : error_(std::forward<Args>(args)...) {}

  template <class U, class... Args>
  requires std::is_constructible_v<E, std::initializer_list<U>&, Args...>
  constexpr explicit unexpected(std::in_place_t, std::initializer_list<U> list, Args&&... args)
      : error_(list, std::forward<Args>(args)...) {}

  [[nodiscard]] constexpr E& error() & noexcept { return error_; }
  [[nodiscard]] constexpr const E& error() const& noexcept { return error_; }
  [[nodiscard]] constexpr E&& error() && noexcept { return std::move(error_); }
  [[nodiscard]] constexpr const E&& error() const&& noexcept { return std::move(error_); }

  constexpr void swap(unexpected& other) noexcept(std::is_nothrow_swappable_v<E>) {
    using std::swap;
    swap(error_, other.error_);
  }
  friend constexpr void swap(unexpected& a, unexpected& b) noexcept(std::is_nothrow_swappable_v<E>) { a.swap(b); }

  template <class G>
  friend constexpr bool operator==(const unexpected& a, const unexpected<G>& b) {
    return a.error() == b.error();
  }

 private:
  E error_;
};

template <class E>
unexpected(E) -> unexpected<E>;

/// Constructs the error of a `result` in place. As `std::unexpect`.
struct unexpect_t {
  explicit unexpect_t() = default;
};
inline constexpr unexpect_t unexpect{};

/// \cond Doxygen reads the base class as a recursion.
template <class E>
class bad_result_access;

/// The base of everything that `result::value` throws. As `std::bad_expected_access<void>`.
template <>
class bad_result_access<void> : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "hubauth::result has an error instead of a value"; }
};

/// What `result::value` throws if there is an error. As `std::bad_expected_access`.
template <class E>
class bad_result_access : public bad_result_access<void> {
 public:
  explicit bad_result_access(E error) : error_(std::move(error)) {}

  [[nodiscard]] E& error() & noexcept { return error_; }
  [[nodiscard]] const E& error() const& noexcept { return error_; }
  [[nodiscard]] E&& error() && noexcept { return std::move(error_); }
  [[nodiscard]] const E&& error() const&& noexcept { return std::move(error_); }

 private:
  E error_;
};
/// \endcond

}  // namespace hubauth
