// SPDX-License-Identifier: BSL-1.0
#include <hubauth/hubauth.hpp>
#include <hubauth/testing/local_hub.hpp>

bool signs_in_in_other_file() {
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport(), hubauth::memory_store(),
                           hubauth::terminal_prompter(), hubauth::system_environment());
  return auth.login("open-sesame").has_value() && auth.get_auth_header();
}
