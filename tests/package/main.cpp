// SPDX-License-Identifier: BSL-1.0
//
// A program that uses hubauth, in two files that both include everything.
#include <cstdio>
#include <cstdlib>

#include <hubauth/hubauth.hpp>
#include <hubauth/testing/local_hub.hpp>

bool signs_in_in_other_file();

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  setenv("ULTRALYTICS_HUB_API", hub.url().c_str(), 1);
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport(), hubauth::memory_store(),
                           hubauth::terminal_prompter(), hubauth::system_environment());
  const bool here = auth.login("open-sesame").has_value();
  const bool wrong = auth.login("shut-sesame").has_value();
  const bool other_file = signs_in_in_other_file();
  if (!here || wrong || !other_file) return 1;
  std::puts("signed in twice");
}
