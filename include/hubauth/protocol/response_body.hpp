// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/json/json_stream.hpp"
#include "hubauth/http/response.hpp"

namespace hubauth::detail {

/// What the services' responses say, as far as sign-in looks at it.
struct response_body {
  std::optional<bool> success;  ///< the top level's `success`, when it is a boolean
  std::string_view message;     ///< the top level's `message`, when it is a string
  std::string_view error;       ///< the top level's `error`, when it is a string
  std::string_view id_token;    ///< `idToken` in the top level's object `data`, when it is a string
};

/// Takes what `body` holds out of the reader's events; answers false, which ends the reading, where a rule is broken.
class body_reader final : public json_handler {
 public:
  static constexpr int max_depth = 16;

  explicit body_reader(response_body& out) noexcept : out_(out) {}

  bool Default() noexcept override { return inside(); }

  bool Bool(bool value) noexcept override {
    if (field_ == field::success) out_.success = value;
    return inside();
  }

  bool String(const char* text, rapidjson::SizeType size, bool) noexcept override {
    const std::string_view value(text, size);
    switch (field_) {
      case field::message: out_.message = value; break;
      case field::error: out_.error = value; break;
      case field::id_token: out_.id_token = value; break;
      case field::none:
      case field::success:
      case field::data: break;
    }
    return inside();
  }

  bool Key(const char* text, rapidjson::SizeType size, bool) noexcept override {
    const std::string_view key(text, size);
    field_ = field::none;
    if (depth_ == 1) {
      if (key == "message") field_ = field::message;
      if (key == "error") field_ = field::error;
      if (key == "data") return only_once(field::data, seen_data_);
      if (key == "success") return only_once(field::success, seen_success_);
    }
    if (depth_ == 2 && in_data_ && key == "idToken") return only_once(field::id_token, seen_token_);
    return true;
  }

  bool StartObject() noexcept override {
    if (depth_ == 1) in_data_ = field_ == field::data;
    return enter();
  }

  bool StartArray() noexcept override { return inside() && enter(); }

  bool EndObject(rapidjson::SizeType) noexcept override { return leave(); }

 private:
  enum class field : std::uint8_t { none, success, message, error, data, id_token };

  bool enter() noexcept {
    field_ = field::none;
    return ++depth_ <= max_depth;
  }

  bool leave() noexcept {
    --depth_;
    return true;
  }

  /// The top level must be an object.
  bool inside() const noexcept { return depth_ != 0; }

  /// Whoever repeats one of these wants two readers to understand it differently.
  bool only_once(field which, bool& seen) noexcept {
    field_ = which;
    return !std::exchange(seen, true);
  }

  response_body& out_;
  int depth_ = 0;
  field field_ = field::none;
  bool in_data_ = false;
  bool seen_success_ = false;
  bool seen_data_ = false;
  bool seen_token_ = false;
};

/// Reads a response's body (RFC 8259). Decodes the strings in place: `text` holds what the views point at, no JSON.
///
/// Gives:   nothing unless it is one JSON object of at most `response::max_body_size` bytes and 16 levels, with at most one
///          `success`, one `data` and one `idToken` in it, in valid UTF-8 and without NUL bytes
inline std::optional<response_body> parse_response_body(std::string& text) {
  if (text.size() > response::max_body_size || text.find('\0') != std::string::npos) return std::nullopt;
  response_body out;
  detail::body_reader handler(out);
  if (parse_json(text, handler).IsError()) return std::nullopt;
  return out;
}

}  // namespace hubauth::detail
