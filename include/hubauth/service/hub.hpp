// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/service.hpp"
#include "hubauth/wire/judge.hpp"

namespace hubauth {

/// Ultralytics HUB's protocol. Its maker switched HUB off on 31 July 2026; servers of your own may speak it.
inline constexpr service hub{
    .name = "Ultralytics HUB",
    .root = {"https://api.ultralytics.com", "ULTRALYTICS_HUB_API"},
    .web = {"https://hub.ultralytics.com", "ULTRALYTICS_HUB_WEB"},
    .keys_page = "/settings?tab=api+keys",
    .key_variable = "HUB_API_KEY",
    .key_header = {"x-api-key", ""},
    .token_header = {"authorization", "Bearer "},
    .verify_method = method::post,
    .verify_path = "/v1/auth",
    .judge = &wire::judge_hub,
    .token_path = "/v1/auth/auto",
    .read_token = &wire::read_hub_token,
};

}  // namespace hubauth
