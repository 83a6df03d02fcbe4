// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/detail/simulation.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/credential/credential.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using namespace hubauth::testing::detail;
using login::operation;

/// The numbers to be chosen, a digit each, then 0; `counts` are the numbers of possibilities.
struct scripted_choices {
  std::string_view digits;
  std::vector<unsigned> counts{};

  unsigned operator()(unsigned count) {
    counts.push_back(count);
    return counts.size() > digits.size() ? 0 : static_cast<unsigned>(digits[counts.size() - 1] - '0');
  }
};

using counts = std::vector<unsigned>;

counts chosen(std::string_view digits, const service& service, operation operation, const login_options& options = {},
              argument_value argument = argument_value::none) {
  scripted_choices choose{digits};
  choose_environment(choose, service, operation, options, argument);
  return choose.counts;
}

}  // namespace

TEST_CASE("choose_environment: only what the sign-in can read is chosen") {
  constexpr auto login = operation::login;
  const auto without = [](source source) { return login_options{.sources = source_set().without(source)}; };
  // URL variable 3, key variable 4, browser's session 2, cookies 2, HUBAUTH_PROMPT 2
  CHECK(chosen("000", hub, login) == counts{3, 4, 2, 2});
  CHECK(chosen("001", hub, login) == counts{3, 4, 2, 2});
  CHECK(chosen("0011", hub, login) == counts{3, 4, 2, 2, 2});
  CHECK(chosen("000", platform, login) == counts{3, 4, 2});
  CHECK(chosen("2", hub, login) == counts{3});
  CHECK(chosen("02", hub, login) == counts{3, 4});
  CHECK(chosen("03", hub, login) == counts{3, 4});
  CHECK(chosen("0", hub, login, {}, argument_value::key) == counts{3});
  CHECK(chosen("0", hub, login, {}, argument_value::malformed) == counts{3});
  CHECK(chosen("000", hub, login, {}, argument_value::whitespace) == counts{3, 4, 2, 2});
  CHECK(chosen("000", hub, login, without(source::argument), argument_value::key) == counts{3, 4, 2, 2});
  CHECK(chosen("00", hub, login, without(source::environment)) == counts{3, 2, 2});
  CHECK(chosen("00", hub, login, without(source::browser)) == counts{3, 4, 2});
  CHECK(chosen("000", hub, login, without(source::prompt)) == counts{3, 4, 2});
  CHECK(chosen("000", hub, login, {.max_prompt_attempts = 0}) == counts{3, 4, 2});
  CHECK(chosen("0", hub, operation::authenticate) == counts{3});
  CHECK(chosen("0", hub, operation::auth_with_cookies) == counts{3, 2});
  CHECK(chosen("0", platform, operation::auth_with_cookies) == counts{3});
  CHECK(chosen("0", hub, operation::request_api_key) == counts{3, 2});

  auto fixed = hub;
  fixed.api_url.env_var = nullptr;
  fixed.key_env_var = nullptr;
  CHECK(chosen("0", fixed, login) == counts{2, 2});
}

TEST_CASE("to_environment_values: a value that the sign-in cannot read would make a difference") {
  const auto unread = to_environment_values({});
  CHECK_FALSE(unread.api_url);
  REQUIRE(unread.key);
  CHECK(unread.key->with_exposed(known_credential) == variable_key);
  CHECK(unread.has_browser_session);
  CHECK(unread.has_cookies);
  CHECK_FALSE(unread.prompt_disabled);

  const auto read = to_environment_values({url_variable::loopback, key_variable::unset, false, false, true});
  CHECK(read.api_url == "http://127.0.0.1:1");
  CHECK_FALSE(read.key);
  CHECK_FALSE(read.has_browser_session);
  CHECK_FALSE(read.has_cookies);
  CHECK(read.prompt_disabled);
}

TEST_CASE("credential_in: a credential counts only in the service's format") {
  const auto key = [](const auth_header_format& format) { return credential(*api_key::parse(saved_key), format); };
  CHECK(credential_in(key({"x-api-key", ""}).header(), hub) == saved_key);
  CHECK(credential_in(key({"authorization", "Bearer "}).header(), hub).empty());
  CHECK(credential_in(key({"authorization", "Bearer "}).header(), platform) == saved_key);
  CHECK(credential_in(key({"authorization", "Basic "}).header(), platform).empty());
  CHECK(credential_in(credential(*id_token::parse(browser_token), hub.token_header_format).header(), hub) ==
        browser_token);
  CHECK(credential_in(credential(*api_key::parse("another"), hub.key_header_format).header(), hub).empty());
  CHECK(credential_in({}, hub).empty());
}

TEST_CASE("simulated_driver: it answers each effect and records it") {
  scripted_choices choose{"00000"};
  execution execution;
  credential_cache cache;
  login::machine machine(hub, cache, {}, operation::login);
  REQUIRE(simulated_driver(choose, hub, execution).run(machine));
  CHECK(machine.result());
  CHECK(choose.counts == counts{7, 8, 15, 4});
  CHECK(execution.to_string() == "argument: none; load: nothing; prompt: a key; verify: 200, accepted; save: saved");
  CHECK(execution.called(simulated_call::save));
  CHECK_FALSE(execution.called(simulated_call::fetch_token));
  CHECK(execution.last_response_is("200, accepted"));
  CHECK_FALSE(execution.last_response_is("503"));
}

TEST_CASE("simulated_driver: it stops after the largest number of calls") {
  scripted_choices choose{""};
  execution execution;
  credential_cache cache;
  login::machine machine(hub, cache, {}, operation::login);
  CHECK_FALSE(simulated_driver(choose, hub, execution).run(machine, 3));
  CHECK(execution.calls.size() == 3);
}
