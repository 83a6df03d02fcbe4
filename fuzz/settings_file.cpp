// SPDX-License-Identifier: BSL-1.0
//
// The text of a settings file, compared with another JSON parser: whether a key is found, which, and where; whatever
// key replaces it, nothing else changes, neither in bytes nor in meaning.
//
// An input is the text; the new key consists of the key characters in it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/settings/settings_text.hpp"
#include "json_model.hpp"
#include "target.hpp"

namespace {

using hubauth::detail::settings_entry;
using nlohmann::json;

const fuzz::json_path api_key_path = {"api_key"};

std::string text_of(const hubauth::secret& text) {
  return text.with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

/// Removes " (line L, column C)" from a message, and checks that it is a position in the text.
std::string_view without_position(std::string_view message, const std::string& text) {
  const auto start = message.find(" (line ");
  if (start == message.npos) return message;
  const std::string position(message.substr(start));
  std::size_t line = 0, column = 0;
  int size = 0;
  std::sscanf(position.c_str(), " (line %zu, column %zu)%n", &line, &column, &size);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  fuzz::check(static_cast<std::size_t>(size) == position.size(), "a message is more than a reason and a position");
  fuzz::check(line >= 1 && line <= lines && column >= 1 && column <= text.size() + 1, "a position is not in the text");
  return message.substr(0, start);
}

/// The reason must be true, and is one of ours, so that it contains nothing of the text.
void check_reason(std::string_view reason, const std::string& text, const fuzz::json_model& model) {
  const auto& member = model.members.at(api_key_path);
  const auto holds = [&]() -> bool {
    if (reason == "it is empty") return text.empty();
    if (reason == "it is too large (more than 4194304 bytes)") return text.size() > hubauth::detail::max_settings_size;
    if (reason == "it contains a NUL byte") return text.find('\0') != text.npos;
    if (reason == "it is not UTF-8") return !model.valid;
    if (reason == "it is not valid JSON") return !model.valid;
    if (reason == "it is not a JSON object") return !model.is_object;
    if (reason == "it is nested too deeply") return model.depth > hubauth::detail::max_settings_depth;
    if (reason == "a member occurs twice") return model.has_duplicate;
    if (reason == "a number is out of range") return model.has_large_number;
    if (reason == "it has no member api_key") return model.valid && !member.found;
    if (reason == "its member api_key is neither a string nor null")
      return model.valid && member.found && !member.value.is_null() && !member.value.is_string();
    return false;
  }();
  fuzz::check(holds || model.stopped_at_number, "the reason is not true, or contains something else");
}

/// Replaces the key and puts the old one back.
void check_splice(const std::string& text, const fuzz::json_model& before, const settings_entry& entry,
                  const std::string& key) {
  const auto prefix = text.substr(0, entry.begin);
  const auto value = text.substr(entry.begin, entry.end - entry.begin);
  const auto suffix = text.substr(entry.end);

  const auto after = text_of(hubauth::detail::splice(text, entry, key));
  fuzz::check(after == prefix + '"' + key + '"' + suffix, "bytes before or after the value have changed");

  const auto again = hubauth::detail::find_api_key(after);
  fuzz::check(again && text_of(again->key) == key, "the new key is not found");
  fuzz::check(again->begin == entry.begin && after.size() - again->end == suffix.size(), "it is found elsewhere");
  fuzz::check(text_of(hubauth::detail::splice(after, *again, key)) == after, "the same key changes something");
  const auto old = text_of(entry.key);
  if (value == '"' + old + '"')
    fuzz::check(text_of(hubauth::detail::splice(after, *again, old)) == text, "the old key gives other bytes");

  const fuzz::json_model model(after, {api_key_path});
  fuzz::check(model.valid == before.valid && model.other_events == before.other_events, "other settings have changed");
  fuzz::check(!model.valid || model.members.at(api_key_path).value == key, "the other parser finds another key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const fuzz::json_model model(text, {api_key_path});
  const auto& member = model.members.at(api_key_path);
  const auto entry = hubauth::detail::find_api_key(text);

  const bool acceptable = model.acceptable(hubauth::detail::max_settings_depth) && member.found &&
                          (member.value.is_string() || member.value.is_null()) &&
                          size <= hubauth::detail::max_settings_size;
  if (!entry) {
    fuzz::check(!acceptable || model.has_large_number, "no key is found where the model finds one");
    fuzz::check(entry.error().code == hubauth::errc::store_unreadable, "another error than store_unreadable");
    check_reason(without_position(entry.error().detail, text), text, model);
    return 0;
  }
  fuzz::check(acceptable || model.stopped_at_number, "a key is found where the model finds none");

  const auto value = fuzz::replace_surrogates(text).substr(entry->begin, entry->end - entry->begin);
  const auto key = text_of(entry->key);
  fuzz::check(value == "null" ? key.empty() : json::parse(value, nullptr, false) == key, "the value is another");
  fuzz::check(model.stopped_at_number || member.value == (value == "null" ? json() : json(key)), "the key is another");

  std::string new_key;
  const auto is_key_character = [](char c) { return hubauth::api_key::parse({&c, 1}).has_value(); };
  std::copy_if(text.begin(), text.end(), std::back_inserter(new_key), is_key_character);
  new_key.resize(std::min(new_key.size(), hubauth::max_key_size));
  check_splice(text, model, *entry, new_key);
  check_splice(text, model, *entry, "");

  const auto own = text_of(hubauth::detail::new_settings(new_key));
  fuzz::check(json::parse(own, nullptr, false) == json{{"api_key", new_key}}, "new settings have other members");
  const auto own_entry = hubauth::detail::find_api_key(own);
  fuzz::check(own_entry && text_of(own_entry->key) == new_key, "the key of new settings is not found");
  return 0;
}
