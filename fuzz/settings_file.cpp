// SPDX-License-Identifier: BSL-1.0
//
// The text of a settings file, against another JSON library: which texts have a key must follow from what nlohmann's
// parser finds in them; and whatever key is put in its place, nothing else changes, neither in bytes nor in meaning.
//
// An input is the text; the new key is made of the key characters in it. The libraries are known to differ about
// - half a surrogate pair, which nlohmann refuses: it is shown U+FFFD in its place
// - a byte order mark, which nlohmann skips and RFC 8259 section 8.1 forbids
// - numbers near the end of a double's range: RapidJSON looks at how they are written (0e400), nlohmann at their value

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/settings/settings_text.hpp"
#include "target.hpp"

namespace {

using nlohmann::json;

/// The text with U+FFFD for every half of a surrogate pair; no offset moves.
std::string without_halves(std::string text) {
  const auto half_at = [&](std::size_t at) -> unsigned {  // 0x36: the first of a pair, 0x37: the second
    const auto escape = text.substr(std::min(at, text.size()), 6);
    const bool whole = escape.size() == 6 && escape.starts_with("\\u") &&
                       escape.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
    const auto half = whole ? static_cast<unsigned>(std::stoul(escape.substr(2), nullptr, 16)) >> 10 : 0;
    return half == 0x36 || half == 0x37 ? half : 0;
  };
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2)) {
    const auto half = half_at(at);
    if (half == 0x36 && half_at(at + 6) == 0x37)
      at += 6;
    else if (half != 0)
      text.replace(at + 2, 4, "fffd");
  }
  return text;
}

/// A document as nlohmann's SAX parser reads it: every event in order, and apart from them the top level's `api_key`.
struct document : nlohmann::json_sax<json> {
  bool valid = false;
  bool too_big_number = false;  ///< valid JSON, but this parser has stopped there
  bool wide_number = false;     ///< valid JSON, but the other parser may stop there
  bool object = false;
  int deepest = 0;
  int api_keys = 0;
  std::optional<std::string> api_key{};  ///< when it is text or null
  std::vector<std::string> events{};

  explicit document(const std::string& text) { valid = json::sax_parse(without_halves(text), this); }

