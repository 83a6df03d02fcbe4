// SPDX-License-Identifier: BSL-1.0
//
// The only file that includes RapidJSON.
#pragma once

#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidjson/reader.h>

#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/json/find_members.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/text/utf8.hpp"

namespace hubauth::detail {

/// Whether a text starts with the escape of a surrogate whose third hexadecimal digit is one of `third`.
inline bool starts_with_surrogate(std::string_view text, std::string_view third) noexcept {
  return (text.starts_with("\\ud") || text.starts_with("\\uD")) && text.size() >= 6 &&
         third.find(text[3]) != std::string_view::npos &&
         text.substr(4, 2).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// Replaces the escapes of unpaired surrogates, which RapidJSON refuses or decodes to invalid UTF-8, by `\uFFFD`.
inline void replace_unpaired_surrogates(std::string& json) noexcept {
  const std::string_view text = json;
  const std::string_view high = "89abAB";
  const std::string_view low = "cdefCDEF";
  std::size_t escape_size = 0;
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at + escape_size)) {
    const auto rest = text.substr(at);
    escape_size = 2;
    if (starts_with_surrogate(rest, high) && starts_with_surrogate(rest.substr(6), low))
      escape_size = 12;
    else if (starts_with_surrogate(rest, high) || starts_with_surrogate(rest, low))
      json.replace(at, 6, "\\uFFFD");
  }
}

/// A copy of a JSON text for RapidJSON to decode in place; wiped by its destructor.
struct json_copy {
  explicit json_copy(std::string_view json) : text(json) { replace_unpaired_surrogates(text); }
  json_copy(const json_copy&) = delete;
  json_copy& operator=(const json_copy&) = delete;
  ~json_copy() { secure_zero(text); }

  std::string text;
};

/// RapidJSON parses a local copy of an `InsituStringStream` itself, and `Tell()` of the original lags.
struct json_stream : rapidjson::InsituStringStream {
  using rapidjson::InsituStringStream::InsituStringStream;
};

/// A member that is looked for.
struct requested_member {
  explicit requested_member(std::string_view json_pointer) noexcept : pointer(json_pointer) {
    assert(pointer.starts_with('/') && pointer.find('~') == std::string_view::npos);
    for (char c : pointer) depth += c == '/' ? 1 : 0;
  }

  /// The pointer's name at a level, counted from 1.
  std::string_view name(int level) const noexcept {
    auto rest = pointer;
    for (; level != 1; --level) rest.remove_prefix(rest.find('/', 1));
    return rest.substr(1, rest.find('/', 1) - 1);
  }

  std::string_view pointer;
  int depth = 0;    ///< names in the pointer
  int found = 0;    ///< how many of its first names have occurred
  int current = 0;  ///< how many of its first names lead to the value that is being parsed
};

/// Receives RapidJSON's events; returns false, which stops it, at an error of its own.
class member_finder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, member_finder> {
 public:
  /// \pre `text` has been checked for NUL bytes and for invalid UTF-8
  member_finder(std::string_view text, std::initializer_list<std::string_view> pointers, int max_depth)
      : text_(text),
        copy_(text),
        stream_(copy_.text.data()),
        max_depth_(max_depth),
        members_(pointers.begin(), pointers.end()),
        values_(pointers.size()) {}

  result<std::vector<json_value>, json_error> run() {
    // Recursive and in place: RapidJSON allocates nothing, and what it decodes is in `copy_` alone.
    // Numbers are not converted.
    constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    const auto outcome = rapidjson::Reader().Parse<flags>(stream_, *this);
    switch (outcome.Code()) {
      case rapidjson::kParseErrorNone: break;
      case rapidjson::kParseErrorTermination: return unexpected(error_);
      case rapidjson::kParseErrorNumberTooBig:
        return unexpected(json_error{json_errc::number_out_of_range, outcome.Offset()});
      default: return unexpected(json_error{json_errc::syntax_error, outcome.Offset()});
    }
    return std::move(values_);
  }

