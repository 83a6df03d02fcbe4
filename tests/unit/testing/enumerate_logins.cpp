// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/enumerate_logins.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/testing/doctest.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using namespace hubauth::testing::detail;
using time_point = std::chrono::system_clock::time_point;

/// The number of executions, counted without a login: from what each answer leads to.
struct expected_executions {
  bool is_hub;
  login_options options;

  std::size_t verifications(bool save) const { return 14 + (save ? 4U : 1U); }
  std::size_t rejections() const { return is_hub ? 3 : 2; }

  std::size_t prompts(int attempts) const {
    if (attempts == 0) return 1;
    const auto next = prompts(attempts - 1);
    return 3 * (verifications(true) - rejections() + rejections() * next) + 3 * next + 2;
  }

  /// What the saved key leads to, if `next` is what no saved key leads to.
  std::size_t loads(std::size_t next) const {
    return 3 + 2 * (options.verify_saved ? verifications(false) : 1) + 2 * next;
  }

  std::size_t without_variable() const {
    const int attempts = options.max_prompt_attempts;
    const auto prompt = loads(prompts(attempts)) + (attempts == 0 ? 0 : loads(1));  // the latter: HUBAUTH_PROMPT=0
    return is_hub ? 2 * prompt + loads(14 + verifications(false)) : prompt;
  }

  std::size_t without_argument() const { return verifications(false) + 1 + 2 * without_variable(); }

  std::size_t with_secure_url() const {
    const auto matches_saved = 2 * (options.verify_saved ? verifications(false) : 1) + 5 * verifications(true);
    return 2 * 7 * verifications(true) + matches_saved + 1 + 2 * without_argument();
  }

  std::size_t all() const { return 6 + 2 * with_secure_url(); }
};

/// Collects the promises that an enumeration reports as broken.
struct failure_report {
  std::vector<std::string> failures{};

  void operator()(bool holds, std::string_view text) {
    if (!holds) failures.emplace_back(text);
  }

  bool contains(std::string_view promise) const {
    return std::any_of(failures.begin(), failures.end(),
                       [&](const auto& failure) { return failure.starts_with("login: " + std::string(promise)); });
  }
};

template <class Check = no_further_promises>
failure_report failures_of(const service& service, const login_options& options = {.max_prompt_attempts = 1},
                           Check check = {}) {
  failure_report report;
  const auto coverage = enumerate_logins(service, options, report, check);
  CHECK((coverage.failures != 0) == report.contains("every execution keeps every promise"));
  for (const auto& failure : report.failures) CHECK_FALSE(contains_credential(failure));
  return report;
}

service hub_with(decltype(service::check_response) check_response) {
  auto changed = hub;
  changed.check_response = check_response;
  return changed;
}

/// A login that keeps every promise: no key is saved, and the user types one, which is accepted and saved.
struct correct_login {
  testing::execution execution{};
  login_result result{session{.source = source::prompt, .verified = true, .saved = true}};
  login_options options{};
  std::string_view current = typed_key;

  correct_login() {
    execution.calls = {{simulated_call::load},
                       {simulated_call::prompt, {}, 1, 0, typed_key},
                       {simulated_call::verification, typed_key, 0, 0, typed_key},
                       {simulated_call::save, typed_key, 0, 0, typed_key}};
    result->trace.set(source::prompt, source_status::verified);
  }

  recorded_call& call(std::size_t i) { return execution.calls[i]; }
  void add(recorded_call call) { execution.calls.push_back(call); }
  void exclude(source source) { options.sources = source_set().without(source); }
  void fail(errc code, std::string_view detail = {}) {
    result = unexpected(login_error{.code = code, .detail = std::string(detail)});
  }
};

/// The promise of that login that `change` breaks.
template <class Change>
std::string_view broken_by(Change change) {
  correct_login login;
  change(login);
  return broken_promise(login.execution, login.result, login.options, login.current);
}

}  // namespace

