// SPDX-License-Identifier: BSL-1.0
//
// A transport that prompts again while the service is busy. Its sleeps are the environment's, and this one's are made up.

#include <cstdio>
#include <functional>
#include <string>

#include <hubauth/basic_auth.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/fake_environment.hpp>
#include <hubauth/testing/local_hub.hpp>
#include <hubauth/curl/curl_transport.hpp>
#include <hubauth/retry/retrying_transport.hpp>

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};

  // [retrying]
  hubauth::testing::fake_environment env;  // a program takes system_environment(), which waits
  hubauth::basic_auth auth(there, hubauth::retrying_transport(hubauth::curl_transport(), std::ref(env)),
                           hubauth::memory_store(), hubauth::terminal_prompter(), std::ref(env));

  hub.script({.status = 503});
  hub.script({.status = 429, .headers = {{"Retry-After", "2"}}});
  const auto patient = auth.login("open-sesame");  // prompts three times
  std::puts(patient ? "signed in" : patient.error().code.message().c_str());
  for (const auto pause : env.sleeps) std::printf("after a pause of %lld ms\n", static_cast<long long>(pause));

  hub.script({.status = 429, .headers = {{"Retry-After", "3600"}}});
  const auto refused = auth.authenticate();  // an hour is more than its max_total_delay: the error comes at once
  std::printf("%s, in %lld s\n", refused.error().code.message().c_str(),
              static_cast<long long>(refused.error().retry_after.value_or(0)));
  // [retrying]
}
