// SPDX-License-Identifier: BSL-1.0
#include "hubauth/basic_auth.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <doctest/trompeloeil.hpp>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/mocks.hpp"

namespace {

using namespace hubauth;
using trompeloeil::_;
using trompeloeil::sequence;

/// basic_auth with mocks: a call that a test does not expect is an error. By default no variable is set and
/// there is no browser session.
struct fixture {
  testing::mock_transport transport;
  testing::mock_store store;
  testing::mock_prompter prompter;
  testing::mock_environment env;
  std::vector<std::unique_ptr<trompeloeil::expectation>> defaults;
  basic_auth<testing::mock_transport&, testing::mock_store&, testing::mock_prompter&, testing::mock_environment&> auth;

  explicit fixture(const service& service = hub) : auth(service, transport, store, prompter, env) {
    defaults.push_back(NAMED_ALLOW_CALL(env, get_env(_)).RETURN(std::nullopt));
    defaults.push_back(NAMED_ALLOW_CALL(env, has_browser_session()).RETURN(false));
    defaults.push_back(NAMED_ALLOW_CALL(env, now()).RETURN(std::chrono::system_clock::from_time_t(1'000'000'000)));
  }
};

bool has_header(const request& request, std::string_view line) { return request.credential.expose_line() == line; }
bool is(const api_key& key, std::string_view text) {
  return key.with_exposed([&](std::string_view exposed) { return exposed == text; });
}
bool is(const char* name, std::string_view expected) { return name == expected; }

const response accepts{200, R"({"success": true})"};
const response rejects{200, R"({"success": false, "message": "not this one"})"};

std::optional<secret> none() { return std::nullopt; }

TEST_CASE("basic_auth: construction calls no policy") {
  testing::mock_transport transport;
  testing::mock_store store;
  testing::mock_prompter prompter;
  testing::mock_environment env;
  const basic_auth auth(hub, std::ref(transport), std::ref(store), std::ref(prompter), std::ref(env));
  CHECK_FALSE(auth.get_auth_header());
  CHECK(auth.api_key() == nullptr);
  CHECK(auth.id_token() == nullptr);
  CHECK(auth.model_key().empty());
}

TEST_CASE("login: an accepted key is saved, after it was accepted") {
  fixture f;
  sequence in_order;
  REQUIRE_CALL(f.store, load()).RETURN(none()).IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.transport, send(_))
      .WITH(_1.url == "https://api.ultralytics.com/v1/auth" && _1.method == http_method::post && !_1.send_cookies)
      .WITH(has_header(_1, "x-api-key: a-key"))
      .RETURN(accepts)
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.store, save(_)).WITH(is(_1, "a-key")).RETURN(result<void>()).IN_SEQUENCE(in_order);

  const auto session = f.auth.login(" a-key_model ");
  REQUIRE(session);
  CHECK(session->source == source::argument);
  CHECK(session->verified);
  CHECK(session->saved);
  CHECK_FALSE(session->save_error);
  CHECK(session->host == "api.ultralytics.com");
  CHECK(session->trace[source::argument] == source_status::verified);
  CHECK(session->trace[source::environment] == source_status::not_tried);
  CHECK(f.auth.get_auth_header().expose_line() == "x-api-key: a-key");
  CHECK(f.auth.model_key() == "model");
  CHECK(f.auth.id_token() == nullptr);
}

TEST_CASE("login: a key that could not be saved signs in nevertheless, and the session has the reason") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  REQUIRE_CALL(f.transport, send(_)).RETURN(accepts);
  REQUIRE_CALL(f.store, save(_)).RETURN(fail(errc::store_unwritable, "disk full, a-key not written"));
  const auto session = f.auth.login("a-key");
  REQUIRE(session);
  CHECK_FALSE(session->saved);
  REQUIRE(session->save_error);
  CHECK(session->save_error->code == errc::store_unwritable);
  CHECK(session->save_error->detail == "disk full, [redacted] not written");
  CHECK(f.auth.api_key());
}

TEST_CASE("login: after a rejected key the user is prompted again with the reason; the accepted one is saved") {
  fixture f;
  sequence in_order;
  REQUIRE_CALL(f.store, load()).RETURN(none()).IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.prompter, ask(_))
      .WITH(_1.attempt == 1 && _1.max_attempts == 3 && _1.previous_error == nullptr && _1.service_name == hub.name)
      .WITH(_1.key_page == "https://hub.ultralytics.com/settings?tab=api+keys")
      .RETURN(secret("first"))
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.transport, send(_)).WITH(has_header(_1, "x-api-key: first")).RETURN(rejects).IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.prompter, ask(_))
      .WITH(_1.attempt == 2 && _1.previous_error && _1.previous_error->code == errc::rejected &&
            _1.previous_error->detail == "not this one")
      .RETURN(secret("second"))
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.transport, send(_)).WITH(has_header(_1, "x-api-key: second")).RETURN(accepts).IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.store, save(_)).WITH(is(_1, "second")).RETURN(result<void>()).IN_SEQUENCE(in_order);

  const auto session = f.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::prompt);
}

