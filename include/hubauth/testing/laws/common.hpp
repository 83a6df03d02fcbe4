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

/// What the laws of several policies ask with, and check_response by.
namespace hubauth::testing::laws {

/// Needs:   `text` is a key without a model
inline api_key made_up_key(std::string_view text) {
  auto parsed = api_key::parse(text);
  return std::move(parsed->key);
}

/// A key in which each character that a key may have is once.
inline std::string every_character() {
  std::string all;
  for (char c = ' '; c != '\x7f'; ++c)
    if (hubauth::detail::is_key_character(c)) all += c;
  return all;
}

/// A key of `max_key_size` bytes.
inline std::string longest_key() {
  std::string text;
  while (text.size() < max_key_size) text += every_character();
  text.resize(max_key_size);
  return text;
}

inline bool is_text(const secret& what, std::string_view text) {
  return what.with_exposed([&](std::string_view bytes) { return bytes == text; });
}

/// True for this kind, and for any of a category of the policy's own.
inline bool is_kind(const std::error_code& code, errc kind) {
  const auto wanted = make_error_code(kind);
  return code == wanted || code.category() != wanted.category();
}

/// True when there is no error_info, or when its words have none of these.
template <class T>
bool keeps_to_itself(const result<T>& got, std::string_view text) {
  return got || got.error().message().find(text) == std::string::npos;
}

}  // namespace hubauth::testing::laws
