// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/login/source.hpp"

namespace hubauth {

/// What a login may do.
struct login_options {
  bool verify_saved = false;    ///< verify a saved key too, instead of using it without a request
  source_set sources{};         ///< which sources may be used
  int max_prompt_attempts = 3;  ///< how often the user is asked

  friend constexpr bool operator==(const login_options&, const login_options&) noexcept = default;
};

}  // namespace hubauth
