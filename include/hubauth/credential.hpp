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
///
/// Keeps:   all of it in one place that never moves, so that a move costs a pointer; moved from, there is none
class credential {
 public:
  /// None.
  constexpr credential() noexcept = default;

  credential(api_key&& key, std::string model_id, const header_form& form)
      : parts_(new parts(key.with_exposed([&](std::string_view text) { return join(form, text); }), form.name.size())) {
    parts_->key = std::move(key);
    parts_->model_id = std::move(model_id);
  }

  credential(id_token&& token, const header_form& form)
      : parts_(
            new parts(token.with_exposed([&](std::string_view text) { return join(form, text); }), form.name.size())) {
    parts_->token = std::move(token);
  }

  credential(credential&& other) noexcept : parts_(std::exchange(other.parts_, nullptr)) {}

  credential& operator=(credential&& other) noexcept {
    credential moved(std::move(other));
    std::swap(parts_, moved.parts_);
    return *this;
  }

  ~credential() { delete parts_; }

  /// The key, or null when it is a token or there is none.
  [[nodiscard]] const api_key* key() const noexcept { return parts_ && !is_token() ? &parts_->key : nullptr; }

  /// The token, or null when it is a key or there is none.
  [[nodiscard]] const id_token* token() const noexcept { return parts_ && is_token() ? &parts_->token : nullptr; }

  /// The key's or the token's text: the secret itself.
  ///
  /// Needs:   one that is there
  [[nodiscard]] std::string_view expose_text() const noexcept {
    const auto as_it_is = [](std::string_view text) { return text; };
    return is_token() ? parts_->token.with_exposed(as_it_is) : parts_->key.with_exposed(as_it_is);
  }

  /// The model's id that came with the key; empty when none did.
  ///
  /// Needs:   one that is there
  [[nodiscard]] std::string_view model_id() const noexcept { return parts_->model_id; }

  /// The header field; valid while the credential, or the one it is moved to, lives. None when there is no credential.
  [[nodiscard]] header_view header() const noexcept { return parts_ ? parts_->header : header_view(); }

  /// Needs:   one that is there
  [[nodiscard]] credential clone() const {
    credential copy;
    copy.parts_ = new parts(parts_->line.clone(), parts_->header.name().size());
    copy.parts_->key = parts_->key.clone();
    copy.parts_->token = parts_->token.clone();
    copy.parts_->model_id = parts_->model_id;
    return copy;
  }

  constexpr explicit operator bool() const noexcept { return parts_ != nullptr; }

  /// The same key or the same token, whatever the model.
  ///
  /// Needs:   two that are there
  friend bool operator==(const credential& a, const credential& b) noexcept {
    return a.parts_->key == b.parts_->key && a.parts_->token == b.parts_->token;
  }

 private:
  struct parts {
    parts(secret whole, std::size_t name_size)
        : line(std::move(whole)),
          header(line.with_exposed([&](std::string_view text) { return header_view(text, name_size); })) {}

    secret line;
    header_view header;
    api_key key{};
    id_token token{};
    std::string model_id{};
  };

  bool is_token() const noexcept { return !parts_->token.text_.empty(); }

  static secret join(const header_form& form, std::string_view text) {
    std::string start(form.name);
    start += header_view::separator;
    return secret(start, form.scheme, text);
  }

  parts* parts_ = nullptr;
};

}  // namespace hubauth
