// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/credential/auth_header.hpp"
#include "hubauth/credential/id_token.hpp"
#include "hubauth/login/source.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

/// A key or a token, with the header that carries it. Move-only, like `secret`.
///
/// A credential that was moved from has no header; it can only be assigned to or destroyed.
class credential {
 public:
  credential(parsed_key&& parsed, const auth_header_format& format)
      : line_(parsed.key.with_exposed([&](std::string_view text) { return header_line(format, text); })),
        name_size_(format.name.size()),
        value_(std::move(parsed.key)),
        model_id_(std::move(parsed.model_id)) {}

  credential(hubauth::id_token&& token, const auth_header_format& format)
      : line_(token.with_exposed([&](std::string_view text) { return header_line(format, text); })),
        name_size_(format.name.size()),
        value_(std::move(token)) {}

  /// The key; null if this is a token.
  [[nodiscard]] const hubauth::api_key* api_key() const noexcept { return std::get_if<hubauth::api_key>(&value_); }

  /// The token; null if this is a key.
  [[nodiscard]] const hubauth::id_token* id_token() const noexcept { return std::get_if<hubauth::id_token>(&value_); }

  /// The id of the model that came with the key; empty if none did.
  [[nodiscard]] std::string_view model_id() const noexcept { return model_id_; }

  /// The header field. The view stays valid when the credential is moved.
  [[nodiscard]] auth_header_view header() const noexcept {
    if (line_.empty()) return {};
    return line_.with_exposed([this](std::string_view line) { return auth_header_view(line, name_size_); });
  }

  /// Calls `f` with a `std::string_view` of the key or the token and returns what it returns.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    if (const auto* token = id_token()) return token->with_exposed(std::forward<F>(f));
    return api_key()->with_exposed(std::forward<F>(f));
  }

  /// An explicit copy.
  [[nodiscard]] credential clone() const {
    auto value = id_token() ? key_or_token(id_token()->clone()) : key_or_token(api_key()->clone());
    return credential(line_.clone(), name_size_, std::move(value), model_id_);
  }

  /// The same key or the same token; the model id does not matter.
  friend bool operator==(const credential& a, const credential& b) noexcept { return a.value_ == b.value_; }

 private:
  using key_or_token = std::variant<hubauth::api_key, hubauth::id_token>;

  credential(secret line, std::size_t name_size, key_or_token value, std::string model_id) noexcept
      : line_(std::move(line)), name_size_(name_size), value_(std::move(value)), model_id_(std::move(model_id)) {}

  static secret header_line(const auth_header_format& format, std::string_view text) {
    std::string start(format.name);
    start += auth_header_view::separator;
    start += format.scheme;
    return secret(start, text);
  }

  secret line_;
  std::size_t name_size_;
  key_or_token value_;
  std::string model_id_;
};

/// A credential that signs in, and where it comes from.
struct login_credential {
  hubauth::credential credential;
  hubauth::source source;
  bool verified = false;                   ///< the service accepted it just now
  bool saved = false;                      ///< it is saved
  std::optional<error_info> save_error{};  ///< why it could not be saved
};

}  // namespace hubauth