TEST_CASE("login: the environment's key takes precedence over the saved one, is verified and never saved") {
  fixture f;
  REQUIRE_CALL(f.env, get_env(_)).WITH(is(_1, "HUB_API_KEY")).RETURN("from-env");
  REQUIRE_CALL(f.transport, send(_)).WITH(has_header(_1, "x-api-key: from-env")).RETURN(accepts);
  const auto session = f.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::environment);
  CHECK_FALSE(session->saved);
  CHECK(session->trace[source::argument] == source_status::not_found);
  CHECK(session->trace[source::saved] == source_status::not_tried);
}

TEST_CASE("login: an error has the reason, the source and what to do, and never the key") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  REQUIRE_CALL(f.transport, send(_)).RETURN(response{403, "{\"message\": \"who is a-\\u0007key?\\u001b[2J\"}"});
  const auto session = f.auth.login("a-key");
  REQUIRE_FALSE(session);
  const auto& error = session.error();
  CHECK(error.code == errc::rejected);
  CHECK(error.code == recovery::user_action);
  CHECK(error.source == source::argument);
  CHECK(error.message() ==
        "api.ultralytics.com: the service rejected the credential (from the argument): who is [redacted]?[2J; "
        "create a key at https://hub.ultralytics.com/settings?tab=api+keys");
  CHECK(error.trace[source::argument] == source_status::rejected);
}

TEST_CASE("login: a saved key that is rejected stays saved, and the hint says so") {
  fixture f;
  REQUIRE_CALL(f.store, load()).RETURN(secret("saved-key"));
  REQUIRE_CALL(f.transport, send(_)).WITH(has_header(_1, "x-api-key: saved-key")).RETURN(rejects);
  const auto session = f.auth.login({}, {.verify_saved = true});
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rejected);
  CHECK(session.error().source == source::saved);
  CHECK(session.error().hint == "it stays saved until another key is saved or you log out");
  CHECK_FALSE(f.auth.get_auth_header());
}

TEST_CASE("login: a rate limit has the time to wait") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  REQUIRE_CALL(f.transport, send(_)).RETURN(response{429, "", "", "1000000090"});
  const auto session = f.auth.login("a-key");
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rate_limited);
  CHECK(session.error().retry_after == std::chrono::seconds(90));
  CHECK(session.error().message().find("try again in 90 s") != std::string::npos);
}

TEST_CASE("login: without a user to prompt, the hint says how to pass a key") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  REQUIRE_CALL(f.env, get_env(_)).WITH(is(_1, "HUBAUTH_PROMPT")).RETURN("0");
  const auto session = f.auth.login();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::prompt_unavailable);
  CHECK(session.error().hint == "pass a key as the argument or in HUB_API_KEY");
}

TEST_CASE("login: the hint says what the user can do, if there is something") {
  fixture f;
  const auto create_key = "create a key at https://hub.ultralytics.com/settings?tab=api+keys";
  ALLOW_CALL(f.store, load()).RETURN(none());
  CHECK(f.auth.login("not a key").error().hint == create_key);

  const auto not_authenticated = f.auth.authenticate();
  CHECK(not_authenticated.error().hint == "pass a key as the argument or in HUB_API_KEY");
  CHECK_FALSE(not_authenticated.error().source);
  CHECK(not_authenticated.error().source_description.empty());
  {
    REQUIRE_CALL(f.prompter, ask(_)).TIMES(3).LR_RETURN(secret("not a key"));
    const auto exhausted = f.auth.request_api_key();
    CHECK(exhausted.error().code == errc::too_many_attempts);
    CHECK(exhausted.error().hint == create_key);
  }
  REQUIRE_CALL(f.prompter, ask(_)).RETURN(fail(errc::prompt_canceled));
  CHECK(f.auth.request_api_key().error().hint.empty());
  REQUIRE_CALL(f.transport, send(_)).RETURN(fail(errc::unreachable));
  CHECK(f.auth.login("a-key").error().hint.empty());
}

