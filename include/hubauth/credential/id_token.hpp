// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

inline constexpr std::size_t max_id_token_size = 8192;  ///< bytes of an id token

/// A token that a service issued for a browser's session.
///
/// Only `parse` makes one, so its text is safe in a header. Move-only, like `secret`.
class id_token {
 public:
  /// The token in `text`. Nothing is trimmed: the text comes from a service.
  /// \retval errc::invalid_response if it cannot be a token
  static result<id_token> parse(std::string_view text) {
    const bool valid = !text.empty() && text.size() <= max_id_token_size &&
                       detail::find_invalid_character(text, detail::underscore::valid) == std::string_view::npos;
    if (!valid) return fail(errc::invalid_response, "its id token is malformed");
    return id_token(secret(text));
  }

  /// Calls `f` with a `std::string_view` of the token and returns what it returns.
  template <class F>
  decltype(auto) with_exposed(F&& f) const {
    return text_.with_exposed(std::forward<F>(f));
  }

  /// An explicit copy.
  [[nodiscard]] id_token clone() const { return id_token(text_.clone()); }

  /// Takes the same time wherever two tokens of one length differ.
  friend bool operator==(const id_token&, const id_token&) noexcept = default;

 private:
  explicit id_token(secret text) noexcept : text_(std::move(text)) {}

  secret text_;
};

}  // namespace hubauth
