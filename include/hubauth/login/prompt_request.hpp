// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

#include "hubauth/error.hpp"

namespace hubauth {

/// What a prompt for a key shows.
///
/// \par Lifetime
/// The views are valid during the call. They contain no control characters and no secret.
struct prompt_request {
  std::string_view service_name{};             ///< "Ultralytics HUB"
  std::string_view key_page{};                 ///< URL of the page where users create keys
  int attempt = 1;                             ///< counts from 1
  int max_attempts = 1;
  const error_info* previous_error = nullptr;  ///< why the previous answer was not accepted; null at the first attempt
};

}  // namespace hubauth
