// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace fuzz {

/// The text with the escape of U+FFFD instead of unpaired surrogates, which nlohmann's parser refuses. No offset
/// changes.
inline std::string replace_surrogates(std::string text) {
  const auto surrogate_at =
      [&](std::size_t at) -> unsigned {  // its first 6 bits: 0x36 if it is high, 0x37 if it is low
    const auto escape = text.substr(std::min(at, text.size()), 6);
    const bool complete = escape.size() == 6 && escape.starts_with("\\u") &&
                          escape.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
    const auto bits = complete ? static_cast<unsigned>(std::stoul(escape.substr(2), nullptr, 16)) >> 10 : 0;
    return bits == 0x36 || bits == 0x37 ? bits : 0;
  };
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2)) {
    const auto surrogate = surrogate_at(at);
    if (surrogate == 0x36 && surrogate_at(at + 6) == 0x37)
      at += 6;
    else if (surrogate != 0)
      text.replace(at + 2, 4, "fffd");
  }
  return text;
}

/// The names that lead to a member of an object: of the outermost, then of objects in it.
using json_path = std::vector<std::string>;

/// A JSON text as nlohmann's SAX parser reads it, and what hubauth must find in it.
///
/// The two parsers are known to differ in
/// - a byte order mark, which nlohmann skips and RFC 8259 section 8.1 forbids
/// - a NUL byte, which ends nlohmann's input
/// - numbers near the end of a double's range: hubauth's depends on how they are written (0e400), nlohmann's on their
/// value
class json_model : public nlohmann::json_sax<nlohmann::json> {
  using json = nlohmann::json;

 public:
  /// A requested member. The value of an object or an array is one that is empty.
  struct member {
    bool found = false;
    json value{};

    bool operator==(const member&) const = default;
  };

  bool valid = false;              ///< it is JSON by RFC 8259, as far as this parser can tell
  bool stopped_at_number = false;  ///< a number is too large for this parser, which has stopped there
  bool has_large_number = false;   ///< a number may be too large for hubauth's parser
  bool is_object = false;
  bool has_duplicate = false;  ///< a name that leads to a requested member occurs twice in its object
  int depth = 0;
  std::map<json_path, member> members{};
  std::vector<std::string> other_events{};  ///< all events in order, except the values of requested members

  json_model(const std::string& text, const std::vector<json_path>& requested) {
    for (const auto& path : requested) {
      members[path] = {};
      for (auto size = path.size(); size != 0; --size)
        occurrences_[{path.begin(), path.begin() + std::ptrdiff_t(size)}] = 0;
    }
    const bool parsed = json::sax_parse(replace_surrogates(text), this);
    const bool has_byte_order_mark = text.starts_with("\xEF");
    valid = parsed && !has_byte_order_mark && text.find('\0') == std::string::npos;
  }

  /// Whether hubauth must accept the text, unless it has a large number.
  bool acceptable(int max_depth) const { return valid && is_object && !has_duplicate && depth <= max_depth; }

  bool null() override { return value("null", nullptr); }
  bool boolean(bool boolean) override { return value(boolean ? "true" : "false", boolean); }
  bool number_integer(json::number_integer_t number) override { return value(std::to_string(number), number); }
  bool number_unsigned(json::number_unsigned_t number) override { return value(std::to_string(number), number); }
  bool number_float(json::number_float_t number, const json::string_t& token) override {
    const auto exponent = token.find_first_of("eE");
    has_large_number |= token.size() > 300 || (exponent < token.size() - 3 && token[exponent + 1] != '-');
    return value(token, number);
  }
  bool string(json::string_t& string) override { return value('"' + string, string); }
  bool binary(json::binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    is_object |= levels_.empty();
    return start("{", json::object(), {.is_array = false, .name = {}});
  }
  bool start_array(std::size_t) override { return start("[", json::array(), {.is_array = true, .name = {}}); }
  bool key(json::string_t& name) override {
    levels_.back().name = name;
    if (const auto occurrence = occurrences_.find(path()); occurrence != occurrences_.end())
      has_duplicate |= ++occurrence->second == 2;
    other_events.push_back(name + ':');
    return true;
  }
  bool end_object() override { return end("}"); }
  bool end_array() override { return end("]"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    stopped_at_number = error.id == 406;
    return false;
  }

 private:
  struct open_level {
    bool is_array;
    std::string name;  // of the current member, if it is an object
  };

  /// The path of the current value; empty if it is in an array.
  json_path path() const {
    json_path names;
    for (const auto& level : levels_) {
      if (level.is_array) return {};
      names.push_back(level.name);
    }
    return names;
  }

  bool value(std::string event, json value) {
    const auto requested = members.find(path());
    if (requested == members.end())
      other_events.push_back(std::move(event));
    else
      requested->second = {.found = true, .value = std::move(value)};
    return true;
  }

  bool start(const char* event, json empty, open_level next) {
    value(event, std::move(empty));
    levels_.push_back(std::move(next));
    depth = std::max(depth, static_cast<int>(levels_.size()));
    return true;
  }

  bool end(const char* event) {
    levels_.pop_back();
    other_events.emplace_back(event);
    return true;
  }

  std::map<json_path, int> occurrences_{};
  std::vector<open_level> levels_{};
};

}  // namespace fuzz
