// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/text/ascii.hpp"
#include "hubauth/text/trim.hpp"

namespace hubauth {

inline constexpr std::size_t max_key_size = 512;            ///< bytes of a key, and of a model id
inline constexpr std::string_view platform_prefix = "ul_";  ///< starts a key of the Ultralytics Platform

/// Why a text is not a key.
enum class key_error : unsigned char {
  none,
  empty,              ///< nothing but whitespace
  empty_key_part,     ///< nothing before the first `_`, or nothing after `ul_`
  invalid_character,  ///< a character that no key contains
  key_too_long,
  invalid_model_id_character,  ///< a character that no model id contains
  model_id_too_long,
};

/// A key's text, split.
///
/// \par Lifetime
/// The views are valid as long as the text.
struct key_parts {
  std::string_view key{};       ///< empty if there is an error
  std::string_view model_id{};  ///< empty if there is none
  key_error error = key_error::none;
  std::size_t error_position = 0;  ///< of an invalid character: a byte of the text as it was given, from 1; else 0
};

namespace detail {

/// The characters of a key: RFC 6750 section 2.1 (b64token) without `_`, which separates key and model id.
constexpr bool is_key_character(char c) noexcept {
  return is_alphanumeric(c) || std::string_view("-.~+/=").find(c) != std::string_view::npos;
}

/// Whether `_` is a valid character.
enum class underscore : bool { invalid, valid };

/// The index of the first character that is neither a key character nor an allowed `_`; npos if there is none.
constexpr std::size_t find_invalid_character(std::string_view text, underscore allowed) noexcept {
  std::size_t i = 0;
  while (i != text.size() && (is_key_character(text[i]) || (allowed == underscore::valid && text[i] == '_'))) ++i;
  return i == text.size() ? std::string_view::npos : i;
}

/// The kind of an invalid character, as text; does not repeat the character.
constexpr std::string_view describe_character(char c) noexcept {
  if (c == ' ') return "a space";
  if (c == '"' || c == '\'' || c == '`') return "a quote";
  if (c == '_') return "an underscore";
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "a control character";
  if (static_cast<unsigned char>(c) >= 0x80) return "a character that is not ASCII";
  return "a punctuation character";
}

}  // namespace detail

/// Splits a text into key and model id at the first `_`. A Platform key (`ul_...`) is never split.
constexpr key_parts split_key(std::string_view text) noexcept {
  using detail::underscore;
  const auto trimmed = detail::trim(text);
  if (trimmed.empty()) return {.error = key_error::empty};
  const bool is_platform = trimmed.starts_with(platform_prefix);
  const auto key = is_platform ? trimmed : trimmed.substr(0, trimmed.find('_'));
  const auto model_id = key.size() == trimmed.size() ? std::string_view() : trimmed.substr(key.size() + 1);
  const auto unprefixed = is_platform ? key.substr(platform_prefix.size()) : key;
  const auto invalid = [&](key_error error, std::string_view part, std::size_t at) -> key_parts {
    return {.error = error, .error_position = static_cast<std::size_t>(part.data() - text.data()) + at + 1};
  };

  if (unprefixed.empty()) return {.error = key_error::empty_key_part};
  if (const auto at = detail::find_invalid_character(unprefixed, underscore::invalid); at != std::string_view::npos)
    return invalid(key_error::invalid_character, unprefixed, at);
  if (key.size() > max_key_size) return {.error = key_error::key_too_long};
  if (const auto at = detail::find_invalid_character(model_id, underscore::valid); at != std::string_view::npos)
    return invalid(key_error::invalid_model_id_character, model_id, at);
  if (model_id.size() > max_key_size) return {.error = key_error::model_id_too_long};
  return {.key = key, .model_id = model_id};
}

/// Why `text` is not a key, for users. Contains nothing of the text but the kind of a character and its position.
/// \pre `parts` is `split_key(text)`
inline std::string message(const key_parts& parts, std::string_view text) {
  const auto character = [&] {
    return std::string(detail::describe_character(text[parts.error_position - 1])) + " at position " +
           std::to_string(parts.error_position);
  };
  switch (parts.error) {
    case key_error::none: return "no error";
    case key_error::empty: return "it is empty";
    case key_error::empty_key_part: return "the part that is the key is empty";
    case key_error::invalid_character: return "it contains an invalid character: " + character();
    case key_error::key_too_long:
      return "it is longer than the " + std::to_string(max_key_size) + " characters of a key";
    case key_error::invalid_model_id_character: return "its model id contains an invalid character: " + character();
    case key_error::model_id_too_long:
      return "its model id is longer than " + std::to_string(max_key_size) + " characters";
  }
  return "unknown error";
}

struct parsed_key;

/// A text that the grammar of keys accepts. Whether the service accepts it is another question.
///
/// Only `parse` makes one, so its text is safe in a header, in JSON and in a shell. Move-only, like `secret`.
class api_key {
 public:
  /// The key and the model id in `text`, with surrounding whitespace removed.
  /// \retval errc::malformed_key with the reason, without any of the text
  static result<parsed_key> parse(std::string_view text);

  /// Calls `f` with a `std::string_view` of the key and returns what it returns.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    return text_.with_exposed(std::forward<F>(f));
  }

  /// An explicit copy.
  [[nodiscard]] api_key clone() const { return api_key(text_.clone()); }

  /// Takes the same time wherever two keys of one length differ.
  friend bool operator==(const api_key&, const api_key&) noexcept = default;

 private:
  explicit api_key(secret text) noexcept : text_(std::move(text)) {}

  secret text_;
};

/// What a text like `KEY_MODEL` contains.
struct parsed_key {
  api_key key;
  std::string model_id{};  ///< empty if there was none
};

inline result<parsed_key> api_key::parse(std::string_view text) {
  const auto parts = split_key(text);
  if (parts.error != key_error::none) return fail(errc::malformed_key, message(parts, text));
  return parsed_key{api_key(secret(parts.key)), std::string(parts.model_id)};
}

}  // namespace hubauth