TEST_CASE("login: the hint names no page if the service has none") {
  auto own = hub;
  own.web_url = {};
  own.key_page_path = {};
  fixture f(own);
  CHECK(f.auth.login("not a key").error().hint.empty());
}

TEST_CASE("login: a URL that is not https is refused before any request, and its variable is named") {
  fixture f;
  ALLOW_CALL(f.env, get_env(_)).WITH(is(_1, "ULTRALYTICS_HUB_API")).RETURN("http://example.com");
  ALLOW_CALL(f.transport, has_cookies()).RETURN(true);
  for (const auto& session : {f.auth.login("a-key"), f.auth.auth_with_cookies(), f.auth.request_api_key()}) {
    REQUIRE_FALSE(session);
    CHECK(session.error().code == errc::insecure_url);
    CHECK(session.error().detail.find("ULTRALYTICS_HUB_API") != std::string::npos);
  }
}

TEST_CASE("login: the variable replaces the URL, with or without a slash at its end") {
  fixture f;
  ALLOW_CALL(f.env, get_env(_)).WITH(is(_1, "ULTRALYTICS_HUB_API")).RETURN(" http://127.0.0.1:8080/ ");
  ALLOW_CALL(f.store, load()).RETURN(none());
  REQUIRE_CALL(f.transport, send(_)).WITH(_1.url == "http://127.0.0.1:8080/v1/auth").RETURN(fail(errc::timed_out));
  const auto session = f.auth.login("a-key");
  REQUIRE_FALSE(session);
  CHECK(session.error().host == "127.0.0.1:8080");
}

TEST_CASE("login: the browser's token is verified, is in memory and is not saved") {
  fixture f;
  sequence in_order;
  ALLOW_CALL(f.store, load()).RETURN(none());
  ALLOW_CALL(f.env, has_browser_session()).RETURN(true);
  ALLOW_CALL(f.transport, has_cookies()).RETURN(true);
  REQUIRE_CALL(f.transport, send(_))
      .WITH(_1.send_cookies && !_1.credential && _1.url == "https://api.ultralytics.com/v1/auth/auto")
      .WITH(_1.method == http_method::post)
      .RETURN(response{200, R"({"success": true, "data": {"idToken": "a.token"}})"})
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(f.transport, send(_))
      .WITH(!_1.send_cookies && has_header(_1, "authorization: Bearer a.token"))
      .RETURN(accepts)
      .IN_SEQUENCE(in_order);
  const auto session = f.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::browser);
  CHECK(f.auth.id_token());
  CHECK(f.auth.api_key() == nullptr);
}

TEST_CASE("login: a source is skipped, and the trace has the reason") {
  fixture f(platform);
  ALLOW_CALL(f.store, load()).RETURN(secret());
  REQUIRE_CALL(f.prompter, ask(_)).RETURN(fail(errc::prompt_canceled));
  const auto session = f.auth.login({}, {.sources = source_set().without(source::environment)});
  REQUIRE_FALSE(session);
  const auto& trace = session.error().trace;
  CHECK(trace[source::argument] == source_status::not_found);
  CHECK(trace[source::environment] == source_status::excluded);
  CHECK(trace[source::saved] == source_status::not_found);
  CHECK(trace[source::browser] == source_status::unsupported);
  CHECK(trace[source::prompt] == source_status::error);
}

TEST_CASE("login: the environment is no source if the service has no variable for a key") {
  auto own = hub;
  own.key_env_var = nullptr;
  fixture f(own);
  ALLOW_CALL(f.store, load()).RETURN(secret("saved-key"));
  ALLOW_CALL(f.store, erase()).RETURN(result<void>());
  const auto session = f.auth.login();
  REQUIRE(session);
  CHECK(session->trace[source::environment] == source_status::unsupported);
  CHECK(session->trace[source::saved] == source_status::used_unverified);

  REQUIRE(f.auth.logout());
  CHECK(f.auth.authenticate().error().hint == "pass a key as the argument");
}

TEST_CASE("login: a long message is truncated, whatever the request was") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  ALLOW_CALL(f.transport, has_cookies()).RETURN(true);
  const auto long_message = R"({"message": ")" + std::string(1000, 'm') + "\"}";
  ALLOW_CALL(f.transport, send(_)).RETURN(response{401, long_message});
  for (const auto& session : {f.auth.login("a-key"), f.auth.auth_with_cookies()}) {
    REQUIRE_FALSE(session);
    CHECK(session.error().detail == std::string(400, 'm'));
  }
}

