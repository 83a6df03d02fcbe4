// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/service.hpp"
#include "hubauth/wire/judge.hpp"

namespace hubauth {

/// The Ultralytics Platform.
inline constexpr service platform{
    .name = "Ultralytics Platform",
    .root = {"https://platform.ultralytics.com", "ULTRALYTICS_PLATFORM_URL"},
    .web = {"https://platform.ultralytics.com", "ULTRALYTICS_PLATFORM_URL"},
    .keys_page = "/settings",
    .key_variable = "ULTRALYTICS_API_KEY",
    .key_header = {"authorization", "Bearer "},
    .token_header = {"authorization", "Bearer "},
    .verify_method = method::get,
    .verify_path = "/api/settings",
    .judge = &wire::judge_platform,
};

}  // namespace hubauth
