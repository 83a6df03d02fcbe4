// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/api_key.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

/// How a service wants a credential sent: the field's name, and what stands before the credential in its value.
struct header_form {
  std::string_view name;    ///< "x-api-key"
  std::string_view scheme;  ///< "Bearer ", or nothing
};

/// A header field that carries a credential, or none.
///
/// Keeps:   a view: valid until its owner changes; not formattable, so that it is exposed only on purpose
class header_view {
 public:
  constexpr header_view() noexcept = default;

  /// Needs:   `line` is `name: value` with a NUL behind it
  constexpr header_view(std::string_view line, std::size_t name_size) noexcept : line_(line), name_size_(name_size) {}

  /// True when there is a credential.
  constexpr explicit operator bool() const noexcept { return !line_.empty(); }

  /// The field's name, in lower case; empty when there is no credential.
  [[nodiscard]] constexpr std::string_view name() const noexcept { return line_.substr(0, name_size_); }

  /// The field's value: the secret itself.
  [[nodiscard]] constexpr std::string_view expose_value() const noexcept {
    return line_.empty() ? line_ : line_.substr(name_size_ + separator.size());
  }

  /// `name: value`, NUL-terminated, as libcurl and `curl -H` take it.
  [[nodiscard]] constexpr std::string_view expose_line() const noexcept { return line_; }

  static constexpr std::string_view separator = ": ";

 private:
  std::string_view line_ = "";
  std::size_t name_size_ = 0;
};

/// A key or a token, with the header that carries it built once.
class credential {
 public:
  credential(api_key key, std::string model_id, const header_form& form)
      : line_(key.with_exposed([&](std::string_view text) { return line(form, text); })),
        name_size_(form.name.size()),
        key_(std::move(key)),
        model_id_(std::move(model_id)) {}

  credential(id_token token, const header_form& form)
      : line_(token.with_exposed([&](std::string_view text) { return line(form, text); })),
        name_size_(form.name.size()),
        token_(std::move(token)) {}

  /// The key, or null when it is a token.
  [[nodiscard]] const api_key* key() const noexcept { return is_token() ? nullptr : &key_; }

  /// The token, or null when it is a key.
  [[nodiscard]] const id_token* token() const noexcept { return is_token() ? &token_ : nullptr; }

  /// The key's or the token's text: the secret itself.
  [[nodiscard]] std::string_view expose_text() const noexcept {
    const auto as_it_is = [](std::string_view text) { return text; };
    return is_token() ? token_.with_exposed(as_it_is) : key_.with_exposed(as_it_is);
  }

  /// The model's id that came with the key; empty when none did.
  [[nodiscard]] std::string_view model_id() const noexcept { return model_id_; }

  /// The header field; valid while the credential lives and is not moved.
  [[nodiscard]] header_view header() const noexcept {
    return line_.with_exposed([&](std::string_view text) { return header_view(text, name_size_); });
  }

  [[nodiscard]] credential clone() const { return {*this, clone_tag{}}; }

  /// The same key or the same token, whatever the model.
  friend bool operator==(const credential& a, const credential& b) noexcept {
    return a.key_ == b.key_ && a.token_ == b.token_;
  }

 private:
  struct clone_tag {};

  credential(const credential& other, clone_tag)
      : line_(other.line_.clone()),
        name_size_(other.name_size_),
        key_(other.key_.clone()),
        token_(other.token_.clone()),
        model_id_(other.model_id_) {}

  bool is_token() const noexcept { return !token_.text_.empty(); }

  static secret line(const header_form& form, std::string_view text) {
    std::string start(form.name);
    start += header_view::separator;
    return secret(start, form.scheme, text);
  }

  secret line_;
  std::size_t name_size_;
  api_key key_;
  id_token token_;
  std::string model_id_;
};

}  // namespace hubauth
