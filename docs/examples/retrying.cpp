// SPDX-License-Identifier: BSL-1.0
//
// A transport that retries while the service is busy. The environment sleeps; the one here only counts.

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include <hubauth/basic_auth.hpp>
#include <hubauth/curl/curl_transport.hpp>
#include <hubauth/retry/retrying_transport.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/testing/fake_environment.hpp>
#include <hubauth/testing/local_hub.hpp>

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};

  // [retrying]
  hubauth::testing::fake_environment env;  // a program uses hubauth::system_environment, which sleeps
  hubauth::basic_auth auth(service, hubauth::retrying_transport(hubauth::curl_transport(), std::ref(env)),
                           hubauth::memory_store(), hubauth::terminal_prompter(), std::ref(env));

  hub.script({.status = 503});
  hub.script({.status = 429, .headers = {{"Retry-After", "2"}}});
  const auto session = auth.login("open-sesame");  // three requests
  std::puts(session ? "signed in" : session.error().code.message().c_str());
  for (const std::chrono::milliseconds delay : env.delays)
    std::printf("after a delay of %lld ms\n", static_cast<long long>(delay.count()));

  hub.script({.status = 429, .headers = {{"Retry-After", "3600"}}});
  const auto refused = auth.authenticate();  // an hour exceeds max_total_delay: the error is returned at once
  std::puts(refused ? "verified" : refused.error().message().c_str());
  // [retrying]
}