TEST_CASE("enumerate_logins: every login at a known service keeps every promise") {
  std::array<std::size_t, login_coverage::transitions.size()> counts{};
  for (const auto* service : {&hub, &platform})
    for (bool verify_saved : {false, true})
      for (int attempts : {0, 1, 2}) {
        CAPTURE(std::string(service->name));
        CAPTURE(verify_saved);
        CAPTURE(attempts);
        const login_options options{.verify_saved = verify_saved, .max_prompt_attempts = attempts};
        const auto coverage = enumerate_logins(*service, options, doctest_report);
        CHECK(coverage.failures == 0);
        CHECK(coverage.executions == expected_executions{service == &hub, options}.all());
        for (std::size_t i = 0; i != counts.size(); ++i) counts[i] += coverage.counts[i];
      }

  for (std::size_t i = 0; i != counts.size(); ++i) {
    const auto& transition = login_coverage::transitions[i];
    CAPTURE(std::string(transition.from));
    CAPTURE(std::string(transition.outcome));
    const bool of_another_operation =
        transition.from == "using_current_credential" || transition.outcome == "verification_requested" ||
        transition.outcome == "token_requested" || transition.outcome == "prompt_requested";
    CHECK((counts[i] == 0) == of_another_operation);
  }
}

TEST_CASE("enumerate_logins: an excluded source is not used") {
  for (const auto* service : {&hub, &platform})
    for (auto excluded : all_sources) {
      CAPTURE(to_string(excluded));
      const auto coverage = enumerate_logins(
          *service, {.sources = source_set().without(excluded), .max_prompt_attempts = 1}, doctest_report);
      CHECK(coverage.executions != 0);
      CHECK(coverage.took("prompting", "key_entered") == (excluded != source::prompt));
      CHECK(coverage.took("loading_saved_key", "saved_key_trusted") == (excluded != source::saved));
      CHECK(coverage.took("reading_argument", "key_found") == (excluded != source::argument));
    }
}

TEST_CASE("enumerate_logins: executions, paths and transitions are counted") {
  source_set no_sources;
  for (auto source : all_sources) no_sources = no_sources.without(source);
  const auto coverage = enumerate_logins(platform, {.sources = no_sources}, doctest_report);
  CHECK(coverage.executions == 6 * 3);  // arguments, URLs
  CHECK(coverage.paths.size() == 2);
  CHECK(coverage.took("resolving_endpoint", "insecure_endpoint"));
  CHECK(coverage.took("prompting", "prompt_failed"));
  CHECK_FALSE(coverage.took("prompting", "key_entered"));
  CHECK_FALSE(coverage.took("no state", "key_entered"));
  CHECK(coverage.counts[0] == 6);
}

TEST_CASE("enumerate_logins: a check_response that accepts a rejection is found") {
  const auto service = hub_with([](response&& response, time_point now) -> result<void> {
    if (response.status == 401) return {};
    return hubauth::detail::check_hub_response(std::move(response), now);
  });
  const auto report = failures_of(service);
  CHECK(report.contains("it does not save the accepted key, or not once"));
  CHECK(report.contains("it succeeds with a key that is neither accepted nor saved"));
  REQUIRE(report.failures.size() == 3);
  CHECK(report.failures[0] ==
        "login: it does not save the accepted key, or not once; execution: argument: none; URL variable: unset; key "
        "variable: unset; browser session: no; HUBAUTH_PROMPT: unset; load: nothing; prompt: a key; verify: 401; save: "
        "saved");
}

TEST_CASE("enumerate_logins: a check_response that accepts nothing is found") {
  const auto service = hub_with([](response&&, time_point) -> result<void> { return fail(errc::invalid_response); });
  CHECK(failures_of(service).contains("it fails although the service accepted the credential"));
}

TEST_CASE("enumerate_logins: a check_response whose error contains a part of the credential is found") {
  const auto service = hub_with([](response&& response, time_point) -> result<void> {
    if (response.status == 200 && response.body.starts_with(R"({"success": true)")) return {};
    const auto part = response.body.find("-key-");
    return fail(errc::rejected, part == std::string::npos ? std::string() : response.body.substr(part));
  });
  const auto report = failures_of(service, {.max_prompt_attempts = 2});
  CHECK(report.contains("the error contains a credential"));
  CHECK(report.contains("the prompt contains a credential"));
}

TEST_CASE("enumerate_logins: a parse_token_response that accepts any token is found") {
  auto service = hub;
  service.parse_token_response = [](response&& response, time_point) {
    const auto start = response.body.find("BROWSER_");
    return id_token::parse(start == std::string::npos ? "" : response.body.substr(start, browser_token.size()));
  };
  CHECK(failures_of(service).contains("it sends a credential of no source that may be used"));
}

