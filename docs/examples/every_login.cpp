// SPDX-License-Identifier: BSL-1.0
//
// Enumerates every way through a login at a service of your own.

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include <hubauth/testing/enumerate_logins.hpp>

namespace testing = hubauth::testing;

hubauth::result<void> check_response(hubauth::response&& response, std::chrono::system_clock::time_point) {
  if (response.status == 204) return {};
  return hubauth::fail(response.status == 401 ? hubauth::errc::rejected : hubauth::errc::server_error);
}

constexpr hubauth::service model_garden{
    .name = "Model Garden",
    .api_url = {"https://garden.example", "GARDEN_URL"},
    .web_url = {"https://garden.example", "GARDEN_URL"},
    .key_page_path = "/keys",
    .key_env_var = "GARDEN_KEY",
    .key_header_format = {"authorization", "Bearer "},
    .token_header_format = {"authorization", "Bearer "},
    .verify_method = hubauth::http_method::get,
    .verify_path = "/me",
    .check_response = &check_response,
};

constexpr auto responses = std::to_array<testing::possible_response>({
    {"204", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{204}; }, true},
    {"401", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{401}; }},
    {"503", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{503}; }},
});

int main() {
  // [enumerate]
  constexpr hubauth::login_options no_prompt{.sources = hubauth::source_set().without(hubauth::source::prompt)};
  const auto report = [](bool holds, std::string_view text) {
    if (!holds) std::printf("broken: %s\n", std::string(text).c_str());
  };
  const auto coverage = testing::enumerate_logins(
      model_garden, no_prompt, report,
      [](const hubauth::login_result& result, const testing::execution& execution) {  // a promise of your own
        const bool may_retry = !result && result.error().code == hubauth::recovery::retry;
        return execution.last_response_is("503") && !result && !may_retry ? "503 can be retried" : "";
      },
      {.to_verification = responses});
  std::printf("%zu logins, %zu failures\n", coverage.executions, coverage.failures);
  // [enumerate]
}
