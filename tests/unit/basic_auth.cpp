// SPDX-License-Identifier: BSL-1.0
#include "hubauth/basic_auth.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
namespace mocks = hubauth::testing::mocks;
using trompeloeil::_;
using trompeloeil::sequence;

/// basic_auth on mocks: nothing may be called but what a test expects.
struct fixture {
  mocks::transport transport;
  mocks::store store;
  mocks::prompter prompter;
  mocks::environment env;
  std::vector<std::unique_ptr<trompeloeil::expectation>> usual;
  basic_auth<mocks::transport&, mocks::store&, mocks::prompter&, mocks::environment&> auth;

  explicit fixture(const service& at = hub) : auth(at, transport, store, prompter, env) {
    usual.push_back(NAMED_ALLOW_CALL(env, variable(_)).RETURN(std::nullopt));
    usual.push_back(NAMED_ALLOW_CALL(env, now()).RETURN(1'000'000'000));
  }
};

bool carries(const request& request, std::string_view line) { return request.credential.expose_line() == line; }
bool is(const api_key& key, std::string_view text) {
  return key.with_exposed([&](std::string_view bytes) { return bytes == text; });
}
bool is_variable(const char* name, std::string_view wanted) { return name == wanted; }

const response yes{200, R"({"success": true})"};
const response no{200, R"({"success": false, "message": "not this one"})"};

std::optional<secret> none() { return std::nullopt; }

TEST_CASE("login: construction calls no policy") { fixture at; }

TEST_CASE("login: a key that is accepted is saved, and only then") {
  fixture at;
  sequence in_order;
  REQUIRE_CALL(at.store, load()).RETURN(none()).IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.transport, send(_))
      .WITH(_1.url == "https://api.ultralytics.com/v1/auth" && _1.method == http_method::post && !_1.send_cookies)
      .WITH(carries(_1, "x-api-key: a-key"))
      .RETURN(yes)
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.store, save(_)).WITH(is(_1, "a-key")).RETURN(result<void>()).IN_SEQUENCE(in_order);

  const auto session = at.auth.login(" a-key_model ");
  REQUIRE(session);
  CHECK(session->source == source::argument);
  CHECK(session->verified);
  CHECK(session->saved);
  CHECK_FALSE(session->save_error);
  CHECK(session->host == "api.ultralytics.com");
  CHECK(session->trace[source::argument] == source_status::verified);
  CHECK(session->trace[source::environment] == source_status::not_tried);
  CHECK(at.auth.get_auth_header().expose_line() == "x-api-key: a-key");
  CHECK(at.auth.model_key() == "model");
  CHECK(at.auth.id_token() == nullptr);
}

TEST_CASE("login: a key that could not be saved signs in all the same, and the session says why") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  REQUIRE_CALL(at.transport, send(_)).RETURN(yes);
  REQUIRE_CALL(at.store, save(_)).RETURN(fail(errc::store_unwritable, "disk full, a-key not written"));
  const auto session = at.auth.login("a-key");
  REQUIRE(session);
  CHECK_FALSE(session->saved);
  REQUIRE(session->save_error);
  CHECK(session->save_error->code == errc::store_unwritable);
  CHECK(session->save_error->detail == "disk full, [redacted] not written");
  CHECK(at.auth.api_key());
}

TEST_CASE("login: a rejected key is asked for again, then key_saved; the next prompt_request says why") {
  fixture at;
  sequence in_order;
  ALLOW_CALL(at.env, has_browser_session()).RETURN(false);
  REQUIRE_CALL(at.store, load()).RETURN(none()).IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.prompter, ask(_))
      .WITH(_1.attempt == 1 && _1.attempts == 3 && _1.previous_error == nullptr && _1.service == hub.name)
      .WITH(_1.key_page == "https://hub.ultralytics.com/settings?tab=api+keys")
      .RETURN(secret("first"))
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.transport, send(_)).WITH(carries(_1, "x-api-key: first")).RETURN(no).IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.prompter, ask(_))
      .WITH(_1.attempt == 2 && _1.previous_error && _1.previous_error->code == errc::rejected && _1.previous_error->detail == "not this one")
      .RETURN(secret("second"))
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.transport, send(_)).WITH(carries(_1, "x-api-key: second")).RETURN(yes).IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.store, save(_)).WITH(is(_1, "second")).RETURN(result<void>()).IN_SEQUENCE(in_order);

  const auto session = at.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::prompt);
}

