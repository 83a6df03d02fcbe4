// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <utility>

#include "hubauth/credential/credential.hpp"

namespace hubauth {

/// The credentials that are in memory between two calls: a key, a token, both or none. A token takes precedence.
class credential_cache {
 public:
  credential_cache() noexcept = default;

  /// Leaves `other` empty.
  credential_cache(credential_cache&& other) noexcept
      : key_(std::exchange(other.key_, std::nullopt)), token_(std::exchange(other.token_, std::nullopt)) {}

  /// Leaves `other` empty.
  credential_cache& operator=(credential_cache&& other) noexcept {
    credential_cache moved(std::move(other));
    key_.swap(moved.key_);
    token_.swap(moved.token_);
    return *this;
  }

  ~credential_cache() = default;

  /// The credential whose header is sent; null if there is none.
  [[nodiscard]] const login_credential* current() const noexcept { return token_ ? token() : key(); }

  /// The key; null if there is none.
  [[nodiscard]] const login_credential* key() const noexcept { return key_ ? &*key_ : nullptr; }

  /// The token; null if there is none.
  [[nodiscard]] const login_credential* token() const noexcept { return token_ ? &*token_ : nullptr; }

  /// The header field of the current credential; none if there is none.
  [[nodiscard]] auth_header_view header() const noexcept {
    if (token_) return token_->credential.header();
    return key_ ? key_->credential.header() : auth_header_view();
  }

  /// Makes it the current credential. A token is added to a key; a key replaces both.
  void set(login_credential&& fresh) noexcept {
    if (fresh.credential.id_token()) {
      token_ = std::move(fresh);
    } else {
      key_ = std::move(fresh);
      token_.reset();
    }
  }

  /// Removes this credential, and no other. It may be one of the cache itself.
  void invalidate(const credential& rejected) noexcept {
    auto& cached = rejected.id_token() ? token_ : key_;
    if (cached && cached->credential == rejected) cached.reset();
  }

  /// Removes all credentials.
  void clear() noexcept {
    key_.reset();
    token_.reset();
  }

 private:
  std::optional<login_credential> key_;
  std::optional<login_credential> token_;
};

}  // namespace hubauth
