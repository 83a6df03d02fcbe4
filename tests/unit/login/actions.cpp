// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/actions.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::login;

const std::chrono::system_clock::time_point some_time(std::chrono::seconds(1'000'000'000));

/// The actions of a sign-in, and what they use.
struct fixture {
  explicit fixture(environment_values env = {}, std::string_view argument = {}, const login_options& options = {},
                   const service& used = hub)
      : service_in_use(used), actions(service_in_use, cache, std::move(env), argument, options) {}

  service service_in_use;
  credential_cache cache{};
  login::actions actions;

  /// The name of the outcome; "effect" if the action returns one.
  template <class State>
  std::string begin(State state) {
    return outcome(actions.begin(state));
  }
  template <class State, class Answer>
  std::string end(State state, Answer answer) {
    return outcome(actions.end(state, answer));
  }

  /// The next state, which must be a `To`.
  template <class To, class State>
  To state_after(State state) {
    return std::get<To>(actions.begin(state).value);
  }
  template <class To, class State, class Answer>
  To state_after(State state, Answer answer) {
    return std::get<To>(actions.end(state, answer).value);
  }

  template <class State>
  effect effect_of(State& state) {
    return std::get<effect>(actions.begin(state).value);
  }

  source_status status(source source) const { return actions.trace()[source]; }

 private:
  template <class Step>
  static std::string outcome(const Step& step) {
    return step.taken ? std::string(step.taken->outcome) : "effect";
  }
};

login_credential make_credential(std::string_view key, source source = source::argument) {
  return {.credential = credential(*api_key::parse(key), hub.key_header_format), .source = source};
}

environment_values with_key(std::string_view key) {
  environment_values env;
  env.key.emplace(key);
  return env;
}

response_at respond(int status, std::string body = {}) { return {response{status, std::move(body)}, some_time}; }
response_at transport_error(errc code, std::string detail = {}) { return {fail(code, std::move(detail)), some_time}; }

using loaded = result<std::optional<secret>>;
using typed = result<secret>;

constexpr source_set without(source excluded) { return source_set().without(excluded); }

}  // namespace

TEST_CASE("resolving_endpoint: the operation decides what comes next") {
  CHECK(fixture().begin(resolving_endpoint{operation::login}) == "login_requested");
  CHECK(fixture().begin(resolving_endpoint{operation::authenticate}) == "verification_requested");
  CHECK(fixture().begin(resolving_endpoint{operation::auth_with_cookies}) == "token_requested");
  CHECK(fixture().begin(resolving_endpoint{operation::request_api_key}) == "prompt_requested");
}

TEST_CASE("resolving_endpoint: an insecure URL ends the sign-in, and its variable is named") {
  fixture at({.api_url = "http://example.com"});
  const auto failure = at.state_after<failed>(resolving_endpoint{operation::login});
  CHECK(failure.error.code == errc::insecure_url);
  CHECK(failure.error.detail.find("ULTRALYTICS_HUB_API") != std::string::npos);
  CHECK(at.actions.host().empty());
}

TEST_CASE("resolving_endpoint: the host is known from then on") {
  fixture at({.api_url = "http://127.0.0.1:8080/"});
  at.begin(resolving_endpoint{operation::login});
  CHECK(at.actions.host() == "127.0.0.1:8080");
}

TEST_CASE("reading_argument: an argument of whitespace is none, a malformed one ends the login") {
  const auto outcome = [](std::string_view argument, const login_options& options = {}) {
    fixture at({}, argument, options);
    const auto name = at.begin(reading_argument{});
    return name + ", " + std::string(to_string(at.status(source::argument)));
  };
  CHECK(outcome("a-key_model") == "key_found, used_unverified");
  CHECK(outcome("") == "no_argument, not_found");
  CHECK(outcome(" \t\r\n") == "no_argument, not_found");
  CHECK(outcome("not a key") == "malformed_key, malformed");
  CHECK(outcome("a-key", {.sources = without(source::argument)}) == "no_argument, excluded");
}

TEST_CASE("comparing_with_saved: a key that is saved is used without verification, unless the options verify it") {
  const auto outcome = [](loaded saved, const login_options& options = {}) {
    fixture at({}, {}, options);
    return at.end(comparing_with_saved{{.found = make_credential("a-key")}}, std::move(saved));
  };
  CHECK(outcome(secret("a-key")) == "matches_saved");
  CHECK(outcome(secret(" a-key_model\n")) == "matches_saved");
  CHECK(outcome(secret("a-key"), {.verify_saved = true}) == "not_yet_saved");
  CHECK(outcome(secret("another-key")) == "not_yet_saved");
  CHECK(outcome(secret("not a key")) == "not_yet_saved");
  CHECK(outcome(std::nullopt) == "not_yet_saved");
  CHECK(outcome(fail(errc::store_unreadable)) == "not_yet_saved");

  fixture excluded({}, {}, {.sources = without(source::saved)});
  CHECK(excluded.begin(comparing_with_saved{{.found = make_credential("a-key")}}) == "not_yet_saved");
}

TEST_CASE("comparing_with_saved: only a key that is not saved yet is saved when it is accepted") {
  fixture at({}, {}, {.verify_saved = true});
  CHECK_FALSE(
      at.state_after<verifying>(comparing_with_saved{{.found = make_credential("a-key")}}, loaded(secret("a-key")))
          .save_if_accepted);
  CHECK(at.state_after<verifying>(comparing_with_saved{{.found = make_credential("a-key")}}, loaded(std::nullopt))
            .save_if_accepted);
}

TEST_CASE("reading_environment: a variable that is unset or whitespace is passed over") {
  const auto outcome = [](environment_values env, const login_options& options = {}) {
    return fixture(std::move(env), {}, options).begin(reading_environment{});
  };
  CHECK(outcome(with_key("a-key")) == "key_found");
  CHECK(outcome({}) == "variable_unset");
  CHECK(outcome(with_key("  ")) == "variable_unset");
  CHECK(outcome(with_key("not a key")) == "malformed_key");
  CHECK(outcome(with_key("a-key"), {.sources = without(source::environment)}) == "variable_unset");

  auto service = hub;
  service.key_env_var = nullptr;
  fixture at({}, {}, {}, service);
  CHECK(at.begin(reading_environment{}) == "variable_unset");
  CHECK(at.status(source::environment) == source_status::unsupported);
}

TEST_CASE("loading_saved_key: a saved key is used, an unreadable or malformed one ends the login") {
  const auto outcome = [](loaded saved, const login_options& options = {}) {
    fixture at({}, {}, options);
    const auto name = at.end(loading_saved_key{}, std::move(saved));
    return name + ", " + std::string(to_string(at.status(source::saved)));
  };
  CHECK(outcome(secret("a-key")) == "saved_key_trusted, used_unverified");
  CHECK(outcome(secret("a-key"), {.verify_saved = true}) == "verification_required, not_tried");
  CHECK(outcome(std::nullopt) == "no_saved_key, not_found");
  CHECK(outcome(secret()) == "no_saved_key, not_found");
  CHECK(outcome(secret("not a key")) == "malformed_key, malformed");
  CHECK(outcome(fail(errc::store_locked)) == "store_failed, error");
  CHECK(fixture({}, {}, {.sources = without(source::saved)}).begin(loading_saved_key{}) == "no_saved_key");
}

TEST_CASE("checking_browser: the browser is tried if it has a session and the transport has cookies") {
  const auto outcome = [](bool session, bool cookies, const login_options& options = {}, const service& service = hub) {
    fixture at({.has_browser_session = session, .has_cookies = cookies}, {}, options, service);
    const auto name = at.begin(checking_browser{});
    return name + ", " + std::string(to_string(at.status(source::browser)));
  };
  CHECK(outcome(true, true) == "browser_session_found, used_unverified");
  CHECK(outcome(true, false) == "no_browser_session, no_cookies");
  CHECK(outcome(false, true) == "no_browser_session, not_found");
  CHECK(outcome(true, true, {.sources = without(source::browser)}) == "no_browser_session, excluded");
  CHECK(outcome(true, true, {}, platform) == "no_browser_session, unsupported");
}

TEST_CASE("fetching_token: without cookies, or for a service without tokens, there is none") {
  CHECK(fixture({.has_cookies = true}).begin(fetching_token{}) == "effect");
  CHECK(fixture().begin(fetching_token{}) == "no_token");
  CHECK(fixture({.has_cookies = true}, {}, {}, platform).begin(fetching_token{}) == "no_token");
  CHECK(fixture().end(fetching_token{}, respond(200, R"({"success": true, "data": {"idToken": "a-token"}})")) ==
        "token_received");
  CHECK(fixture().end(fetching_token{}, respond(200, R"({"success": true})")) == "no_token");
}

TEST_CASE("prompting: the prompt is asked as often as there are attempts") {
  CHECK(fixture().begin(prompting{{1, 3}}) == "effect");
  CHECK(fixture().begin(prompting{{3, 3}}) == "effect");
  CHECK(fixture().begin(prompting{{4, 3}}) == "attempts_exhausted");
  CHECK(fixture().begin(prompting{{1, 0}}) == "attempts_exhausted");
  CHECK(fixture({.prompt_disabled = true}).begin(prompting{{1, 3}}) == "prompt_failed");
  CHECK(fixture({}, {}, {.sources = without(source::prompt)}).begin(prompting{{1, 3}}) == "prompt_failed");
}

TEST_CASE("prompting: the prompt shows the page where keys are created, without control characters") {
  fixture at({.web_url = "https://web.example/\x1b[2J/"});
  prompting state{{1, 3}};
  CHECK(at.effect_of(state).prompt.key_page == "https://web.example/[2J/settings?tab=api+keys");
}

TEST_CASE("prompting: a malformed answer costs an attempt, any other error ends the sign-in") {
  const auto outcome = [](typed answer) { return fixture().end(prompting{{1, 3}}, std::move(answer)); };
  CHECK(outcome(secret("a-key")) == "key_entered");
  CHECK(outcome(secret("not a key")) == "malformed_input");
  CHECK(outcome(secret()) == "malformed_input");
  CHECK(outcome(fail(errc::malformed_key)) == "malformed_input");
  CHECK(outcome(fail(errc::prompt_canceled)) == "prompt_failed");

  fixture at;
  const auto again = at.state_after<prompting>(prompting{{1, 3}}, typed(secret("not a key")));
  CHECK(again.number == 2);
  REQUIRE(again.previous_error);
  CHECK(again.previous_error->code == errc::malformed_key);
}

TEST_CASE("using_current_credential: the credential in memory is verified") {
  fixture at;
  CHECK(at.begin(using_current_credential{}) == "not_signed_in");
  at.cache.set(make_credential("a-key_model", source::prompt));
  const auto verify = at.state_after<verifying>(using_current_credential{});
  CHECK(verify.found.source == source::prompt);
  CHECK(verify.found.credential.model_id() == "model");
  CHECK_FALSE(verify.save_if_accepted);
  CHECK(at.cache.key());
}

TEST_CASE("verifying: the response decides") {
  const auto outcome = [](response_at answer, bool save = false, std::optional<prompt_attempt> typed_at = {}) {
    return fixture().end(verifying{{make_credential("a-key"), save, std::move(typed_at)}}, std::move(answer));
  };
  const auto accepted = [] { return respond(200, R"({"success": true})"); };
  CHECK(outcome(accepted()) == "accepted");
  CHECK(outcome(accepted(), true) == "accepted_unsaved");
  CHECK(outcome(respond(401, "{}")) == "rejected_final");
  CHECK(outcome(respond(401, "{}"), true, prompt_attempt{1, 3}) == "rejected_retryable");
  CHECK(outcome(respond(401, "<html>")) == "verification_failed");
  CHECK(outcome(respond(503), true, prompt_attempt{1, 3}) == "verification_failed");
  CHECK(outcome(transport_error(errc::unreachable)) == "verification_failed");
  CHECK(outcome(transport_error(errc::rejected)) == "verification_failed");  // only the service can reject
}

TEST_CASE("verifying: only a credential that the service rejects is removed from the cache") {
  const auto cached_after = [](std::string_view key, response_at answer) {
    fixture at;
    at.cache.set(make_credential("cached-key"));
    at.end(verifying{{make_credential(key)}}, std::move(answer));
    return at.cache.key() != nullptr;
  };
  CHECK_FALSE(cached_after("cached-key", respond(403, "{}")));
  CHECK(cached_after("another-key", respond(403, "{}")));
  CHECK(cached_after("cached-key", respond(403, "<html>")));
  CHECK(cached_after("cached-key", respond(511, "{}")));
  CHECK(cached_after("cached-key", respond(500, "{}")));
  CHECK(cached_after("cached-key", transport_error(errc::timed_out)));
}

TEST_CASE("saving: the sign-in succeeds even if the key cannot be saved, and the session has the reason") {
  fixture at;
  CHECK(at.end(saving{{make_credential("a-key")}}, result<void>()) == "key_saved");
  const auto state = at.state_after<signed_in>(saving{{make_credential("a-key")}},
                                               result<void>(fail(errc::store_locked, "busy: a-key")));
  CHECK_FALSE(state.found.saved);
  REQUIRE(state.found.save_error);
  CHECK(state.found.save_error->code == errc::store_locked);
  CHECK(state.found.save_error->detail == "busy: [redacted]");
}

TEST_CASE("errors: text of a policy or a service is cleaned, whatever its source") {
  const std::string unclean = "\x1b[2J a-key \u202e";
  const std::string long_text(1000, 'm');
  const auto of_verification = [](std::string detail) {
    return fixture()
        .state_after<failed>(verifying{{make_credential("a-key")}},
                             transport_error(errc::unreachable, std::move(detail)))
        .error.detail;
  };
  CHECK(of_verification(unclean) == "[2J [redacted] ");
  CHECK(of_verification(long_text) == std::string(400, 'm'));

  const auto of_token = [](std::string detail) {
    return fixture()
        .state_after<failed>(fetching_token{}, transport_error(errc::unreachable, std::move(detail)))
        .error.detail;
  };
  CHECK(of_token(unclean) == "[2J a-key ");
  CHECK(of_token(long_text) == std::string(400, 'm'));

  const auto of_store = [](std::string detail) {
    return fixture()
        .state_after<failed>(loading_saved_key{}, loaded(fail(errc::store_unreadable, std::move(detail))))
        .error.detail;
  };
  CHECK(of_store(unclean) == "[2J a-key ");
  CHECK(of_store(long_text) == std::string(400, 'm'));

  const auto of_prompt = [](std::string detail) {
    return fixture()
        .state_after<failed>(prompting{{1, 3}}, typed(fail(errc::prompt_unavailable, std::move(detail))))
        .error.detail;
  };
  CHECK(of_prompt(unclean) == "[2J a-key ");

  const auto message = fixture()
                           .state_after<failed>(verifying{{make_credential("a-key")}},
                                                respond(401, "{\"message\": \"\\u001b[2J a-\\u0007key\"}"))
                           .error.detail;
  CHECK(message == "[2J [redacted]");
}

TEST_CASE("errors: what the response caused has the status and the URL") {
  const auto detail = [](response_at answer) {
    fixture at({.api_url = "https://api.example"});
    at.begin(resolving_endpoint{operation::login});
    return at.state_after<failed>(verifying{{make_credential("a-key")}}, std::move(answer)).error.detail;
  };
  CHECK(detail(respond(404, "<html>")) == "HTTP 404 from https://api.example/v1/auth");
  CHECK(detail(respond(401, "<html>")) == "HTTP 401 from https://api.example/v1/auth");
  CHECK(detail(respond(500, R"({"message": "oops"})")) == "HTTP 500 from https://api.example/v1/auth: oops");
  CHECK(detail(respond(511)) == "HTTP 511 from https://api.example/v1/auth");
  CHECK(detail(respond(401, R"({"message": "unknown key"})")) == "unknown key");
  CHECK(detail(transport_error(errc::timed_out, "after 10 s")) == "after 10 s");
}

TEST_CASE("hint: it says what the user can do, if there is something") {
  const auto hint = [](errc code, std::optional<source> source = {}, const service& service = hub) {
    return fixture({}, {}, {}, service).actions.hint({{code}, source});
  };
  const auto pass_a_key = "pass a key as the argument or in HUB_API_KEY";
  const auto create_a_key = "create a key at https://hub.ultralytics.com/settings?tab=api+keys";
  CHECK(hint(errc::not_signed_in) == pass_a_key);
  CHECK(hint(errc::prompt_unavailable, source::prompt) == pass_a_key);
  CHECK(hint(errc::rejected, source::argument) == create_a_key);
  CHECK(hint(errc::malformed_key, source::environment) == create_a_key);
  CHECK(hint(errc::too_many_attempts, source::prompt) == create_a_key);
  const auto stays_saved = "it stays saved until another key is saved or you log out";
  CHECK(hint(errc::rejected, source::saved) == stays_saved);
  CHECK(hint(errc::malformed_key, source::saved) == stays_saved);
  CHECK(hint(errc::unreachable, source::argument).empty());
  CHECK(hint(errc::prompt_canceled, source::prompt).empty());

  auto without_variable = hub;
  without_variable.key_env_var = nullptr;
  CHECK(hint(errc::not_signed_in, {}, without_variable) == "pass a key as the argument");
}

TEST_CASE("describe: each source as text") {
  const fixture at;
  CHECK(at.actions.describe(std::nullopt).empty());
  CHECK(at.actions.describe(source::argument) == "the argument");
  CHECK(at.actions.describe(source::environment) == "the variable HUB_API_KEY");
  CHECK(at.actions.describe(source::saved) == "the saved settings");
  CHECK(at.actions.describe(source::browser) == "the browser");
  CHECK(at.actions.describe(source::prompt) == "the prompt");
}
