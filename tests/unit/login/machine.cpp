// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/machine.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "support/death_test.hpp"

namespace {

using namespace hubauth;
using login::effect;
using login::environment_values;
using login::operation;
using testing::aborts;
using kind = effect::kind;

const std::chrono::system_clock::time_point some_time(std::chrono::seconds(1'000'000'000));

login::response_at respond(int status, std::string body) { return {response{status, std::move(body)}, some_time}; }
login::response_at accepted() { return respond(200, R"({"success": true})"); }
login::response_at rejected() { return respond(401, R"({"message": "unknown key"})"); }
login::response_at token() { return respond(200, R"({"success": true, "data": {"idToken": "a-token"}})"); }

result<std::optional<secret>> no_key() { return std::nullopt; }
result<std::optional<secret>> saved(std::string_view key) { return secret(key); }
result<secret> typed(std::string_view key) { return secret(key); }
result<void> done() { return {}; }

std::string text(const api_key& key) {
  return key.with_exposed([](std::string_view exposed) { return std::string(exposed); });
}

/// A sign-in to HUB: the cache, the machine, and the names of the transitions that the observer was called with.
struct fixture {
  credential_cache cache{};
  std::vector<std::string> transitions{};
  std::optional<login::machine> machine{};

  void start(operation operation, std::string_view argument = {}, const login_options& options = {},
             environment_values env = {}) {
    transitions.clear();
    machine.emplace(hub, cache, std::move(env), operation, argument, options,
                    [this](const fsm::transition_names& names) {
                      transitions.push_back(std::string(names.from).append(" ").append(names.outcome));
                    });
  }

  const effect& wanted(kind type) const {
    const auto* effect = machine->wanted();
    REQUIRE(effect);
    REQUIRE(effect->type == type);
    return *effect;
  }

  void sign_in(std::string_view key) {
    start(operation::login, key);
    machine->resume(no_key());
    machine->resume(accepted());
    machine->resume(done());
    REQUIRE(machine->result());
  }

  std::string header() const { return std::string(cache.header().expose_line()); }
};

TEST_CASE("machine: a login wants one effect after another, and then none") {
  fixture at;
  at.start(operation::login);
  at.wanted(kind::load);
  at.machine->resume(no_key());

  const auto& prompt = at.wanted(kind::prompt).prompt;
  CHECK(prompt.service_name == "Ultralytics HUB");
  CHECK(prompt.key_page == "https://hub.ultralytics.com/settings?tab=api+keys");
  CHECK(prompt.attempt == 1);
  CHECK(prompt.max_attempts == 3);
  CHECK(prompt.previous_error == nullptr);
  at.machine->resume(typed("wrong-key"));

  at.wanted(kind::send);
  at.machine->resume(rejected());

  const auto& again = at.wanted(kind::prompt).prompt;
  CHECK(again.attempt == 2);
  REQUIRE(again.previous_error);
  CHECK(again.previous_error->code == errc::rejected);
  CHECK(again.previous_error->detail == "unknown key");
  at.machine->resume(typed(" typed-key_model\n"));

  const auto& request = at.wanted(kind::send).request;
  CHECK(request.method == http_method::post);
  CHECK(request.url == "https://api.ultralytics.com/v1/auth");
  CHECK(request.credential.expose_line() == "x-api-key: typed-key");
  CHECK_FALSE(request.send_cookies);
  at.machine->resume(accepted());

  const auto* key = at.wanted(kind::save).key;
  REQUIRE(key);
  CHECK(text(*key) == "typed-key");
  CHECK(at.header().empty());
  at.machine->resume(done());

  CHECK(at.machine->wanted() == nullptr);
  const auto result = at.machine->result();
  REQUIRE(result);
  CHECK(result->source == source::prompt);
  CHECK(result->verified);
  CHECK(result->saved);
  CHECK_FALSE(result->save_error);
  CHECK(result->host == "api.ultralytics.com");
  CHECK(result->trace[source::prompt] == source_status::verified);
  CHECK(at.header() == "x-api-key: typed-key");
  CHECK(at.cache.key()->credential.model_id() == "model");
}

TEST_CASE("machine: the token for the browser's cookies is fetched without a credential, then verified") {
  fixture at;
  at.start(operation::auth_with_cookies, {}, {}, {.has_cookies = true});
  const auto& fetch = at.wanted(kind::send).request;
  CHECK(fetch.url == "https://api.ultralytics.com/v1/auth/auto");
  CHECK(fetch.send_cookies);
  CHECK_FALSE(fetch.credential);
  at.machine->resume(token());

  const auto& verify = at.wanted(kind::send).request;
  CHECK(verify.credential.expose_line() == "authorization: Bearer a-token");
  CHECK_FALSE(verify.send_cookies);
  at.machine->resume(accepted());

  CHECK(at.machine->wanted() == nullptr);
  const auto result = at.machine->result();
  REQUIRE(result);
  CHECK(result->source == source::browser);
  CHECK_FALSE(result->saved);
  CHECK(at.header() == "authorization: Bearer a-token");
}

TEST_CASE("machine: authenticate verifies the credential in memory") {
  fixture at;
  at.sign_in("cached-key_model");
  at.start(operation::authenticate);
  CHECK(at.wanted(kind::send).request.credential.expose_line() == "x-api-key: cached-key");
  at.machine->resume(accepted());
  const auto result = at.machine->result();
  REQUIRE(result);
  CHECK(result->source == source::argument);
  CHECK(result->saved);
  CHECK(at.cache.key()->credential.model_id() == "model");
}

TEST_CASE("machine: a sign-in that needs no effect ends at once") {
  fixture at;
  at.start(operation::authenticate);
  CHECK(at.machine->wanted() == nullptr);
  auto result = at.machine->result();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == errc::not_signed_in);
  CHECK_FALSE(result.error().source);
  CHECK(result.error().source_description.empty());
  CHECK(result.error().hint == "pass a key as the argument or in HUB_API_KEY");

  at.start(operation::login, "a-key", {}, {.api_url = "http://example.com"});
  CHECK(at.machine->wanted() == nullptr);
  result = at.machine->result();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == errc::insecure_url);
  CHECK(result.error().host.empty());

  at.start(operation::login, "not a key");
  CHECK(at.machine->wanted() == nullptr);
  result = at.machine->result();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == errc::malformed_key);
  CHECK(result.error().source == source::argument);
  CHECK(result.error().source_description == "the argument");
  CHECK(result.error().host == "api.ultralytics.com");
}

