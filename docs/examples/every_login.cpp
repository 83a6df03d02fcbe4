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

hubauth::result<void> judge(hubauth::reply& answer, std::int64_t) {
  if (answer.status == 204) return {};
  return hubauth::fail(answer.status == 401 ? hubauth::errc::rejected : hubauth::errc::server_error);
}

constexpr hubauth::service model_garden{
    .name = "Model Garden",
    .root = {"https://garden.example", "GARDEN_URL"},
    .web = {"https://garden.example", "GARDEN_URL"},
    .keys_page = "/keys",
    .key_variable = "GARDEN_KEY",
    .key_header = {"authorization", "Bearer "},
    .token_header = {"authorization", "Bearer "},
    .verify_method = hubauth::method::get,
    .verify_path = "/me",
    .judge = &judge,
};

constexpr auto replies = std::to_array<answers::possible_reply>({
    {"204", [](std::string_view) -> hubauth::result<hubauth::reply> { return hubauth::reply{204}; }, true},
    {"401", [](std::string_view) -> hubauth::result<hubauth::reply> { return hubauth::reply{401}; }},
    {"503", [](std::string_view) -> hubauth::result<hubauth::reply> { return hubauth::reply{503}; }},
});

int main() {
  // [walk]
  constexpr hubauth::login_options unattended{.use = hubauth::source_set().without(hubauth::source::prompt)};
  const auto report = [](bool holds, std::string_view words) {
    if (!holds) std::printf("broken: %s\n", std::string(words).c_str());
  };
  const auto seen = hubauth::testing::enumerate_logins(
      model_garden, unattended, report,
      [](const hubauth::login_result& did, const answers::way& by) {  // what we promise besides
        const bool given_up = !did && did.error().code != hubauth::remedy::retry;
        return given_up && by.replied("503") ? "503 is not tried again" : "";
      },
      {.to_verification = replies});
  std::printf("%zu logins, %zu broken\n", seen.logins, seen.broken);
  // [walk]
}
