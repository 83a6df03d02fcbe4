// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/json/json_stream.hpp"

namespace hubauth {

inline constexpr std::size_t max_settings_size = 4 * 1024 * 1024;  ///< bytes of a settings file
inline constexpr int max_settings_depth = 64;                      ///< levels of objects and lists in it

/// A settings file's key, and where it stands.
struct settings_entry {
  std::size_t begin;  ///< of the value in the text: at its opening quote, or at `null`
  std::size_t end;    ///< behind the value
  secret key;         ///< decoded, else as it stands; empty when there is none or it is null
};

namespace detail {

/// Takes the top level's `api_key` out of the reader's events; answers false, which ends the reading, at a fault.
class settings_reader final : public detail::json_handler {
 public:
  /// Needs:   the text that the events point into
  explicit settings_reader(const char* text) noexcept : text_(text) {}

  const char* fault = nullptr;        ///< in words; null when there is none
  std::optional<std::size_t> key_at;  ///< where the name `api_key` begins, behind its quote
  secret key;

  bool Default() noexcept override {
    if (depth_ == 0) return refuse("it is not a JSON object");
    if (std::exchange(awaiting_, false)) return refuse("its api_key is neither text nor null");
    return true;
  }

  bool Null() noexcept override {
    awaiting_ = false;
    return Default();
  }

  bool String(const char* text, rapidjson::SizeType size, bool) override {
    if (std::exchange(awaiting_, false)) key = secret(std::string_view(text, size));
    return Default();
  }

  bool Key(const char* text, rapidjson::SizeType size, bool) noexcept override {
    if (depth_ != 1 || std::string_view(text, size) != "api_key") return true;
    if (key_at) return refuse("it has two api_key at its top level");
    key_at = static_cast<std::size_t>(text - text_);  // a string is decoded in place, from where it begins
    awaiting_ = true;
    return true;
  }

  bool StartObject() noexcept override { return (depth_ == 0 || Default()) && enter(); }
  bool StartArray() noexcept override { return Default() && enter(); }
  bool EndObject(rapidjson::SizeType) noexcept override { return leave(); }

 private:
  bool refuse(const char* why) noexcept {
    fault = why;
    return false;
  }

  bool enter() noexcept { return ++depth_ <= max_settings_depth || refuse("it is nested too deep"); }

  bool leave() noexcept {
    --depth_;
    return true;
  }

  const char* text_;
  int depth_ = 0;
  bool awaiting_ = false;  // the next event is the value of `api_key`
};

/// The text as RapidJSON can read it in place; every offset stays.
inline std::string readable_copy(std::string_view text) {
  std::string copy(text);
  // Half a surrogate pair is grammatical (RFC 8259 section 8.2) and what Python writes for a path that is no UTF-8,
  // but RapidJSON refuses it: any other character will do, since no key has one.
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2))
    if (const auto code = text.substr(at + 1, 2); code == "ud" || code == "uD") copy[at + 2] = 'f';
  return copy;
}

/// Behind the closing quote of the string whose first character, or closing quote, is at `at`.
constexpr std::size_t behind_string(std::string_view text, std::size_t at) noexcept {
  while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

}  // namespace detail

/// Finds the top level's `api_key` in the text of a settings file (RFC 8259). Total: any bytes have an answer.
///
/// Gives:   the entry; errc::store_unreadable with the reason in words, never with any of the text, unless it is one
///          JSON object with exactly one `api_key` (however its name is escaped) that is text or null, in valid UTF-8
///          without NUL bytes and numbers beyond a double's, of at most `max_settings_size` bytes and
///          `max_settings_depth` levels
inline result<settings_entry> find_api_key(std::string_view text) {
  const auto refuse = [](const char* why) { return fail(errc::store_unreadable, why); };
  if (text.empty()) return refuse("it is empty");
  if (text.size() > max_settings_size) return refuse("it is larger than 4 MiB");
  if (text.find('\0') != std::string_view::npos) return refuse("it has NUL bytes");

  auto copy = detail::readable_copy(text);
  detail::settings_reader handler(copy.data());
  const auto outcome = detail::parse_json(copy, handler);
  secure_zero(copy);

  if (handler.fault) return refuse(handler.fault);
  if (outcome.Code() == rapidjson::kParseErrorStringInvalidEncoding) return refuse("it is not UTF-8");
  if (outcome.IsError()) return refuse("it is not JSON, or only a part of it");
  if (!handler.key_at) return refuse("it has no api_key at its top level");

  const auto begin = text.find_first_not_of(" \t\r\n:", detail::behind_string(text, *handler.key_at));
  const bool quoted = text[begin] == '"';
  const auto end = quoted ? detail::behind_string(text, begin + 1) : begin + std::string_view("null").size();
  return settings_entry{begin, end, std::move(handler.key)};
}

/// The text with another key in the entry's place; every other byte stays.
///
/// Needs:   `entry` is what `find_api_key` gave for `text`; `key` is an `api_key`'s text, or empty
inline secret splice(std::string_view text, const settings_entry& entry, std::string_view key) {
  const secret value("\"", key, "\"");
  return value.with_exposed(
      [&](std::string_view quoted) { return secret(text.substr(0, entry.begin), quoted, text.substr(entry.end)); });
}

/// The text of a settings file that holds the key and nothing else.
///
/// Needs:   `key` is an `api_key`'s text, or empty
inline secret new_settings(std::string_view key) { return secret("{\"api_key\": \"", key, "\"}\n"); }

}  // namespace hubauth