TEST_CASE("enumerate_logins: a parse_token_response whose error contains the token is found") {
  auto service = hub;
  service.parse_token_response = [](response&& response, time_point now) -> result<id_token> {
    const auto body = response.body;
    auto token = hubauth::detail::parse_hub_token_response(std::move(response), now);
    if (!token) token.error().detail = body;
    return token;
  };
  CHECK(failures_of(service).contains("the error contains a credential"));
}

TEST_CASE("enumerate_logins: a promise of the user's own is checked") {
  const auto server_error_is_no_rejection = [](const login_result& result, const execution& execution) {
    return !result && result.error().code == errc::rejected && execution.last_response_is("503") ? "503 rejects" : "";
  };
  CHECK(failures_of(hub, {.max_prompt_attempts = 1}, server_error_is_no_rejection).failures.empty());

  const auto service = hub_with([](response&& response, time_point now) -> result<void> {
    if (response.status == 503) response.status = 401;
    return hubauth::detail::check_hub_response(std::move(response), now);
  });
  CHECK(failures_of(service).failures.empty());  // it breaks no other promise
  CHECK(failures_of(service, {.max_prompt_attempts = 1}, server_error_is_no_rejection)
            .contains("503 rejects; execution: argument: "));
}

TEST_CASE("enumerate_logins: options that break a promise of the user's own are found") {
  const auto never_prompts = [](const login_result&, const execution& execution) {
    return execution.called(simulated_call::prompt) ? "it prompts" : "";
  };
  CHECK(failures_of(hub, {.sources = source_set().without(source::prompt)}, never_prompts).failures.empty());
  CHECK(failures_of(hub, {.max_prompt_attempts = 1}, never_prompts).contains("it prompts; "));
}

TEST_CASE("enumerate_logins: a service with another protocol has its own responses") {
  const service own{
      .name = "Own",
      .api_url = {"https://hub.example"},
      .web_url = {"https://hub.example"},
      .key_page_path = "/keys",
      .key_header_format = {"x-key", "Key "},
      .token_header_format = {"x-key", "Token "},
      .verify_method = http_method::get,
      .verify_path = "/me",
      .check_response = [](response&& response, time_point) -> result<void> {
        if (response.status == 204) return {};
        return fail(response.status == 403 ? errc::rejected : errc::invalid_response);
      },
  };
  CHECK(failures_of(own).contains("it fails although the service accepted the credential"));  // by a 200

  const auto verifications = std::to_array<possible_response>({
      {"204", [](std::string_view) -> result<response> { return response{204}; }, true},
      {"403",
       [](std::string_view key) -> result<response> {
         return response{403, std::string(key)};
       }},
      {"unreachable", [](std::string_view) -> result<response> { return fail(errc::unreachable); }},
  });
  const auto coverage =
      enumerate_logins(own, {.max_prompt_attempts = 1}, doctest_report, no_further_promises(), {verifications});
  CHECK(coverage.failures == 0);
  // A new key: 3 responses, 4 results of save after 204. The argument: 2 keys, after 7 results of load; the saved key,
  // after 5, or 2 without a request; malformed. No argument, twice: 5 saved keys, or, twice, none: the prompt with 3
  // keys, 3 malformed answers and 2 errors; the same with HUBAUTH_PROMPT=0.
  const std::size_t new_key = 2 + 4;
  CHECK(coverage.executions == (2 * 7 + 5) * new_key + 2 + 1 + 2 * ((5 + 2 * (3 * new_key + 3 + 2)) + (5 + 2)));
}

