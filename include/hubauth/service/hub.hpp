// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/protocol/check_response.hpp"
#include "hubauth/service/service.hpp"

namespace hubauth {

/// Ultralytics HUB. Its maker switched the service off on 31 July 2026; private servers can speak its protocol.
inline constexpr service hub{
    .name = "Ultralytics HUB",
    .api_url = {"https://api.ultralytics.com", "ULTRALYTICS_HUB_API"},
    .web_url = {"https://hub.ultralytics.com", "ULTRALYTICS_HUB_WEB"},
    .key_page_path = "/settings?tab=api+keys",
    .key_env_var = "HUB_API_KEY",
    .key_header_format = {"x-api-key", ""},
    .token_header_format = {"authorization", "Bearer "},
    .verify_method = http_method::post,
    .verify_path = "/v1/auth",
    .check_response = &detail::check_hub_response,
    .token_path = "/v1/auth/auto",
    .parse_token_response = &detail::parse_hub_token_response,
};

}  // namespace hubauth
