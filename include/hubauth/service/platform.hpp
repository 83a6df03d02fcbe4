// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/protocol/check_response.hpp"
#include "hubauth/service/service.hpp"

namespace hubauth {

/// The Ultralytics Platform.
inline constexpr service platform{
    .name = "Ultralytics Platform",
    .api_url = {"https://platform.ultralytics.com", "ULTRALYTICS_PLATFORM_URL"},
    .web_url = {"https://platform.ultralytics.com", "ULTRALYTICS_PLATFORM_URL"},
    .key_page_path = "/settings",
    .key_env_var = "ULTRALYTICS_API_KEY",
    .key_header_format = {"authorization", "Bearer "},
    .token_header_format = {"authorization", "Bearer "},
    .verify_method = http_method::get,
    .verify_path = "/api/settings",
    .check_response = &detail::check_platform_response,
};

}  // namespace hubauth