TEST_CASE("login: the environment's key goes before the saved one, is verified and never saved") {
  fixture at;
  REQUIRE_CALL(at.env, variable(_)).WITH(is_variable(_1, "HUB_API_KEY")).RETURN("from-env");
  REQUIRE_CALL(at.transport, send(_)).WITH(carries(_1, "x-api-key: from-env")).RETURN(yes);
  const auto session = at.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::environment);
  CHECK_FALSE(session->saved);
  CHECK(session->trace[source::argument] == source_status::not_found);
  CHECK(session->trace[source::saved] == source_status::not_tried);
}

TEST_CASE("login: each error says what, where, and what to do, and never the key") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  REQUIRE_CALL(at.transport, send(_)).RETURN(response{403, "{\"message\": \"who is a-\\u0007key?\\u001b[2J\"}"});
  const auto session = at.auth.login("a-key");
  REQUIRE_FALSE(session);
  const auto& error = session.error();
  CHECK(error.code == errc::rejected);
  CHECK(error.code == recovery::user_action);
  CHECK(error.source == source::argument);
  CHECK(error.message() ==
        "api.ultralytics.com: the service rejected the credential (from the argument): who is [redacted]?[2J; "
        "keys are made at https://hub.ultralytics.com/settings?tab=api+keys");
  CHECK(error.trace[source::argument] == source_status::rejected);
}

TEST_CASE("login: a saved key that is rejected stays saved, and the error says so") {
  fixture at;
  REQUIRE_CALL(at.store, load()).RETURN(secret("saved-key"));
  REQUIRE_CALL(at.transport, send(_)).WITH(carries(_1, "x-api-key: saved-key")).RETURN(no);
  const auto session = at.auth.login({}, {.verify_saved = true});
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rejected);
  CHECK(session.error().source == source::saved);
  CHECK(session.error().hint == "it stays saved until another key is saved or you log out");
  CHECK_FALSE(at.auth.get_auth_header());
}

TEST_CASE("login: a rate limit says when to come back") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  REQUIRE_CALL(at.transport, send(_)).RETURN(response{429, "", "", "1000000090"});
  const auto session = at.auth.login("a-key");
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rate_limited);
  CHECK(session.error().retry_after == 90);
  CHECK(session.error().message().find("try again in 90 s") != std::string::npos);
}

TEST_CASE("login: nobody to ask says how to give a key") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  ALLOW_CALL(at.env, has_browser_session()).RETURN(false);
  REQUIRE_CALL(at.env, variable(_)).WITH(is_variable(_1, "HUBAUTH_PROMPT")).RETURN("0");
  const auto session = at.auth.login();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::prompt_unavailable);
  CHECK(session.error().hint == "give a key as the argument or in HUB_API_KEY");
}

TEST_CASE("login: the hint says what a person can do, where there is something") {
  fixture at;
  const auto key_page = "keys are made at https://hub.ultralytics.com/settings?tab=api+keys";
  ALLOW_CALL(at.store, load()).RETURN(none());
  CHECK(at.auth.login("not a key").error().hint == key_page);

  const auto not_authenticated = at.auth.authenticate();
  CHECK(not_authenticated.error().hint == "give a key as the argument or in HUB_API_KEY");
  CHECK_FALSE(not_authenticated.error().source);
  CHECK(not_authenticated.error().source_description.empty());
  {
    REQUIRE_CALL(at.prompter, ask(_)).TIMES(3).LR_RETURN(secret("not a key"));
    const auto spent = at.auth.request_api_key();
    CHECK(spent.error().code == errc::too_many_attempts);
    CHECK(spent.error().hint == key_page);
  }
  REQUIRE_CALL(at.prompter, ask(_)).RETURN(fail(errc::prompt_canceled));
  CHECK(at.auth.request_api_key().error().hint.empty());
  REQUIRE_CALL(at.transport, send(_)).RETURN(fail(errc::unreachable));
  CHECK(at.auth.login("a-key").error().hint.empty());
}

TEST_CASE("login: a root that is not https is refused before any request, and its variable is named") {
  fixture at;
  ALLOW_CALL(at.env, variable(_)).WITH(is_variable(_1, "ULTRALYTICS_HUB_API")).RETURN("http://example.com");
  for (const auto& ended : {at.auth.login("a-key"), at.auth.auth_with_cookies(), at.auth.request_api_key()}) {
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == errc::insecure_url);
    CHECK(ended.error().detail.find("ULTRALYTICS_HUB_API") != std::string::npos);
  }
}

