// SPDX-License-Identifier: BSL-1.0
#include "hubauth/terminal/terminal_prompter.hpp"

#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <doctest/doctest.h>

#include "support/hostile_texts.hpp"

namespace {

using namespace hubauth;
using detail::prompt_text;

static_assert(std::is_empty_v<terminal_prompter>);

constexpr prompt_request first{
    .service_name = "Test Hub", .key_page = "https://hub.example/keys", .attempt = 1, .max_attempts = 3};

prompt_request second(const error_info& error) {
  auto request = first;
  request.attempt = 2;
  request.previous_error = &error;
  return request;
}

constexpr std::string_view second_prompt = "Test Hub API key (input hidden, attempt 2 of 3): ";

}  // namespace

TEST_CASE("prompt_text: the first prompt shows where users create keys") {
  CHECK(prompt_text(first) ==
        "Create a key at https://hub.example/keys\nTest Hub API key (input hidden, attempt 1 of 3): ");
  auto without_page = first;
  without_page.key_page = {};
  CHECK(prompt_text(without_page) == "Test Hub API key (input hidden, attempt 1 of 3): ");
}

TEST_CASE("prompt_text: the next prompt shows why the previous key was not accepted") {
  const struct {
    error_info error;
    std::string_view line;
  } cases[] = {
      {{errc::rejected, "hub.example: no such key"}, "Key rejected: hub.example: no such key\n"},
      {{errc::rejected}, "Key rejected: the service rejected the credential\n"},
      {{errc::malformed_key, "it is empty"}, "Invalid key: it is empty\n"},
      {{errc::malformed_key}, "Invalid key: the key is malformed\n"},
  };
  for (const auto& each : cases) CHECK(prompt_text(second(each.error)) == std::string(each.line).append(second_prompt));
}

TEST_CASE("prompt_text: no text controls the terminal") {
  for (const auto& each : hubauth::testing::hostile_texts()) {
    const auto& text = each.text;
    const auto& shown = each.shown;
    CAPTURE(shown);
    const error_info rejected{errc::rejected, text};
    prompt_request request{.service_name = text, .key_page = text, .attempt = 1, .max_attempts = 2};
    CHECK(prompt_text(request) ==
          "Create a key at " + shown + "\n" + shown + " API key (input hidden, attempt 1 of 2): ");
    request.previous_error = &rejected;
    CHECK(prompt_text(request) ==
          "Key rejected: " + shown + "\n" + shown + " API key (input hidden, attempt 1 of 2): ");
  }
}

TEST_CASE("prompt_text: no message of a foreign error category controls the terminal") {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "foreign"; }
    std::string message(int) const override { return "bad\x1b[8m\x9b key"; }
  };
  const category foreign;
  const error_info error{std::error_code(1, foreign)};
  CHECK(prompt_text(second(error)) == std::string("Invalid key: bad[8m? key\n").append(second_prompt));
}
