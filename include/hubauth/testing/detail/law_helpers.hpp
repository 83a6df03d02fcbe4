// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/error.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

/// The values that the contract tests use, and their checks.
namespace hubauth::testing::detail {

/// \pre `text` is a key without a model id
inline api_key make_key(std::string_view text) { return std::move(api_key::parse(text)->key); }

/// A key that contains each character of the grammar once.
inline std::string key_of_all_characters() {
  std::string all;
  for (char c = ' '; c != '\x7f'; ++c)
    if (hubauth::detail::is_key_character(c)) all += c;
  return all;
}

/// A key of `max_key_size` bytes.
inline std::string longest_key() {
  std::string text;
  while (text.size() < max_key_size) text += key_of_all_characters();
  text.resize(max_key_size);
  return text;
}

inline bool equals(const secret& value, std::string_view text) {
  return value.with_exposed([&](std::string_view bytes) { return bytes == text; });
}

/// True for this code, and for every code of a policy's own category.
inline bool is_code(const std::error_code& code, errc expected) {
  return code == make_error_code(expected) || code.category() != error_category();
}

/// True if there is an error of this code, or of a policy's own category.
template <class T>
bool fails_with(const result<T>& result, errc expected) {
  return !result && detail::is_code(result.error().code, expected);
}

/// True if there is no error, or if its message does not contain `text`.
template <class T>
bool hides(const result<T>& result, std::string_view text) {
  return result || result.error().message().find(text) == std::string::npos;
}

}  // namespace hubauth::testing::detail