TEST_CASE("login: the variable names another root, with or without a slash at its end") {
  fixture at;
  ALLOW_CALL(at.env, variable(_)).WITH(is_variable(_1, "ULTRALYTICS_HUB_API")).RETURN(" http://127.0.0.1:8080/ ");
  ALLOW_CALL(at.store, load()).RETURN(none());
  REQUIRE_CALL(at.transport, send(_)).WITH(_1.url == "http://127.0.0.1:8080/v1/auth").RETURN(fail(errc::timed_out));
  const auto session = at.auth.login("a-key");
  REQUIRE_FALSE(session);
  CHECK(session.error().host == "127.0.0.1:8080");
}

TEST_CASE("login: the browser's token is verified and held, not saved") {
  fixture at;
  sequence in_order;
  ALLOW_CALL(at.store, load()).RETURN(none());
  ALLOW_CALL(at.env, has_browser_session()).RETURN(true);
  ALLOW_CALL(at.transport, has_cookies()).RETURN(true);
  REQUIRE_CALL(at.transport, send(_))
      .WITH(_1.send_cookies && !_1.credential && _1.url == "https://api.ultralytics.com/v1/auth/auto")
      .WITH(_1.method == http_method::post)
      .RETURN(response{200, R"({"success": true, "data": {"idToken": "a.token"}})"})
      .IN_SEQUENCE(in_order);
  REQUIRE_CALL(at.transport, send(_))
      .WITH(!_1.send_cookies && carries(_1, "authorization: Bearer a.token"))
      .RETURN(yes)
      .IN_SEQUENCE(in_order);
  const auto session = at.auth.login();
  REQUIRE(session);
  CHECK(session->source == source::browser);
  CHECK(at.auth.id_token());
  CHECK(at.auth.api_key() == nullptr);
}

TEST_CASE("login: a source is passed over, and the trace says why") {
  fixture at(platform);
  ALLOW_CALL(at.store, load()).RETURN(secret());
  REQUIRE_CALL(at.prompter, ask(_)).RETURN(fail(errc::prompt_canceled));
  const auto session = at.auth.login({}, {.sources = source_set().without(source::environment)});
  REQUIRE_FALSE(session);
  const auto& tried = session.error().trace;
  CHECK(tried[source::argument] == source_status::not_found);
  CHECK(tried[source::environment] == source_status::excluded);
  CHECK(tried[source::saved] == source_status::not_found);
  CHECK(tried[source::browser] == source_status::unsupported);
  CHECK(tried[source::prompt] == source_status::error);
}

TEST_CASE("login: a service without a variable for a key has no such source") {
  auto own = hub;
  own.key_env_var = {};
  fixture at(own);
  ALLOW_CALL(at.store, load()).RETURN(secret("saved-key"));
  ALLOW_CALL(at.store, erase()).RETURN(result<void>());
  const auto session = at.auth.login();
  REQUIRE(session);
  CHECK(session->trace[source::environment] == source_status::unsupported);
  CHECK(session->trace[source::saved] == source_status::used_unverified);

  REQUIRE(at.auth.logout());
  CHECK(at.auth.authenticate().error().hint == "give a key as the argument");
}

TEST_CASE("login: a long message is cut off, whatever was asked") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  ALLOW_CALL(at.transport, has_cookies()).RETURN(true);
  const auto long_message = R"({"message": ")" + std::string(1000, 'm') + "\"}";
  ALLOW_CALL(at.transport, send(_)).RETURN(response{401, long_message});
  for (const auto& ended : {at.auth.login("a-key"), at.auth.auth_with_cookies()}) {
    REQUIRE_FALSE(ended);
    CHECK(ended.error().detail == std::string(400, 'm'));
  }
}

TEST_CASE("login: a transport without cookies passes the browser over") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  ALLOW_CALL(at.env, has_browser_session()).RETURN(true);
  ALLOW_CALL(at.transport, has_cookies()).RETURN(false);
  REQUIRE_CALL(at.prompter, ask(_)).RETURN(fail(errc::prompt_unavailable));
  const auto session = at.auth.login();
  REQUIRE_FALSE(session);
  CHECK(session.error().trace[source::browser] == source_status::no_cookies);
}

