// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/json/json_stream.hpp"
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

/// Finds the top-level member `api_key`. A handler that returns false ends the parse.
class settings_handler final : public json_handler {
 public:
  /// \pre `text` is the text that is parsed in place
  explicit settings_handler(const char* text) noexcept : text_(text) {}

  const char* error = nullptr;        ///< null if there is none
  std::optional<std::size_t> key_at;  ///< offset of the member's name, past its opening quote
  secret key;

  bool Default() noexcept override {
    if (depth_ == 0) return refuse("it is not a JSON object");
    if (std::exchange(expects_value_, false)) return refuse("its api_key is neither a string nor null");
    return true;
  }

  bool Null() noexcept override {
    expects_value_ = false;
    return Default();
  }

  bool String(const char* text, rapidjson::SizeType size, bool) override {
    if (std::exchange(expects_value_, false)) key = secret(std::string_view(text, size));
    return Default();
  }

  bool Key(const char* text, rapidjson::SizeType size, bool) noexcept override {
    if (depth_ != 1 || std::string_view(text, size) != "api_key") return true;
    if (key_at) return refuse("it has two api_key at its top level");
    key_at = static_cast<std::size_t>(text - text_);  // a string is decoded in place
    expects_value_ = true;
    return true;
  }

  bool StartObject() noexcept override { return (depth_ == 0 || Default()) && enter(); }
  bool StartArray() noexcept override { return Default() && enter(); }
  bool EndObject(rapidjson::SizeType) noexcept override { return leave(); }

 private:
  bool refuse(const char* why) noexcept {
    error = why;
    return false;
  }

  bool enter() noexcept { return ++depth_ <= max_settings_depth || refuse("it is nested too deep"); }

  bool leave() noexcept {
    --depth_;
    return true;
  }

  const char* text_;
  int depth_ = 0;
  bool expects_value_ = false;  // of `api_key`
};

/// A copy that RapidJSON can parse in place, with the same offsets.
inline std::string parseable_copy(std::string_view text) {
  std::string copy(text);
  // The escape of an unpaired surrogate is valid (RFC 8259 section 8.2), and Python writes it for a path that is not
  // UTF-8, but RapidJSON refuses it. Any other character will do, because no key has one.
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2))
    if (const auto code = text.substr(at + 1, 2); code == "ud" || code == "uD") copy[at + 2] = 'f';
  return copy;
}

/// The offset past the closing quote of the string that has a character, or its closing quote, at `at`.
constexpr std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

/// Finds the top-level member `api_key` in the text of a settings file. Any bytes are allowed.
/// \retval errc::store_unreadable with the reason, without any of the text, unless the text is a JSON object with
///         exactly one member `api_key` (with any escapes in its name) that is a string or null; is valid UTF-8 without
///         NUL bytes and without numbers beyond the range of a double; and has at most `max_settings_size` bytes and
///         `max_settings_depth` levels
/// \see RFC 8259
inline result<settings_entry> find_api_key(std::string_view text) {
  const auto refuse = [](const char* why) { return fail(errc::store_unreadable, why); };
  if (text.empty()) return refuse("it is empty");
  if (text.size() > max_settings_size) return refuse("it is larger than 4 MiB");
  if (text.find('\0') != std::string_view::npos) return refuse("it has NUL bytes");

  auto copy = parseable_copy(text);
  settings_handler handler(copy.data());
  const auto outcome = parse_json(copy, handler);
  secure_zero(copy);

  if (handler.error) return refuse(handler.error);
  if (outcome.Code() == rapidjson::kParseErrorStringInvalidEncoding) return refuse("it is not UTF-8");
  if (outcome.IsError()) return refuse("it is not JSON, or only a part of it");
  if (!handler.key_at) return refuse("it has no api_key at its top level");

  const auto begin = text.find_first_not_of(" \t\r\n:", end_of_string(text, *handler.key_at));
  const bool quoted = text[begin] == '"';
  const auto end = quoted ? end_of_string(text, begin + 1) : begin + std::string_view("null").size();
  return settings_entry{begin, end, std::move(handler.key)};
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
inline secret new_settings(std::string_view key) { return secret("{\"api_key\": \"", key, "\"}\n"); }

}  // namespace hubauth::detail
