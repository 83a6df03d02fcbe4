// SPDX-License-Identifier: BSL-1.0
//
// Replaces operator new and delete, to search memory that is freed.
#include "hubauth/settings/settings_text.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <malloc.h>
#include <nlohmann/json.hpp>

#include "support/sample_settings.hpp"

namespace {

std::string_view searched_text;  // searched in all memory that is freed, if it is not empty
bool found_in_freed_memory = false;

void deallocate(void* memory) noexcept {
  if (memory && !searched_text.empty()) {
    const std::string_view bytes(static_cast<const char*>(memory), malloc_usable_size(memory));
    found_in_freed_memory = found_in_freed_memory || bytes.find(searched_text) != std::string_view::npos;
  }
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return std::memset(memory, 0, malloc_usable_size(memory));  // what was in it before is not to be found
}
void operator delete(void* memory) noexcept { deallocate(memory); }
void operator delete(void* memory, std::size_t) noexcept { deallocate(memory); }

namespace {

using hubauth::detail::find_api_key;
using hubauth::detail::max_settings_depth;
using hubauth::detail::max_settings_size;
using hubauth::detail::new_settings;
using hubauth::detail::splice;
using hubauth::testing::sample_settings;

std::string text_of(const hubauth::secret& text) {
  return text.with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

/// The key that is found, or the reason why none is.
std::string found(std::string_view text) {
  const auto entry = find_api_key(text);
  if (entry) return "key: " + text_of(entry->key);
  CHECK(entry.error().code == hubauth::errc::store_unreadable);
  return entry.error().detail;
}

std::string spliced(std::string_view text, std::string_view key) {
  const auto entry = find_api_key(text);
  REQUIRE(entry);
  return text_of(splice(text, *entry, key));
}

std::string nested(int levels) {
  const auto inner = static_cast<std::size_t>(levels - 1);
  return "{\"api_key\": \"k\", \"d\": " + std::string(inner, '[') + std::string(inner, ']') + "}";
}

std::string nested_objects(int levels) {
  std::string text = "{}";
  for (int level = 2; level < levels; ++level) text = "{\"d\": " + text + "}";
  return "{\"api_key\": \"k\", \"d\": " + text + "}";
}

/// What holds for any bytes: there is a result; and if a key is found, only that key is replaced.
void check_laws(const std::string& text) {
  const auto entry = find_api_key(text);
  if (!entry) {
    CHECK_FALSE(entry.error().detail.empty());
    return;
  }
  for (const std::string_view key : {"", "ul_0.~+/=-Z"}) {
    const auto after = text_of(splice(text, *entry, key));
    const auto end = std::string_view(text).substr(entry->end);
    CHECK(after == text.substr(0, entry->begin) + '"' + std::string(key) + '"' + std::string(end));
    CHECK(found(after) == "key: " + std::string(key));
  }
  CHECK(text_of(splice(text, *entry, "")).size() + (entry->end - entry->begin) == text.size() + 2);
}

const std::vector<std::pair<std::string, std::string>> values = {
    {"\"key\"", "key"},
    {"\"\"", ""},
    {"null", ""},
    {"\"ul_0123456789\"", "ul_0123456789"},
    {"\"k\\u0065y\"", "key"},
    {"\" whitespace \"", " whitespace "},
    {"\"q\\\"uo\\\\te\\\\\"", "q\"uo\\te\\"},
    {"\"a:b,c}d]e{\"", "a:b,c}d]e{"},
    {"\"\\u0000\\n\"", std::string("\0\n", 2)},
    {"\"\\\\ud800\"", "\\ud800"},
    {"\"\\ud800\"", "\xEF\xBF\xBD"},
    {"\"\\uDC80k\"", "\xEF\xBF\xBDk"},
    {"\"\xE2\x82\xAC\"", "\xE2\x82\xAC"},
};

}  // namespace

TEST_CASE("settings_text: the top-level key is found in every layout") {
  for (const auto& [value, key] : values)
    for (const auto& text : sample_settings::all(value)) {
      CAPTURE(text);
      const auto entry = find_api_key(text);
      REQUIRE(entry);
      CHECK(text_of(entry->key) == key);
      CHECK(text.substr(entry->begin, entry->end - entry->begin) == value);
    }
}

TEST_CASE("settings_text: a new key changes no other byte") {
  for (const auto& [value, old] : values)
    for (const std::string key : {"", "ul_fedcba9876543210", "abc/def+ghi=="}) {
      const auto before = sample_settings::all(value);
      const auto after = sample_settings::all('"' + key + '"');
      for (std::size_t i = 0; i != before.size(); ++i) CHECK(spliced(before[i], key) == after[i]);
    }
}

TEST_CASE("settings_text: another JSON parser finds the same settings except for the key") {
  using nlohmann::ordered_json;
  for (const auto& text : {sample_settings::with_18_keys("\"old\""), sample_settings::with_19_keys("\"old\"")}) {
    auto expected = ordered_json::parse(text);
    REQUIRE(expected.size() >= 18);
    expected["api_key"] = "new";
    CHECK(ordered_json::parse(spliced(text, "new")) == expected);
  }
}

TEST_CASE("settings_text: the same key gives the same bytes, also after another key") {
  for (const auto& text : sample_settings::all("\"key\"")) {
    CHECK(spliced(text, "key") == text);
    CHECK(spliced(spliced(text, "another-key"), "key") == text);
  }
}

TEST_CASE("settings_text: a file of our own holds the key, and its key can be replaced") {
  CHECK(text_of(new_settings("key")) == "{\"api_key\": \"key\"}\n");
  CHECK(text_of(new_settings("")) == spliced("{\"api_key\": \"key\"}\n", ""));
}

TEST_CASE("settings_text: an invalid text is an error with the reason") {
  const std::pair<std::string, const char*> bad[] = {
      {"", "it is empty"},
      {"{\"api_key\": \"k\"", "it is not valid JSON (line 1, column 16)"},
      {"{\"api_key\": \"k\"}}", "it is not valid JSON (line 1, column 17)"},
      {"{\"api_key\": \"k\"} {}", "it is not valid JSON (line 1, column 18)"},
      {"{\"api_key\": \"k\",}", "it is not valid JSON (line 1, column 17)"},
      {"{'api_key': 'k'}", "it is not valid JSON (line 1, column 2)"},
      {"{\"api_key\": \"k\\x\"}", "it is not valid JSON (line 1, column 15)"},
      {"{\"api_key\": \"k\n\"}", "it is not valid JSON (line 1, column 15)"},
      {"{\"api_key\": \"k\\u00\"}", "it is not valid JSON (line 1, column 15)"},
      {"{\"api_key\": \"k\\ud8\"}", "it is not valid JSON (line 1, column 15)"},
      {"{\"api_key\" \"k\"}", "it is not valid JSON (line 1, column 12)"},
      {"{\"api_key\": nul}", "it is not valid JSON (line 1, column 16)"},
      {"{\"api_key\": \"k\", \"n\": 01}", "it is not valid JSON (line 1, column 24)"},
      {"{\"api_key\": \"k\"} // a comment", "it is not valid JSON (line 1, column 18)"},
      {"\xEF\xBB\xBF{\"api_key\": \"k\"}", "it is not valid JSON (line 1, column 1)"},
      {"api_key: k", "it is not valid JSON (line 1, column 1)"},
      {" \r\n\t", "it is not valid JSON (line 2, column 2)"},
      {"\\", "it is not valid JSON (line 1, column 1)"},
      {"{\"a\\", "it is not valid JSON (line 1, column 4)"},
      {"{\"a\\u", "it is not valid JSON (line 1, column 4)"},
      {"[{\"api_key\": \"k\"}]", "it is not a JSON object (line 1, column 1)"},
      {"\"api_key\"", "it is not a JSON object (line 1, column 1)"},
      {"null", "it is not a JSON object (line 1, column 1)"},
      {"true", "it is not a JSON object (line 1, column 1)"},
      {"5", "it is not a JSON object (line 1, column 1)"},
      {"{}", "it has no member api_key"},
      {"{\"a\": {\"api_key\": \"k\"}}", "it has no member api_key"},
      {"{\"a\": [{\"api_key\": \"k\"}], \"b\": \"api_key\"}", "it has no member api_key"},
      {"{\"Api_key\": \"k\"}", "it has no member api_key"},
      {"{\"api_key\": \"k\", \"api_key\": \"k\"}", "a member occurs twice (line 1, column 18)"},
      {"{\"api_key\": null, \"a\": {}, \"api\\u005fkey\": \"k\"}", "a member occurs twice (line 1, column 28)"},
      {"{\"\\u0061\\u0070i_key\": \"k\", \"api_key\": \"k\"}", "a member occurs twice (line 1, column 28)"},
      {"{\"api_key\": 5}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": -1.5e3}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": true}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": false}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": [\"k\"]}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": {\"k\": \"k\"}}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": {}}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": 5, \"api_key\": \"k\"}", "a member occurs twice (line 1, column 16)"},
      {"{\"api_key\": \"\xFF\"}", "it is not UTF-8 (line 1, column 14)"},
      {"{\"api_key\": \"k\", \"a\": \"\xC0\x80\"}", "it is not UTF-8 (line 1, column 24)"},
      {"{\"api_key\": \"k\", \"a\": \"\xED\xA0\x80\"}", "it is not UTF-8 (line 1, column 24)"},
      {"{\"api_key\": \"k\", \"\xF4\x90\x80\x80\": 1}", "it is not UTF-8 (line 1, column 19)"},
      {"{\"api_key\": \"k\", \"a\": \"\xE2\x82\"}", "it is not UTF-8 (line 1, column 24)"},
      {"{\n  \"api_key\": \"k\",\n  \"\xC3\xA9\xE2\x82\xAC\": nul\n}", "it is not valid JSON (line 3, column 12)"},
      {"{\n  \"api_key\": \"k\"\n  \"other\": 1\n}", "it is not valid JSON (line 3, column 3)"},
      {"{\"api_key\": \"k\",\n\"a\": 1e999}", "a number is out of range (line 2, column 6)"},
      {std::string("{\"api_key\": \"k\"}\0", 17), "it contains a NUL byte (line 1, column 17)"},
      {std::string("\0{\"api_key\": \"k\"}", 17), "it contains a NUL byte (line 1, column 1)"},
      {std::string("{\"api_key\": \"k\0\"}", 17), "it contains a NUL byte (line 1, column 15)"},
  };
  for (const auto& row : bad) {
    CAPTURE(row.first);
    CHECK(found(row.first) == row.second);
  }
}

