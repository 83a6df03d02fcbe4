// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace hubauth::login {

/// What the caller wants: one of the four sign-in functions of `basic_auth`.
enum class operation : std::uint8_t { login, authenticate, auth_with_cookies, request_api_key };

}  // namespace hubauth::login
