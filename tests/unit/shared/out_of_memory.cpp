// SPDX-License-Identifier: BSL-1.0
//
// Lets the n-th allocation of a call fail, for n = 1, 2, ... until none fails: a program of its own, because it
// replaces operator new. After each, the readers have the credential that the object has in memory.
#include "hubauth/shared_auth.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "support/failing_new.hpp"

namespace {

using namespace hubauth;

/// Accepts all keys but one.
struct fake_transport {
  result<response> send(const request& request) {
    if (request.send_cookies) return response{200, R"({"success": true, "data": {"idToken": "a-token"}})"};
    last_sent = request.credential.expose_line();
    const bool known = request.credential.expose_value() != "bad-key";
    return known ? response{200, R"({"success": true})"} : response{401, R"({"success": false})"};
  }
  bool has_cookies() const { return true; }

  std::string last_sent{};
};

/// A store of one key that saves without an allocation.
struct fake_store {
  result<std::optional<secret>> load() { return std::optional<secret>(); }
  result<void> save(const api_key&) { return {}; }
  result<void> erase() { return {}; }
};

struct fake_prompter {
  result<secret> ask(const prompt_request& request) { return secret(request.attempt == 1 ? "bad-key" : "typed-key"); }
};

struct empty_environment {
  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

using auth = shared_auth<fake_transport&, fake_store, fake_prompter, empty_environment>;

struct scenario {
  const char* name;
  std::function<void(auth&)> start;  // before the call, with all the memory that it needs
  std::function<bool(auth&)> call;   // true if it ended as it does with all the memory that it needs
};

const std::function<void(auth&)> nothing = [](auth&) {};
const std::function<void(auth&)> signed_in = [](auth& on) { REQUIRE(on.login("old-key")); };

const scenario scenarios[] = {
    {"first login", nothing, [](auth& on) { return on.login("a-key").has_value(); }},
    {"another key", signed_in, [](auth& on) { return on.login("a-key").has_value(); }},
    {"the same key", signed_in, [](auth& on) { return on.login("old-key").has_value(); }},
    {"a rejected key", signed_in, [](auth& on) { return on.login("bad-key").error().code == errc::rejected; }},
    {"verification", signed_in, [](auth& on) { return on.authenticate().has_value(); }},
    {"a token next to a key", signed_in, [](auth& on) { return on.auth_with_cookies().has_value(); }},
    {"the second answer of the user", signed_in, [](auth& on) { return on.request_api_key().has_value(); }},
    {"logout", signed_in, [](auth& on) { return on.logout().has_value(); }},
};

TEST_CASE(
    "shared_auth: after an allocation fails, the readers have the credential that is in memory, or there is none") {
  for (const auto& scenario : scenarios) {
    CAPTURE(scenario.name);
    bool failed = true;
    int withdrawn = 0;
    for (std::size_t allocations = 0; failed; ++allocations) {
      CAPTURE(allocations);
      REQUIRE(allocations < 10'000);
      fake_transport transport;
      transport.last_sent.reserve(100);
      auth on(hub, transport);
      auto reader = on.reader();
      scenario.start(on);
      const bool signed_in_before = static_cast<bool>(reader.get_auth_header());

      bool ended = false;
      allocations_left = allocations;
      try {
        ended = scenario.call(on);
        failed = false;
      } catch (const std::bad_alloc&) {
      }
      const bool fired = allocations_left == unlimited;
      allocations_left = unlimited;
      CHECK(failed == fired);
      CHECK((failed || ended));
      CHECK(on.waiter_count() == 0);

      const std::string header(reader.get_auth_header().expose_line());
      withdrawn += failed && signed_in_before && header.empty();
      transport.last_sent.clear();
      const auto verified = on.authenticate();  // sends the credential that is in memory
      CHECK(verified.has_value() == !header.empty());
      CHECK(transport.last_sent == header);
      CHECK(on.login("next-key"));
      CHECK(reader.get_auth_header().expose_line() == "x-api-key: next-key");
    }
    const bool replaces = std::string_view(scenario.name) == "another key";
    CHECK((!replaces || withdrawn != 0));  // the header could not be published
  }
}

TEST_CASE("shared_header: a header that cannot be allocated changes nothing") {
  constexpr auth_header_view old("x-api-key: old", 9);
  constexpr auth_header_view fresh("x-api-key: fresh", 9);
  shared_header header;
  header.publish(old);
  shared_header::reader reader(header);
  allocations_left = 0;
  CHECK_THROWS_AS(header.publish(fresh), std::bad_alloc);
  allocations_left = unlimited;
  CHECK(reader.get_auth_header().expose_line() == old.expose_line());
  header.publish(fresh);
  CHECK(reader.get_auth_header().expose_line() == fresh.expose_line());
}

}  // namespace