static_assert(max_settings_size == 4 * 1024 * 1024 && max_settings_depth == 64);

TEST_CASE("settings_text: the limits themselves are valid") {
  CHECK(found(nested(max_settings_depth)) == "key: k");
  CHECK(found(nested(max_settings_depth + 1)) == "it is nested too deeply (line 1, column 86)");
  CHECK(found(nested(100'000)) == "it is nested too deeply (line 1, column 86)");
  CHECK(found(nested_objects(max_settings_depth)) == "key: k");
  CHECK(found(nested_objects(max_settings_depth + 1)) == "it is nested too deeply (line 1, column 401)");

  std::string large = "{\"api_key\": \"k\"}";
  large.resize(max_settings_size, ' ');
  CHECK(found(large) == "key: k");
  large += ' ';
  CHECK(found(large) == "it is too large (more than 4194304 bytes)");
}

TEST_CASE("settings_text: an incomplete text is never valid") {
  for (const auto& text : sample_settings::all("\"key\"")) {
    const auto all = text.rfind('}');
    for (std::size_t size = 0; size <= all; ++size) {
      CAPTURE(text.substr(0, size));
      CHECK_FALSE(find_api_key(text.substr(0, size)));
    }
  }
}

TEST_CASE("settings_text: a truncated character is not read past the end, at any offset") {
  for (const std::string_view lead :
       {"\xC3", "\xE2", "\xE2\x82", "\xF0", "\xF0\x9F", "\xF0\x9F\x98", "\\", "\\u", "\\ud"})
    for (std::size_t size = 0; size != 64; ++size) {
      const std::vector<char> exact = [&] {
        const auto text = "{\"" + std::string(size, 'a') + std::string(lead);
        return std::vector<char>(text.begin(), text.end());
      }();
      CHECK_FALSE(find_api_key({exact.data(), exact.size()}));
    }
}

TEST_CASE("settings_text: if any byte changes, there is a result, and the laws hold") {
  for (const auto& text : sample_settings::all("\"key\"")) {
    check_laws(text);
    for (std::size_t at = 0; at != text.size(); ++at) {
      auto changed = text;
      for (const char byte : std::string_view("\"\\{],: \xF0\0", 9)) {
        changed[at] = byte;
        check_laws(changed);
      }
      changed.erase(at, 1);
      check_laws(changed);
    }
  }
}

TEST_CASE("settings_text: an error contains nothing of the text") {
  for (const auto& text : sample_settings::all("\"CANARY\"")) {
    CHECK(found(text + "}").find("CANARY") == std::string::npos);
    CHECK(found("[" + text + "]").find("CANARY") == std::string::npos);
    CHECK(found(text.substr(0, text.size() / 2)).find("CANARY") == std::string::npos);
  }
}

TEST_CASE("settings_text: no freed memory holds the key") {
  for (const auto& text : sample_settings::all("\"CANARY\""))
    for (const std::string_view end : {"", "}", ",\"api_key\":5", "\xFF", "[\"\\x\"]"}) {
      const auto all = text.substr(0, text.rfind('}') + (end.empty() ? 1 : 0)) + std::string(end);
      CAPTURE(all);
      found_in_freed_memory = false;
      searched_text = "CANARY";
      static_cast<void>(find_api_key(all));
      searched_text = {};
      CHECK_FALSE(found_in_freed_memory);
    }
}