TEST_CASE("enumerate_logins: a login that breaks a promise is found") {
  using login = correct_login;
  CHECK(broken_by([](login&) {}).empty());

  CHECK(broken_by([](login& it) { it.execution.environment.prompt_disabled = true; }) ==
        "it prompts although HUBAUTH_PROMPT is 0");
  const std::string_view saves = "it does not save the accepted key, or not once";
  CHECK(broken_by([](login& it) { it.add(it.call(3)); }) == saves);
  CHECK(broken_by([](login& it) { it.call(3).credential = saved_key; }) == saves);
  CHECK(broken_by([](login& it) { it.call(2).obtained = {}; }) == saves);
  CHECK(broken_by([](login& it) { std::swap(it.call(2), it.call(3)); }) == saves);
  CHECK(broken_by([](login& it) { it.execution.calls.clear(); }) ==
        "it succeeds with a key that is neither accepted nor saved");
  CHECK(broken_by([](login& it) { it.fail(errc::invalid_response); }) ==
        "it fails although the service accepted the credential");
  const std::string_view in_session = "the session contains a credential";
  CHECK(broken_by([](login& it) { it.result->host = typed_key; }) == in_session);
  CHECK(broken_by([](login& it) {
          it.result->save_error = error_info{errc::store_locked, std::string(typed_key)};
        }) == in_session);
  CHECK(broken_by([](login& it) {
          it.execution.calls.clear();
          it.fail(errc::rejected, browser_token);
        }) == "the error contains a credential");
  CHECK(broken_by([](login& it) { it.execution.prompt_contains_credential = true; }) ==
        "the prompt contains a credential");

  CHECK(broken_by([](login& it) { it.exclude(source::saved); }) ==
        "it loads the saved key although the options exclude it");
  CHECK(broken_by([](login& it) { it.exclude(source::prompt); }) == "it prompts although the options exclude it");
  CHECK(broken_by([](login& it) { it.options.max_prompt_attempts = 0; }) ==
        "it prompts more often than the options allow");
  CHECK(broken_by([](login& it) {
          it.exclude(source::browser);
          it.add({simulated_call::fetch_token});
        }) == "it sends cookies although the options exclude the browser");
  const std::string_view sends = "it sends a credential of no source that may be used, or not in the service's format";
  CHECK(broken_by([](login& it) { it.call(2).credential = {}; }) == sends);
  CHECK(broken_by([](login& it) { it.call(2).credential = argument_key; }) == sends);
  CHECK(broken_by([](login& it) {
          it.exclude(source::argument);
          it.execution.argument = argument_value::key;
          it.call(2).credential = argument_key;
        }) == sends);
  CHECK(broken_by([](login& it) {
          it.exclude(source::environment);
          it.execution.environment.key = key_variable::key;
          it.call(2).credential = variable_key;
        }) == sends);
  CHECK(broken_by([](login& it) { it.execution.environment.api_url = url_variable::insecure; }) ==
        "it sends to an insecure URL");
  CHECK(broken_by([](login& it) {
          it.exclude(source::argument);
          it.result->trace.set(source::argument, source_status::not_found);
        }) == "the trace has a source that the options exclude");
  CHECK(broken_by([](login& it) {
          it.exclude(source::argument);
          it.result->source = source::argument;
        }) == "the result is about a source that the options exclude");

  const std::string_view skips = "it skips a source that has a key";
  CHECK(broken_by([](login& it) { it.execution.argument = argument_value::malformed; }) == skips);
  CHECK(broken_by([](login& it) { it.execution.environment.key = key_variable::key; }) == skips);
  CHECK(broken_by([](login& it) { it.call(0).answer = static_cast<unsigned>(load_answer::locked); }) == skips);
  CHECK(broken_by([](login& it) {
          it.execution.calls.insert(it.execution.calls.begin(), {simulated_call::fetch_token, {}, 0, 1});
        }) == skips);
  CHECK(broken_by([](login& it) {
          it.execution.calls.clear();
          it.execution.argument = argument_value::key;
          it.current = {};
          it.fail(errc::not_signed_in);
        }) == skips);

  CHECK(broken_by([](login& it) { it.current = {}; }) == "it succeeds without a credential, or fails with one");
  CHECK(broken_by([](login& it) { it.current = saved_key; }) == "the credential is not the one of the source");
  CHECK(broken_by([](login& it) { it.result->verified = false; }) == "`verified` contradicts the service");
  CHECK(broken_by([](login& it) { it.result->saved = false; }) == "`saved` contradicts the store");
  CHECK(broken_by([](login& it) { it.result->save_error = error_info{errc::store_locked}; }) ==
        "`save_error` contradicts the store");
  CHECK(broken_by([](login& it) { it.result->trace.set(source::prompt, source_status::used_unverified); }) ==
        "the trace contradicts the session");
}