TEST_CASE("machine: the error has the source, the host, the time to wait and the trace") {
  fixture at;
  at.start(operation::login, {}, {.verify_saved = true});
  at.machine->resume(saved("saved-key"));
  at.machine->resume({response{429, "", "12"}, some_time});
  const auto result = at.machine->result();
  REQUIRE_FALSE(result);
  const auto& error = result.error();
  CHECK(error.code == errc::rate_limited);
  CHECK(error.source == source::saved);
  CHECK(error.source_description == "the saved settings");
  CHECK(error.host == "api.ultralytics.com");
  CHECK(error.retry_after == std::chrono::seconds(12));
  CHECK(error.trace[source::argument] == source_status::not_found);
  CHECK(error.trace[source::saved] == source_status::error);
  CHECK(error.trace[source::prompt] == source_status::not_tried);
}

TEST_CASE("machine: the time to wait is counted from the time of the response") {
  fixture at;
  at.sign_in("a-key");
  at.start(operation::authenticate);
  at.machine->resume({response{429, "", "", "1000000090"}, some_time});
  const auto result = at.machine->result();
  REQUIRE_FALSE(result);
  CHECK(result.error().retry_after == std::chrono::seconds(90));
}

TEST_CASE("machine: what it is constructed with is copied") {
  fixture at;
  at.start(operation::login, std::string("an-argument-that-is-longer-than-a-short-string"),
           login_options{.sources = source_set().without(source::saved)});
  CHECK(at.wanted(kind::send).request.credential.expose_value() == "an-argument-that-is-longer-than-a-short-string");
}

TEST_CASE("machine: a credential is in the cache only after result") {
  fixture at;
  at.sign_in("old-key");
  at.start(operation::login, {}, {.sources = source_set().without(source::environment)});
  at.machine->resume(saved("saved-key"));
  CHECK(at.machine->wanted() == nullptr);
  CHECK(at.header() == "x-api-key: old-key");
  REQUIRE(at.machine->result());
  CHECK(at.header() == "x-api-key: saved-key");
}