TEST_CASE("login: the browser is skipped if the transport has no cookies") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  ALLOW_CALL(f.env, has_browser_session()).RETURN(true);
  ALLOW_CALL(f.transport, has_cookies()).RETURN(false);
  REQUIRE_CALL(f.prompter, ask(_)).RETURN(fail(errc::prompt_unavailable));
  const auto session = f.auth.login();
  REQUIRE_FALSE(session);
  CHECK(session.error().trace[source::browser] == source_status::no_cookies);
}

TEST_CASE("authenticate: a rejected token is removed from memory, the key is not") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(none());
  ALLOW_CALL(f.store, save(_)).RETURN(result<void>());
  ALLOW_CALL(f.transport, has_cookies()).RETURN(true);
  {
    ALLOW_CALL(f.transport, send(_)).WITH(!_1.send_cookies).RETURN(accepts);
    ALLOW_CALL(f.transport, send(_))
        .WITH(_1.send_cookies)
        .RETURN(response{200, R"({"success": true, "data": {"idToken": "a.token"}})"});
    REQUIRE(f.auth.login("a-key_model"));
    REQUIRE(f.auth.auth_with_cookies());
  }
  CHECK(f.auth.get_auth_header().expose_line() == "authorization: Bearer a.token");
  REQUIRE_CALL(f.transport, send(_)).WITH(has_header(_1, "authorization: Bearer a.token")).RETURN(response{401, "{}"});
  const auto session = f.auth.authenticate();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rejected);
  CHECK(f.auth.get_auth_header().expose_line() == "x-api-key: a-key");
  CHECK(f.auth.model_key() == "model");
}

TEST_CASE("authenticate: a credential that something else than the service refuses stays in memory") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(secret("saved-key"));
  REQUIRE(f.auth.login());
  struct {
    int status;
    std::string body;
    errc code;
    std::string detail;
  } const table[]{
      {401, "<html>", errc::invalid_response, "HTTP 401 from https://api.ultralytics.com/v1/auth"},
      {403, "", errc::invalid_response, "HTTP 403 from https://api.ultralytics.com/v1/auth"},
      {511, "<html>", errc::captive_portal, "HTTP 511 from https://api.ultralytics.com/v1/auth"},
      {503, R"({"message": "maintenance"})", errc::server_error,
       "HTTP 503 from https://api.ultralytics.com/v1/auth: maintenance"},
      {429, "", errc::rate_limited, ""},
  };
  for (const auto& row : table) {
    CAPTURE(row.status);
    REQUIRE_CALL(f.transport, send(_)).LR_RETURN(response{row.status, row.body});
    const auto session = f.auth.authenticate();
    REQUIRE_FALSE(session);
    CHECK(session.error().code == row.code);
    CHECK(session.error().detail == row.detail);
    CHECK(session.error().source == source::saved);
    CHECK(f.auth.get_auth_header().expose_value() == "saved-key");
  }
}

TEST_CASE("logout: memory is cleared, whatever the store returns") {
  fixture f;
  ALLOW_CALL(f.store, load()).RETURN(secret("saved-key"));
  REQUIRE(f.auth.login());
  REQUIRE_CALL(f.store, erase()).RETURN(fail(errc::store_locked));
  const auto erased = f.auth.logout();
  REQUIRE_FALSE(erased);
  CHECK(erased.error().code == errc::store_locked);
  CHECK_FALSE(f.auth.get_auth_header());
}

TEST_CASE("request_api_key: prompts as often as max_attempts, not at all if that is 0") {
  fixture f;
  const auto session = f.auth.request_api_key(0);
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::too_many_attempts);

  REQUIRE_CALL(f.prompter, ask(_)).TIMES(2).LR_RETURN(secret("not a key"));
  CHECK(f.auth.request_api_key(2).error().code == errc::too_many_attempts);
}

TEST_CASE("basic_auth: policies are owned, or borrowed with std::ref") {
  testing::mock_transport transport;
  testing::mock_prompter prompter;
  testing::mock_environment env;
  basic_auth owner(hub, std::ref(transport), memory_store(), std::ref(prompter), std::ref(env));
  static_assert(std::is_same_v<decltype(owner), basic_auth<testing::mock_transport&, memory_store,
                                                           testing::mock_prompter&, testing::mock_environment&>>);
  CHECK_FALSE(owner.get_auth_header());
}

