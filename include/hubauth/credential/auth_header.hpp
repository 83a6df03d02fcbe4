// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>
#include <cstddef>
#include <string_view>

#include "hubauth/version.hpp"

namespace hubauth {

/// How a service wants a credential sent: the field's name, and the text before the credential in its value.
struct auth_header_format {
  std::string_view name{};    ///< in lower case: "x-api-key"
  std::string_view scheme{};  ///< "Bearer " with its space, or empty

  friend constexpr bool operator==(const auth_header_format&, const auth_header_format&) noexcept = default;
};

/// A view of a header field that carries a credential, or of none. Not formattable, so that a secret is exposed only on
/// purpose.
///
/// \par Lifetime
/// Valid until the object that returned it changes.
class auth_header_view {
 public:
  /// No header.
  constexpr auth_header_view() noexcept = default;

  /// \pre `line` is `name: value` and is followed by a NUL; `name_size` is the size of the name
  constexpr auth_header_view(std::string_view line, std::size_t name_size) noexcept
      : line_(line), name_size_(name_size) {
    assert(line.substr(name_size).starts_with(separator));
  }

  /// True if there is a credential.
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return !line_.empty(); }

  /// The field's name, in lower case; empty if there is no credential.
  [[nodiscard]] constexpr std::string_view name() const noexcept { return line_.substr(0, name_size_); }

  /// The field's value: the secret itself.
  [[nodiscard]] constexpr std::string_view expose_value() const noexcept {
    return line_.empty() ? line_ : line_.substr(name_size_ + separator.size());
  }

  /// `name: value`, followed by a NUL, as libcurl and `curl -H @-` take it.
  [[nodiscard]] constexpr std::string_view expose_line() const noexcept { return line_; }

  static constexpr std::string_view separator = ": ";

 private:
  std::string_view line_ = "";
  std::size_t name_size_ = 0;
};

}  // namespace hubauth