TEST_CASE("machine: a destroyed machine leaves the cache unchanged, at each effect") {
  const std::vector<std::function<void(fixture&)>> steps{
      [](fixture&) {},
      [](fixture& at) { at.machine->resume(no_key()); },
      [](fixture& at) { at.machine->resume(typed("typed-key")); },
      [](fixture& at) { at.machine->resume(accepted()); },
      [](fixture& at) { at.machine->resume(done()); },
  };
  for (std::size_t effects = 1; effects <= steps.size(); ++effects) {
    CAPTURE(effects);
    fixture at;
    at.sign_in("cached-key");
    at.start(operation::login);
    for (std::size_t i = 0; i != effects; ++i) steps[i](at);
    CHECK((at.machine->wanted() == nullptr) == (effects == steps.size()));
    at.machine.reset();
    CHECK(at.header() == "x-api-key: cached-key");
  }
}

TEST_CASE("machine: a rejected credential is removed from the cache, even if the machine is destroyed after that") {
  fixture at;
  at.sign_in("cached-key");
  at.start(operation::request_api_key);
  at.machine->resume(typed("cached-key"));
  at.machine->resume(rejected());
  at.wanted(kind::prompt);
  at.machine.reset();
  CHECK(at.header().empty());
}

TEST_CASE("machine: the observer is called with the names of each transition") {
  fixture at;
  at.start(operation::login, "a-key");
  CHECK(at.transitions == std::vector<std::string>{"resolving_endpoint login_requested", "reading_argument key_found"});
  at.machine->resume(no_key());
  at.machine->resume(accepted());
  at.machine->resume(done());
  CHECK(at.transitions == std::vector<std::string>{"resolving_endpoint login_requested", "reading_argument key_found",
                                                   "comparing_with_saved not_yet_saved", "verifying accepted_unsaved",
                                                   "saving key_saved"});
}

TEST_CASE("machine: an exception of the observer passes through and leaves the cache unchanged") {
  struct observer_exception {};
  fixture at;
  at.sign_in("cached-key");
  const auto start = [&](std::string_view thrower) {
    at.machine.emplace(hub, at.cache, environment_values(), operation::login, "a-key", login_options(),
                       [thrower](const fsm::transition_names& names) {
                         if (names.outcome == thrower) throw observer_exception();
                       });
  };
  CHECK_THROWS_AS(start("login_requested"), observer_exception);

  start("accepted_unsaved");
  at.machine->resume(no_key());
  CHECK_THROWS_AS(at.machine->resume(accepted()), observer_exception);
  at.machine.reset();
  CHECK(at.header() == "x-api-key: cached-key");
}

TEST_CASE("machine: several sign-ins can be interleaved") {
  fixture first;
  fixture second;
  first.start(operation::login, "first-key");
  second.start(operation::login, "second-key");
  first.machine->resume(no_key());
  second.machine->resume(no_key());
  CHECK(first.wanted(kind::send).request.credential.expose_value() == "first-key");
  CHECK(second.wanted(kind::send).request.credential.expose_value() == "second-key");
  second.machine->resume(rejected());
  first.machine->resume(accepted());
  first.machine->resume(done());
  CHECK(first.machine->result());
  CHECK_FALSE(second.machine->result());
}

#ifndef NDEBUG
TEST_CASE("machine: an answer of another kind than the wanted effect asserts") {
  // The effect that is wanted after each step, and the answer that it takes.
  const std::vector<std::function<void(login::machine&)>> steps{
      [](login::machine& machine) { machine.resume(no_key()); },
      [](login::machine& machine) { machine.resume(typed("typed-key")); },
      [](login::machine& machine) { machine.resume(accepted()); },
      [](login::machine& machine) { machine.resume(done()); },
  };
  for (std::size_t effect = 0; effect <= steps.size(); ++effect)  // after the last one, no effect is wanted
    for (std::size_t answer = 0; answer != steps.size(); ++answer) {
      CAPTURE(effect);
      CAPTURE(answer);
      CHECK(aborts([&] {
              fixture at;
              at.start(operation::login);
              for (std::size_t i = 0; i != effect; ++i) steps[i](*at.machine);
              steps[answer](*at.machine);
            }) == (effect != answer));
    }
}

TEST_CASE("machine: result asserts while an effect is wanted") {
  CHECK(aborts([] {
    fixture at;
    at.start(operation::login);
    static_cast<void>(at.machine->result());
  }));
}
#endif

}  // namespace
