// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "hubauth/json/find_members.hpp"
#include "hubauth/json/json_error_message.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

inline constexpr std::size_t max_settings_size = 4 * 1024 * 1024;  ///< bytes of a settings file
inline constexpr int max_settings_depth = 64;                      ///< levels of objects and arrays in it

/// The value of `api_key` in the text of a settings file.
struct settings_entry {
  std::size_t begin;  ///< offset of its first byte: of the opening quote, or of `null`
  std::size_t end;    ///< offset past its last byte
  secret key;         ///< decoded; empty if it is null
};

/// Finds the top-level member `api_key` in the text of a settings file. Any bytes are allowed.
/// \retval errc::store_unreadable with the reason, without any of the text, unless the text is a JSON object with
/// exactly
///         one member `api_key` (with any escapes in its name) that is a string or null; is valid UTF-8 without NUL
///         bytes; has no number that is out of range (`json_errc`); and has at most `max_settings_size` bytes and
///         `max_settings_depth` levels
/// \see RFC 8259
inline result<settings_entry> find_api_key(std::string_view text) {
  auto members = find_members(text, {"/api_key"}, {.max_size = max_settings_size, .max_depth = max_settings_depth});
  if (!members) return fail(errc::store_unreadable, message(members.error(), text));
  auto& key = members->front();
  switch (key.type) {
    case json_type::null:
    case json_type::string: return settings_entry{key.begin, key.end, std::move(key.string)};
    case json_type::missing: return fail(errc::store_unreadable, "it has no member api_key");
    case json_type::boolean:
    case json_type::number:
    case json_type::object:
    case json_type::array: break;
  }
  return fail(errc::store_unreadable, "its member api_key is neither a string nor null");
}

/// The text with another key; every other byte is the same.
/// \pre `entry` is `*find_api_key(text)`; `key` is the text of an `api_key`, or empty
inline secret splice(std::string_view text, const settings_entry& entry, std::string_view key) {
  const secret value("\"", key, "\"");
  return value.with_exposed(
      [&](std::string_view quoted) { return secret(text.substr(0, entry.begin), quoted, text.substr(entry.end)); });
}

/// The text of a settings file that holds only the key.
/// \pre `key` is the text of an `api_key`, or empty
inline secret new_settings(std::string_view key) { return secret(R"({"api_key": ")", key, "\"}\n"); }

}  // namespace hubauth::detail
