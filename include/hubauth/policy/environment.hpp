// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "hubauth/version.hpp"

namespace hubauth {

template <class T>
concept reads_env = requires(const T& t, const char* name) {
  { t.get_env(name) } -> std::same_as<std::optional<std::string_view>>;
};

template <class T>
concept detects_browser = requires(const T& t) {
  { t.has_browser_session() } -> std::same_as<bool>;
};

template <class T>
concept has_clock = requires(const T& t) {
  { t.now() } -> std::same_as<std::chrono::system_clock::time_point>;
};

template <class T>
concept sleeps = requires(T& t, std::chrono::milliseconds duration) {
  { t.sleep_for(duration) } -> std::same_as<void>;
};

template <class T>
concept random_source = requires(T& t) {
  { t.random() } -> std::same_as<std::uint64_t>;
};

/// The program's environment. Nothing else in hubauth reads environment variables or the clock.
///
/// Exemplar:
///
///     struct my_environment {
///       std::optional<std::string_view> get_env(const char* name) const;
///       bool has_browser_session() const;
///       std::chrono::system_clock::time_point now() const;
///     };
///
/// Laws: `get_env` returns nothing for a variable that is not set, and a view that is valid until the environment
/// changes; `has_browser_session` reports whether the browser's session may be tried.
///
/// Models: `system_environment`, `testing::fake_environment`
template <class T>
concept environment = reads_env<T> && detects_browser<T> && has_clock<T>;

/// An environment that can also wait and produce random numbers, as `retrying_transport` needs it.
///
/// Exemplar:
///
///     struct my_timed_environment : my_environment {
///       void sleep_for(std::chrono::milliseconds duration);
///       std::uint64_t random();
///     };
///
/// Laws: `sleep_for` returns when the duration is over; `random` is uniformly distributed and differs between processes
/// that start at the same time.
///
/// Models: `system_environment`, `testing::fake_environment`
template <class T>
concept timed_environment = environment<T> && sleeps<T> && random_source<T>;

/// True for an environment; otherwise the compiler lists every function that `T` lacks.
template <class T>
consteval bool check_environment() {
  static_assert(
      reads_env<T>,
      "Env needs: std::optional<std::string_view> get_env(const char*) const   (docs/policies.md#environment)");
  static_assert(detects_browser<T>, "Env needs: bool has_browser_session() const   (docs/policies.md#environment)");
  static_assert(has_clock<T>,
                "Env needs: std::chrono::system_clock::time_point now() const   (docs/policies.md#environment)");
  return environment<T>;
}

/// True for a timed environment; otherwise the compiler lists every function that `T` lacks.
template <class T>
consteval bool check_timed_environment() {
  static_assert(sleeps<T>, "Env needs: void sleep_for(std::chrono::milliseconds)   (docs/policies.md#environment)");
  static_assert(random_source<T>, "Env needs: std::uint64_t random()   (docs/policies.md#environment)");
  return check_environment<T>() && sleeps<T> && random_source<T>;
}

}  // namespace hubauth
