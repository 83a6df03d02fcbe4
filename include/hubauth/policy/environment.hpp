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

template <class T>
concept pauses = requires(T& t, std::int64_t milliseconds) {
  { t.pause_for(milliseconds) } -> std::same_as<void>;
};

template <class T>
concept draws = requires(T& t) {
  { t.draw() } -> std::same_as<std::uint64_t>;
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

/// An environment that can also wait and draw by lot: for what asks again (`retrying_transport`).
///
/// Exemplar:
///     struct my_patient_environment : my_environment {
///       void pause_for(std::int64_t milliseconds);
///       std::uint64_t draw();
///     };
/// Laws:    `pause_for` returns when the time is over; `draw` gives any number equally often, and to two processes that
///          start at once not the same
/// Models:  system_environment
template <class T>
concept patient_environment = environment<T> && pauses<T> && draws<T>;

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

/// True for an environment that can wait; else the error lists every function that `T` lacks.
template <class T>
consteval bool check_patient_environment() {
  static_assert(pauses<T>, "Env needs: void pause_for(std::int64_t milliseconds)   (docs/policies.md#environment)");
  static_assert(draws<T>, "Env needs: std::uint64_t draw()   (docs/policies.md#environment)");
  return check_environment<T>() && pauses<T> && draws<T>;
}

}  // namespace hubauth
