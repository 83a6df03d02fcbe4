// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "hubauth/error.hpp"

/// What the caller, the environment, the store and the user may provide in a simulated sign-in.
namespace hubauth::testing::detail {

inline constexpr std::string_view argument_key = "ARGUMENT-key-0123456789";
inline constexpr std::string_view variable_key = "VARIABLE-key-0123456789";
inline constexpr std::string_view saved_key = "SAVED-key-0123456789";
inline constexpr std::string_view typed_key = "TYPED-key-0123456789";
inline constexpr std::string_view browser_token = "BROWSER_token-0123456789";

/// The constant above with this text, so that a record of it outlives the secret; empty if there is none.
constexpr std::string_view known_credential(std::string_view text) noexcept {
  for (auto known : {argument_key, variable_key, saved_key, typed_key, browser_token})
    if (known == text) return known;
  return {};
}

/// True if the text contains a credential, or a large part of one.
constexpr bool contains_credential(std::string_view text) noexcept {
  return text.find("-0123456789") != std::string_view::npos;
}

struct simulated_value {
  std::string_view name{};      ///< for reports
  std::string_view text{};      ///< the value; for an error: its detail
  std::string_view key{};       ///< the key in the text; empty if it is malformed
  std::optional<errc> error{};  ///< if the call fails
};

enum class argument_value : std::uint8_t { none, whitespace, key, key_with_model, matches_saved, malformed, count };
enum class key_variable : std::uint8_t { unset, whitespace, key, malformed, count };
enum class url_variable : std::uint8_t { unset, loopback, insecure, count };
enum class load_answer : std::uint8_t { nothing, empty, key, key_with_model, malformed, unreadable, locked, count };
enum class save_answer : std::uint8_t { saved, unwritable, locked, conflict, count };
enum class prompt_answer : std::uint8_t {
  key,
  key_with_model,
  matches_saved,
  empty,
  malformed,
  too_long,
  canceled,
  unavailable,
  count
};

/// The values of an enumeration, in its order.
template <class Enum>
inline constexpr std::array<simulated_value, 0> values_of{};
template <>
inline constexpr auto values_of<argument_value> = std::to_array<simulated_value>({
    {"none"},
    {"whitespace", " \t"},
    {"a key", argument_key, argument_key},
    {"a key with a model id", "ARGUMENT-key-0123456789_model_1\n", argument_key},
    {"the saved key", saved_key, saved_key},
    {"malformed", "_ARGUMENT-key-0123456789"},
});
template <>
inline constexpr auto values_of<key_variable> = std::to_array<simulated_value>({
    {"unset"},
    {"whitespace", "  "},
    {"a key", variable_key, variable_key},
    {"malformed", "VARIABLE-key-0123456789\""},
});
template <>
inline constexpr auto values_of<url_variable> = std::to_array<simulated_value>({
    {"unset"},
    {"http on loopback", "http://127.0.0.1:1"},
    {"http", "http://example.com"},
});
template <>
inline constexpr auto values_of<load_answer> = std::to_array<simulated_value>({
    {"nothing"},
    {"an empty text"},
    {"a key", saved_key, saved_key},
    {"a key with a model id", "SAVED-key-0123456789_model_2", saved_key},
    {"malformed", "SAVED key-0123456789"},
    {"unreadable", "torn", {}, errc::store_unreadable},
    {"locked", "by another process", {}, errc::store_locked},
});
template <>
inline constexpr auto values_of<save_answer> = std::to_array<simulated_value>({
    {"saved"},
    {"unwritable", "disk full", {}, errc::store_unwritable},
    {"locked", {}, {}, errc::store_locked},
    {"overwritten", {}, {}, errc::store_conflict},
});
template <>
inline constexpr auto values_of<prompt_answer> = std::to_array<simulated_value>({
    {"a key", typed_key, typed_key},
    {"a key with a model id", " TYPED-key-0123456789_model_3\r\n", typed_key},
    {"the saved key", saved_key, saved_key},
    {"an empty line"},
    {"malformed", "TYPED\tkey-0123456789"},
    {"too long", "longer than any key", {}, errc::malformed_key},
    {"canceled", {}, {}, errc::prompt_canceled},
    {"unavailable", {}, {}, errc::prompt_unavailable},
});

template <class Enum>
constexpr const simulated_value& value_of(Enum value) noexcept {
  static_assert(values_of<Enum>.size() == static_cast<std::size_t>(Enum::count));
  return values_of<Enum>[static_cast<std::size_t>(value)];
}

}  // namespace hubauth::testing::detail