TEST_CASE("authenticate: a token that is rejected is forgotten, the key beside it is not") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(none());
  ALLOW_CALL(at.store, save(_)).RETURN(result<void>());
  ALLOW_CALL(at.transport, has_cookies()).RETURN(true);
  {
    ALLOW_CALL(at.transport, send(_)).WITH(!_1.send_cookies).RETURN(yes);
    ALLOW_CALL(at.transport, send(_))
        .WITH(_1.send_cookies)
        .RETURN(response{200, R"({"success": true, "data": {"idToken": "a.token"}})"});
    REQUIRE(at.auth.login("a-key_model"));
    REQUIRE(at.auth.auth_with_cookies());
  }
  CHECK(at.auth.get_auth_header().expose_line() == "authorization: Bearer a.token");
  REQUIRE_CALL(at.transport, send(_)).WITH(carries(_1, "authorization: Bearer a.token")).RETURN(response{401});
  const auto session = at.auth.authenticate();
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::rejected);
  CHECK(at.auth.get_auth_header().expose_line() == "x-api-key: a-key");
  CHECK(at.auth.model_key() == "model");
}

TEST_CASE("logout: nothing is held, whatever the store says") {
  fixture at;
  ALLOW_CALL(at.store, load()).RETURN(secret("saved-key"));
  REQUIRE(at.auth.login());
  REQUIRE_CALL(at.store, erase()).RETURN(fail(errc::store_locked));
  const auto done = at.auth.logout();
  REQUIRE_FALSE(done);
  CHECK(done.error().code == errc::store_locked);
  CHECK_FALSE(at.auth.get_auth_header());
}

TEST_CASE("request_api_key: as many attempts as it is told, none for 0") {
  fixture at;
  const auto session = at.auth.request_api_key(0);
  REQUIRE_FALSE(session);
  CHECK(session.error().code == errc::too_many_attempts);

  REQUIRE_CALL(at.prompter, ask(_)).TIMES(2).LR_RETURN(secret("not a key"));
  CHECK(at.auth.request_api_key(2).error().code == errc::too_many_attempts);
}

TEST_CASE("basic_auth: policies are owned by value, or borrowed by std::ref") {
  mocks::transport transport;
  mocks::prompter prompter;
  mocks::environment env;
  basic_auth owner(hub, std::ref(transport), memory_store(), std::ref(prompter), std::ref(env));
  static_assert(std::is_same_v<decltype(owner),
                               basic_auth<mocks::transport&, memory_store, mocks::prompter&, mocks::environment&>>);
  CHECK_FALSE(owner.get_auth_header());
}

/// Policies that need nothing of their own: each of their functions is const.
struct known_service {
  result<response> send(const request& request) const {
    return request.send_cookies ? response{200, R"({"success": true, "data": {"idToken": "a.token"}})"} : yes;
  }
  bool has_cookies() const { return true; }
};
struct known_key {
  result<std::optional<secret>> load() const { return std::optional(secret("saved-key_model")); }
  result<void> save(const api_key&) const { return {}; }
  result<void> erase() const { return {}; }
};
struct known_answer {
  result<secret> ask(const prompt_request&) const { return secret("typed-key"); }
};
struct known_place {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 0; }
};

TEST_CASE("basic_auth: policies may be borrowed as constants") {
  const known_service transport;
  const known_key store;
  const known_answer prompter;
  const known_place env;
  basic_auth auth(hub, std::ref(transport), std::cref(store), std::ref(prompter), std::cref(env));
  static_assert(
      std::is_same_v<decltype(auth),
                     basic_auth<const known_service&, const known_key&, const known_answer&, const known_place&>>);
  CHECK(auth.login("given-key"));
  CHECK(auth.get_auth_header().expose_value() == "given-key");
  CHECK(auth.request_api_key());
  CHECK(auth.get_auth_header().expose_value() == "typed-key");
  CHECK(auth.authenticate());
  CHECK(auth.logout());
  CHECK(auth.login());
  CHECK(auth.get_auth_header().expose_value() == "saved-key");
}

TEST_CASE("basic_auth: moved, it keeps what it holds and its header stays; moved from, it holds nothing") {
  basic_auth first(hub, known_service(), known_key(), known_answer(), known_place());
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

}  // namespace
