// SPDX-License-Identifier: BSL-1.0
//
// Walks every way through a login at a service of one's own.

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <hubauth/testing/enumerate_logins.hpp>

namespace answers = hubauth::testing::answers;

hubauth::result<void> check_response(hubauth::response& answer, std::int64_t) {
  if (answer.status == 204) return {};
  return hubauth::fail(answer.status == 401 ? hubauth::errc::rejected : hubauth::errc::server_error);
}

constexpr hubauth::service model_garden{
    .name = "Model Garden",
    .root = {"https://garden.example", "GARDEN_URL"},
    .web = {"https://garden.example", "GARDEN_URL"},
    .key_page = "/keys",
    .key_env_var = "GARDEN_KEY",
    .key_header_format = {"authorization", "Bearer "},
    .token_header_format = {"authorization", "Bearer "},
    .verify_method = hubauth::http_method::get,
    .verify_path = "/me",
    .check_response = &check_response,
};

constexpr auto responses = std::to_array<answers::possible_response>({
    {"204", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{204}; }, true},
    {"401", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{401}; }},
    {"503", [](std::string_view) -> hubauth::result<hubauth::response> { return hubauth::response{503}; }},
});

int main() {
  // [walk]
  constexpr hubauth::login_options unattended{.sources = hubauth::source_set().without(hubauth::source::prompt)};
  const auto report = [](bool holds, std::string_view words) {
    if (!holds) std::printf("broken: %s\n", std::string(words).c_str());
  };
  const auto seen = hubauth::testing::enumerate_logins(
      model_garden, unattended, report,
      [](const hubauth::login_result& did, const answers::way& by) {  // what we promise besides
        const bool given_up = !did && did.error().code != hubauth::recovery::retry;
        return given_up && by.replied("503") ? "503 is not tried again" : "";
      },
      {.to_verification = responses});
  std::printf("%zu logins, %zu broken\n", seen.logins, seen.broken);
  // [walk]
}