/// Policies whose functions are all const.
struct const_transport {
  result<response> send(const request& request) const {
    return request.send_cookies ? response{200, R"({"success": true, "data": {"idToken": "a.token"}})"} : accepts;
  }
  bool has_cookies() const { return true; }
};
struct const_store {
  result<std::optional<secret>> load() const { return std::optional(secret("saved-key_model")); }
  result<void> save(const api_key&) const { return {}; }
  result<void> erase() const { return {}; }
};
struct const_prompter {
  result<secret> ask(const prompt_request&) const { return secret("typed-key"); }
};
struct const_environment {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

TEST_CASE("basic_auth: const policies may be borrowed") {
  const const_transport transport;
  const const_store store;
  const const_prompter prompter;
  const const_environment env;
  basic_auth auth(hub, std::ref(transport), std::cref(store), std::ref(prompter), std::cref(env));
  static_assert(std::is_same_v<decltype(auth), basic_auth<const const_transport&, const const_store&,
                                                          const const_prompter&, const const_environment&>>);
  CHECK(auth.login("given-key"));
  CHECK(auth.get_auth_header().expose_value() == "given-key");
  CHECK(auth.request_api_key());
  CHECK(auth.get_auth_header().expose_value() == "typed-key");
  CHECK(auth.authenticate());
  CHECK(auth.logout());
  CHECK(auth.login());
  CHECK(auth.get_auth_header().expose_value() == "saved-key");
}

TEST_CASE("basic_auth: a move takes the credentials along, keeps the view of the header valid, and leaves nothing") {
  basic_auth first(hub, const_transport(), const_store(), const_prompter(), const_environment());
  REQUIRE(first.login());
  REQUIRE(first.auth_with_cookies());
  const auto header = first.get_auth_header();

  auto second = std::move(first);
  CHECK_FALSE(first.get_auth_header());
  CHECK(first.api_key() == nullptr);
  CHECK(first.id_token() == nullptr);
  CHECK(first.model_key().empty());
  CHECK(second.get_auth_header().expose_line().data() == header.expose_line().data());
  CHECK(header.expose_value() == "Bearer a.token");
  REQUIRE(second.api_key());
  CHECK(is(*second.api_key(), "saved-key"));
  CHECK(second.model_key() == "model");
  REQUIRE(second.id_token());

  CHECK(first.login("another-key"));
  CHECK(first.get_auth_header().expose_value() == "another-key");
}

TEST_CASE("basic_auth: an observer sees the names of the transitions of each operation, in their order") {
  basic_auth auth(hub, const_transport(), const_store(), const_prompter(), const_environment());
  const auto steps_of = [](auto&& sign_in) {
    std::string steps;
    const auto session = sign_in([&](const fsm::transition_names& names) {
      if (steps.empty()) steps = names.from;
      steps += " " + std::string(names.outcome) + " " + std::string(names.to);
    });
    REQUIRE(session);
    return steps;
  };
  CHECK(steps_of([&](observer observe) { return auth.login("given-key", {}, std::move(observe)); }) ==
        "resolving_endpoint login_requested reading_argument key_found comparing_with_saved not_yet_saved verifying "
        "accepted_unsaved saving key_saved signed_in");
  CHECK(steps_of([&](observer observe) { return auth.authenticate(std::move(observe)); }) ==
        "resolving_endpoint verification_requested using_current_credential credential_found verifying accepted "
        "signed_in");
  CHECK(steps_of([&](observer observe) { return auth.auth_with_cookies(std::move(observe)); }) ==
        "resolving_endpoint token_requested fetching_token token_received verifying accepted signed_in");
  CHECK(steps_of([&](observer observe) { return auth.request_api_key(1, std::move(observe)); }) ==
        "resolving_endpoint prompt_requested prompting key_entered verifying accepted_unsaved saving key_saved "
        "signed_in");
}

TEST_CASE("basic_auth: a policy's exception passes through, and nothing has changed") {
  struct throwing_store : memory_store {
    result<void> save(const api_key&) { throw std::runtime_error("disk on fire"); }
  };
  basic_auth auth(hub, const_transport(), throwing_store(), const_prompter(), const_environment());
  REQUIRE(auth.auth_with_cookies());
  CHECK_THROWS_AS(static_cast<void>(auth.login("given-key")), std::runtime_error);
  CHECK(auth.api_key() == nullptr);
  CHECK(auth.get_auth_header().expose_value() == "Bearer a.token");
}

}  // namespace
