// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubauth {

template <class T>
concept reads_variables = requires(const T& t, const char* name) {
  { t.variable(name) } -> std::same_as<std::optional<std::string_view>>;
};

template <class T>
concept knows_browsers = requires(const T& t) {
  { t.browser_at_hand() } -> std::same_as<bool>;
};

template <class T>
concept tells_time = requires(const T& t) {
  { t.now() } -> std::same_as<std::int64_t>;
};

/// Where the program runs. Nothing else in hubauth reads variables or the clock.
///
/// Exemplar:
///     struct my_environment {
///       std::optional<std::string_view> variable(const char* name) const;
///       bool browser_at_hand() const;
///       std::int64_t now() const;
///     };
/// Laws:    `variable` gives nothing for one that is not set, and a view that is valid until the environment changes;
///          `browser_at_hand` says whether a browser's session may be tried; `now` is in seconds since 1970
/// Models:  system_environment
template <class T>
concept environment = reads_variables<T> && knows_browsers<T> && tells_time<T>;

/// True for an environment; else the error lists every function that `T` lacks.
template <class T>
consteval bool check_environment() {
  static_assert(
      reads_variables<T>,
      "Env needs: std::optional<std::string_view> variable(const char*) const   (docs/policies.md#environment)");
  static_assert(knows_browsers<T>, "Env needs: bool browser_at_hand() const   (docs/policies.md#environment)");
  static_assert(tells_time<T>, "Env needs: std::int64_t now() const   (docs/policies.md#environment)");
  return environment<T>;
}

}  // namespace hubauth
