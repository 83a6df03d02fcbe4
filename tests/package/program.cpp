// SPDX-License-Identifier: BSL-1.0
//
// A program that includes everything and signs in with libcurl.
#include "all_headers.hpp"  // written by all_headers.sh

#include <cstdio>

void start_hub();

int main() {
  start_hub();
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport(), hubauth::memory_store(),
                           hubauth::terminal_prompter(), hubauth::system_environment());
  if (auth.login("shut-sesame") || !auth.login("open-sesame")) return 1;
  const auto name = auth.get_auth_header().name();
  std::printf("signed in: %.*s\n", static_cast<int>(name.size()), name.data());
}
