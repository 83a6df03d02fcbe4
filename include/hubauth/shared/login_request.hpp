// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/login/operation.hpp"
#include "hubauth/login/options.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

/// What a caller wants of a sign-in.
struct login_request {
  login::operation operation;
  secret argument{};
  login_options options{};

  /// The same operation with the same argument and options. Takes the same time wherever two arguments of one length
  /// differ.
  friend bool operator==(const login_request&, const login_request&) noexcept = default;
};

}  // namespace hubauth::detail