  bool null() override { return value("null", ""); }
  bool boolean(bool is) override { return value(is ? "true" : "false"); }
  bool number_integer(json::number_integer_t number) override { return value(std::to_string(number)); }
  bool number_unsigned(json::number_unsigned_t number) override { return value(std::to_string(number)); }
  bool number_float(json::number_float_t, const json::string_t& token) override {
    const auto exponent = token.find_first_of("eE");
    wide_number |= token.size() > 300 || (exponent < token.size() - 3 && token[exponent + 1] != '-');
    return value(token);
  }
  bool string(json::string_t& text) override { return value('"' + text, text); }
  bool binary(json::binary_t&) override { return value("binary"); }
  bool start_object(std::size_t) override {
    object |= depth_ == 0;
    return enter("{");
  }
  bool start_array(std::size_t) override { return enter("["); }
  bool key(json::string_t& name) override {
    awaiting_ = depth_ == 1 && name == "api_key";
    api_keys += awaiting_;
    events.push_back(name + ':');
    return true;
  }
  bool end_object() override { return leave("}"); }
  bool end_array() override { return leave("]"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    too_big_number = error.id == 406;
    return false;
  }

 private:
  bool value(std::string event, std::optional<std::string> as_key = std::nullopt) {
    if (awaiting_)
      api_key = std::move(as_key);
    else
      events.push_back(std::move(event));
    awaiting_ = false;
    return true;
  }
  bool enter(const char* event) {
    deepest = std::max(deepest, ++depth_);
    return value(event);
  }
  bool leave(const char* event) {
    --depth_;
    return value(event);
  }

  int depth_ = 0;
  bool awaiting_ = false;
};

std::string text_of(const hubauth::secret& text) {
  return text.with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

/// The sentences are constants, so none can hold a piece of the text.
bool is_known(std::string_view why) {
  constexpr std::string_view all[] = {
      "it is empty",
      "it is larger than 4 MiB",
      "it has NUL bytes",
      "it is not UTF-8",
      "it is not JSON, or only a part of it",
      "it is not a JSON object",
      "it is nested too deep",
      "it has no api_key at its top level",
      "it has two api_key at its top level",
      "its api_key is neither text nor null",
  };
  return std::find(std::begin(all), std::end(all), why) != std::end(all);
}

/// Another key in its place and back again.
void check_splices(const std::string& text, const document& before, const hubauth::settings_entry& entry,
                   const std::string& key) {
  const auto prefix = text.substr(0, entry.begin);
  const auto value = text.substr(entry.begin, entry.end - entry.begin);
  const auto suffix = text.substr(entry.end);

  const auto after = text_of(hubauth::splice(text, entry, key));
  fuzz::check(after.starts_with(prefix) && after.ends_with(suffix), "bytes before or behind the value have changed");
  fuzz::check(after.size() == prefix.size() + key.size() + 2 + suffix.size(), "there are other bytes than before");

  const auto again = hubauth::find_api_key(after);
  fuzz::check(again && text_of(again->key) == key, "the new key is not found");
  fuzz::check(again->begin == entry.begin && after.size() - again->end == suffix.size(), "it is found elsewhere");
  fuzz::check(text_of(hubauth::splice(after, *again, key)) == after, "the same key in its place changes something");
  const auto old = text_of(entry.key);
  if (value == '"' + old + '"')
    fuzz::check(text_of(hubauth::splice(after, *again, old)) == text, "the old key in its place gives other bytes");

  const document now(after);
  fuzz::check(now.valid == before.valid && now.events == before.events, "another reader sees other settings");
  fuzz::check(!now.valid || (now.api_keys == 1 && now.api_key == key), "another reader sees another key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const document read(text);
  const auto entry = hubauth::find_api_key(text);

  const bool acceptable = read.object && read.api_keys == 1 && read.api_key &&
                          read.deepest <= hubauth::max_settings_depth && text.size() <= hubauth::max_settings_size &&
                          text.find('\0') == std::string::npos && !text.starts_with("\xEF");
  if (!entry) {
    fuzz::check(!(read.valid && acceptable) || read.wide_number, "no key is found where the model finds one");
    fuzz::check(entry.error().code == hubauth::errc::store_unreadable, "refused as something else than unreadable");
    fuzz::check(is_known(entry.error().detail), "refused without a word, or with words that are not ours");
    return 0;
  }
  fuzz::check((read.valid && acceptable) || read.too_big_number, "a key is found where the model finds none");

  const auto value = text.substr(entry->begin, entry->end - entry->begin);
  const auto key = text_of(entry->key);
  const auto alone = json::parse(without_halves(value), nullptr, false);
  fuzz::check(alone.is_null() ? key.empty() : alone.is_string(), "what would be replaced is no value");
  if (value.find("\\ud") == std::string::npos && value.find("\\uD") == std::string::npos)
    fuzz::check(alone.is_null() || alone == key, "another key is read");
  else
    fuzz::check(!hubauth::api_key::parse(key), "a key is read where a character has been replaced");

  std::string next;
  const auto is_key_character = [](char c) { return hubauth::split_key(std::string_view(&c, 1)).key.size() == 1; };
  std::copy_if(text.begin(), text.end(), std::back_inserter(next), is_key_character);
  next.resize(std::min(next.size(), hubauth::max_key_size));
  check_splices(text, read, *entry, next);
  check_splices(text, read, *entry, "");

  const auto own = text_of(hubauth::new_settings(next));
  fuzz::check(json::parse(own, nullptr, false) == json{{"api_key", next}}, "settings of our own hold something else");
  const auto own_entry = hubauth::find_api_key(own);
  fuzz::check(own_entry && text_of(own_entry->key) == next, "our own settings' key is not found");
  return 0;
}
