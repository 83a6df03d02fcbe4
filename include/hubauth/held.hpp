// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include "hubauth/credential.hpp"
#include "hubauth/session.hpp"

namespace hubauth {

/// A credential that signs in, and how it came to.
struct holding {
  credential who{};
  source from = source::argument;
  bool persisted = false;
};

/// What `basic_auth` holds between two calls: a key, a token, both or nothing. A token goes first.
class held_credentials {
 public:
  /// The one that signs in; null when there is none.
  [[nodiscard]] const holding* current() const noexcept { return token_.who ? &token_ : key(); }

  [[nodiscard]] const holding* key() const noexcept { return key_.who ? &key_ : nullptr; }
  [[nodiscard]] const holding* token() const noexcept { return token_.who ? &token_ : nullptr; }

  /// The header field of the one that signs in; none when there is none.
  [[nodiscard]] header_view header() const noexcept { return (token_.who ? token_ : key_).who.header(); }

  /// Holds it from now on. A token is held beside a key; a new key ends what was held before.
  void adopt(holding&& fresh) {
    if (fresh.who.token()) {
      token_ = std::move(fresh);
    } else {
      key_ = std::move(fresh);
      token_.who = {};
    }
  }

  /// Drops this credential where it is held, and no other.
  void forget(const credential& rejected) noexcept {
    const bool is_key = key_.who && key_.who == rejected;
    const bool is_token = token_.who && token_.who == rejected;
    if (is_key) key_.who = {};
    if (is_token) token_.who = {};
  }

  void clear() noexcept {
    key_.who = {};
    token_.who = {};
  }

 private:
  holding key_;
  holding token_;
};

}  // namespace hubauth
