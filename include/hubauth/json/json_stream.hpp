// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>

#include <rapidjson/reader.h>

namespace hubauth::detail {

using json_encoding = rapidjson::UTF8<>;

/// A text that RapidJSON decodes in place.
///
/// RapidJSON's own in-situ stream ends at a NUL, and its UTF-8 validation reads and writes past that when a sequence is
/// cut off there; this one gives NULs for ever behind its end, and drops what would be written there.
/// Keeps:   nothing; the text must outlive it
class json_stream {
 public:
  using Ch = char;

  json_stream(char* text, std::size_t size) noexcept : head_(text), source_(text), end_(text + size) {}

  char Peek() const noexcept { return source_ == end_ ? '\0' : *source_; }
  char Take() noexcept { return source_ == end_ ? '\0' : *source_++; }
  std::size_t Tell() const noexcept { return static_cast<std::size_t>(source_ - head_); }

  char* PutBegin() noexcept { return target_ = source_; }
  void Put(char c) noexcept {
    if (target_ != end_) *target_++ = c;
  }
  void Flush() noexcept {}
  std::size_t PutEnd(const char* begin) const noexcept { return static_cast<std::size_t>(target_ - begin); }
  char* Push(std::size_t count) noexcept {
    char* begin = target_;
    target_ += count;
    return begin;
  }
  void Pop(std::size_t count) noexcept { target_ -= count; }

 private:
  char* head_;
  char* source_;
  char* target_ = nullptr;
  char* end_;
};

/// In place, iterative (no recursion to exhaust), UTF-8 by RFC 3629, numbers not converted, though none beyond a
/// double's range (RFC 8259 section 6 allows that limit). A reader must define `RawNumber`, else numbers are `String`s.
inline constexpr unsigned json_flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                       rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

/// What a text is told to, event by event; who answers false ends the reading.
///
/// Virtual, so that RapidJSON's reader is compiled once for all that read.
class json_handler : public rapidjson::BaseReaderHandler<json_encoding, json_handler> {
 public:
  virtual bool Default() = 0;
  virtual bool Null() { return Default(); }
  virtual bool Bool(bool) { return Default(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Default(); }
  virtual bool String(const char* text, rapidjson::SizeType size, bool) = 0;
  virtual bool Key(const char* text, rapidjson::SizeType size, bool) = 0;
  virtual bool StartObject() = 0;
  virtual bool EndObject(rapidjson::SizeType) = 0;
  virtual bool StartArray() = 0;
  bool EndArray(rapidjson::SizeType members) { return EndObject(members); }

 protected:
  ~json_handler() = default;
};

/// Tells what is in a text, which is decoded in place.
inline rapidjson::ParseResult parse_json(std::string& text, json_handler& to) {
  json_stream stream(text.data(), text.size());
  rapidjson::Reader reader;
  return reader.Parse<json_flags>(stream, to);
}

}  // namespace hubauth::detail
