// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/terminal/terminal_prompter.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/settings/settings_file.hpp"
#include "hubauth/curl/curl_transport.hpp"

namespace hubauth {

/// Signs in by libcurl, with the key in the settings file that the Python package uses too; prompts on the terminal.
///
///     hubauth::auth auth(hubauth::hub);
///     const auto session = auth.login();
/// Needs:   libcurl (the CMake target hubauth::curl)
/// Keeps:   as `basic_auth`
using auth = basic_auth<curl_transport, settings_file, terminal_prompter, system_environment>;

}  // namespace hubauth
