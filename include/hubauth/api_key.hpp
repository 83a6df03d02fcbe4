// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

inline constexpr std::size_t max_key_size = 512;        ///< bytes of a key, and of a model id
inline constexpr std::size_t max_id_token_size = 8192;  ///< bytes of an id token
inline constexpr std::string_view platform_prefix = "ul_";

/// What is wrong with a text that should be a key.
enum class key_fault : unsigned char {
  none,
  no_key,         ///< nothing but blanks
  no_key_part,    ///< nothing before the first `_`, or nothing behind `ul_`
  bad_character,  ///< one that no key has
  key_too_long,
  bad_model_character,  ///< one that no model id has
  model_too_long,
};

/// The fault in words; says nothing about the text itself.
constexpr const char* describe(key_fault fault) noexcept {
  switch (fault) {
    case key_fault::none: return "nothing is wrong with it";
    case key_fault::no_key: return "it is empty";
    case key_fault::no_key_part: return "the part that is the key is empty";
    case key_fault::bad_character: return "it has a character that no key has (a blank, a quote or the like inside?)";
    case key_fault::key_too_long: return "it is longer than any key";
    case key_fault::bad_model_character: return "its model id has a character that no model id has";
    case key_fault::model_too_long: return "its model id is longer than any";
  }
  return "unknown fault";
}

/// Where a key's text divides; views into the text.
struct key_split {
  std::string_view key;       ///< empty when there is a fault
  std::string_view model_id;  ///< empty when there is none
  key_fault fault = key_fault::none;
};

namespace detail {

/// RFC 6750 section 2.1 (b64token) without `_`, which divides key and model id.
constexpr bool is_key_character(char c) noexcept {
  const auto letter = static_cast<unsigned char>((c | 0x20) - 'a') < 26;
  const auto digit_or_mark = static_cast<unsigned char>(c - '-') < 13;  // - . / 0 to 9
  return letter || digit_or_mark || c == '+' || c == '=' || c == '~';
}

/// True when all are letters, digits, `-`, `.`, `/` or `_`, as in nearly every key: sixteen at a time, each range by
/// one signed comparison. (Compilers make vectors of loops at -O3 alone.)
///
/// Needs:   at least 16 bytes
inline bool all_usual_in_blocks(std::string_view text) noexcept {
  using block [[gnu::vector_size(16)]] = unsigned char;
  using compared [[gnu::vector_size(16)]] = signed char;
  const auto usual = [](const char* at) {
    block bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    const auto letter = compared((bytes | 0x20) + (127 - 'z')) > 127 - 26;
    const auto digit_or_mark = compared(bytes + (127 - '9')) > 127 - 13;
    return letter | digit_or_mark | (bytes == '_');
  };
  const char* const last = text.data() + text.size() - sizeof(block);  // it may share bytes with the one before
  auto all = usual(last);
  for (const char* at = text.data(); at < last; at += sizeof(block)) all &= usual(at);
  std::uint64_t halves[2];
  std::memcpy(halves, &all, sizeof halves);
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

/// True when one look told that all are key characters or `_`; otherwise each part must be looked at.
constexpr bool all_usual(std::string_view text) noexcept {
  return text.size() >= 16 && !std::is_constant_evaluated() && all_usual_in_blocks(text);
}

constexpr bool all_key_characters(std::string_view text, bool underscore_too) noexcept {
  bool all = true;
  for (char c : text) all &= is_key_character(c) || (underscore_too && c == '_');
  return all;
}

}  // namespace detail

/// `text` without the blanks, tabs, CR and LF around it.
constexpr std::string_view trim(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Divides a text into key and model id at the first `_`; a Platform key (`ul_...`) is never divided.
///
/// Gives:   the parts, or the fault; total: every text has an answer
constexpr key_split split_key(std::string_view text) noexcept {
  text = trim(text);
  if (text.empty()) return {{}, {}, key_fault::no_key};

  const bool platform = text.starts_with(platform_prefix);
  const auto end = platform ? text.size() : text.find('_');
  const auto key = text.substr(0, end);
  const auto model_id = end < text.size() ? text.substr(end + 1) : std::string_view();
  const auto own_part = platform ? key.substr(platform_prefix.size()) : key;

  if (own_part.empty()) return {{}, {}, key_fault::no_key_part};
  const bool usual = detail::all_usual(text) && (!platform || own_part.find('_') == std::string_view::npos);
  if (!usual && !detail::all_key_characters(own_part, false)) return {{}, {}, key_fault::bad_character};
  if (key.size() > max_key_size) return {{}, {}, key_fault::key_too_long};
  if (!usual && !detail::all_key_characters(model_id, true)) return {{}, {}, key_fault::bad_model_character};
  if (model_id.size() > max_key_size) return {{}, {}, key_fault::model_too_long};
  return {key, model_id};
}

struct parsed_key;

/// A text that is a key by the grammar; whether a service accepts it is another matter.
///
/// Keeps:   made only by `parse`, so its text is safe in a header, in JSON and in a shell; move-only like `secret`
class api_key {
 public:
  /// The key and the model id in `text`.
  ///
  /// Gives:   errc::malformed_key with the fault in words, never with any of the text
  static result<parsed_key> parse(std::string_view text);

  /// Calls `f` with a `std::string_view` of the key.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    return text_.with_exposed(std::forward<F>(f));
  }

  [[nodiscard]] api_key clone() const { return api_key(text_.clone()); }

  friend bool operator==(const api_key& a, const api_key& b) noexcept { return a.text_ == b.text_; }

 private:
  friend class credential;  // where there is a token, its key is empty
  constexpr api_key() noexcept = default;
  explicit api_key(secret text) noexcept : text_(std::move(text)) {}

  secret text_;
};

/// What a text like `KEY_MODEL` holds.
struct parsed_key {
  api_key key;
  std::string model_id;  ///< empty when there was none
};

inline result<parsed_key> api_key::parse(std::string_view text) {
  const auto parts = split_key(text);
  if (parts.fault != key_fault::none) return fail(errc::malformed_key, describe(parts.fault));
  return parsed_key{api_key(secret(parts.key)), std::string(parts.model_id)};
}

/// A token that a service gave for a browser's session.
///
/// Keeps:   made only by `parse`, so its text is safe in a header; move-only like `secret`
class id_token {
 public:
  /// The token in `text`, which is taken as it is.
  ///
  /// Gives:   errc::bad_reply when it can't be a token: it came from a service, nobody typed it
  static result<id_token> parse(std::string_view text) {
    if (text.empty() || text.size() > max_id_token_size ||
        !(detail::all_usual(text) || detail::all_key_characters(text, true)))
      return fail(errc::bad_reply, "the id token in it can't be one");
    return id_token(secret(text));
  }

  /// Calls `f` with a `std::string_view` of the token.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    return text_.with_exposed(std::forward<F>(f));
  }

  [[nodiscard]] id_token clone() const { return id_token(text_.clone()); }

  friend bool operator==(const id_token& a, const id_token& b) noexcept { return a.text_ == b.text_; }

 private:
  friend class credential;  // where there is a key, its token is empty
  constexpr id_token() noexcept = default;
  explicit id_token(secret text) noexcept : text_(std::move(text)) {}

  secret text_;
};

}  // namespace hubauth