  bool Null() { return begin_value(json_type::null) && end_value(); }

  bool Bool(bool boolean) {
    if (!begin_value(json_type::boolean)) return false;
    if (value_) value_->boolean = boolean;
    return end_value();
  }

  bool RawNumber(const char*, rapidjson::SizeType, bool) { return begin_value(json_type::number) && end_value(); }

  bool String(const char* decoded, rapidjson::SizeType size, bool) {
    if (!begin_value(json_type::string)) return false;
    if (value_) value_->string = secret(std::string_view(decoded, size));
    return end_value();
  }

  bool Key(const char* decoded, rapidjson::SizeType size, bool) {
    name_end_ = stream_.Tell();
    for (auto& member : members_) {
      if (member.current != depth_ - 1 || member.depth < depth_) continue;
      if (member.name(depth_) != std::string_view(decoded, size)) continue;
      if (member.found >= depth_) return fail(json_errc::duplicate_member, offset_of(decoded) - 1);
      member.found = member.current = depth_;
    }
    return true;
  }

  bool StartObject() { return begin_value(json_type::object) && begin_level(); }
  bool EndObject(rapidjson::SizeType) { return end_level(); }

  bool StartArray() { return begin_value(json_type::array) && begin_level(); }
  bool EndArray(rapidjson::SizeType) { return end_level(); }

 private:
  static constexpr std::string_view whitespace_and_colon = " \t\r\n:";

  /// Where a string begins, after its opening quote: it is decoded in place.
  std::size_t offset_of(const char* decoded) const noexcept {
    return static_cast<std::size_t>(decoded - copy_.text.data());
  }

  bool fail(json_errc kind, std::size_t offset) {
    error_ = {kind, offset};
    return false;
  }

  bool begin_value(json_type type) {
    value_ = nullptr;
    if (depth_ == 0 && type != json_type::object)
      return fail(json_errc::not_an_object, text_.find_first_not_of(whitespace_and_colon));
    // What is in an array is a level deeper than any name that can match.
    for (std::size_t i = 0; i != members_.size(); ++i) {
      if (members_[i].current != depth_ || members_[i].depth != depth_) continue;
      value_ = &values_[i];
      value_->type = type;
      value_->begin = text_.find_first_not_of(whitespace_and_colon, name_end_);
    }
    return true;
  }

  bool end_value() {
    for (std::size_t i = 0; i != members_.size(); ++i) {
      if (members_[i].current != depth_) continue;
      if (members_[i].depth == depth_) values_[i].end = stream_.Tell();
      --members_[i].current;
    }
    return true;
  }

  bool begin_level() {
    if (depth_ == max_depth_) return fail(json_errc::too_deep, stream_.Tell() - 1);
    ++depth_;
    return true;
  }

  bool end_level() {
    --depth_;
    return end_value();
  }

  std::string_view text_;
  json_copy copy_;
  json_stream stream_;
  int max_depth_;
  std::vector<requested_member> members_;
  std::vector<json_value> values_;
  int depth_ = 0;                // open objects and arrays
  std::size_t name_end_ = 0;     // of the last member's name, past its closing quote
  json_value* value_ = nullptr;  // the requested value that has just begun
  json_error error_{};
};

inline result<std::vector<json_value>, json_error> find_members(std::string_view text,
                                                                std::initializer_list<std::string_view> pointers,
                                                                json_limits limits) {
  assert(limits.max_size <= (std::size_t{1} << 30) && limits.max_depth <= 512);
  if (text.size() > limits.max_size) return unexpected(json_error{json_errc::too_large, limits.max_size});
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return unexpected(json_error{json_errc::contains_nul, nul});
  if (const auto invalid = find_invalid_utf8(text); invalid != text.size())
    return unexpected(json_error{json_errc::invalid_utf8, invalid});
  return member_finder(text, pointers, limits.max_depth).run();
}

}  // namespace hubauth::detail
