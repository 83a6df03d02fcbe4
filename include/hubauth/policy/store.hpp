// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <optional>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

template <class T>
concept loads = requires(T& t) {
  { t.load() } -> std::same_as<result<std::optional<secret>>>;
};

template <class T>
concept saves = requires(T& t, const api_key& key) {
  { t.save(key) } -> std::same_as<result<void>>;
};

template <class T>
concept erases = requires(T& t) {
  { t.erase() } -> std::same_as<result<void>>;
};

/// Saves a key between two runs of a program.
///
/// Exemplar:
///
///     struct my_store {
///       hubauth::result<std::optional<hubauth::secret>> load();
///       hubauth::result<void> save(const hubauth::api_key&);
///       hubauth::result<void> erase();
///     };
///
/// Laws: `load` returns the saved text without parsing it, nothing if no key is saved, and never writes; after `save`
/// it returns that key, after `erase` nothing; a call that fails changes nothing; a store that cannot be read returns
/// errc::store_unreadable, never "no key saved".
///
/// Models: `settings_file`, `memory_store`
template <class T>
concept store = loads<T> && saves<T> && erases<T>;

/// True for a store; otherwise the compiler lists every function that `T` lacks.
template <class T>
consteval bool check_store() {
  static_assert(loads<T>, "Store needs: result<std::optional<secret>> load()   (docs/policies.md#store)");
  static_assert(saves<T>, "Store needs: result<void> save(const api_key&)   (docs/policies.md#store)");
  static_assert(erases<T>, "Store needs: result<void> erase()   (docs/policies.md#store)");
  return store<T>;
}

}  // namespace hubauth
