// SPDX-License-Identifier: BSL-1.0
#include "hubauth/policy/any.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

using calls = std::vector<std::string>;

/// All four policies in one, each of whose functions notes that it was called and with what.
struct noting {
  calls& seen;

  result<reply> send(const request& asked) {
    seen.push_back("send " + asked.url);
    return reply{418, "short and stout"};
  }
  bool has_cookies() const { return seen.emplace_back("has_cookies"), true; }

  result<std::optional<secret>> load() { return seen.emplace_back("load"), secret("saved"); }
  result<void> save(const api_key& key) {
    key.with_exposed([&](std::string_view text) { seen.push_back(std::string("save ").append(text)); });
    return fail(errc::store_busy);
  }
  result<void> erase() { return seen.emplace_back("erase"), fail(errc::store_unwritable); }

  result<secret> ask(const question& about) {
    return seen.push_back(std::string("ask for ").append(about.service)), secret("typed");
  }

  std::optional<std::string_view> variable(const char* name) const { return seen.emplace_back(name), "its value"; }
  bool browser_at_hand() const { return seen.emplace_back("browser_at_hand"), true; }
  std::int64_t now() const { return seen.emplace_back("now"), 1234; }
};

std::string text_of(const secret& of) {
  return of.with_exposed([](std::string_view text) { return std::string(text); });
}

TEST_CASE("any: each call reaches the policy, and its answer comes back") {
  calls seen;
  noting policy{seen};
  const noting& constant = policy;
  any::policies by{any::transport(policy), any::store(policy), any::prompter(policy), any::environment(constant)};

  CHECK(by.transport.send(request{method::get, "https://hub.test"})->status == 418);
  CHECK(by.transport.has_cookies());
  CHECK(text_of(**by.store.load()) == "saved");
  CHECK(by.store.save(api_key::parse("k1")->key).error().code == errc::store_busy);
  CHECK(by.store.erase().error().code == errc::store_unwritable);
  CHECK(text_of(*by.prompter.ask({"the hub", "", 1, 1, nullptr})) == "typed");
  CHECK(by.environment.variable("HUB_API_KEY") == "its value");
  CHECK(by.environment.browser_at_hand());
  CHECK(by.environment.now() == 1234);

  CHECK(seen == calls{"send https://hub.test", "has_cookies", "load", "save k1", "erase", "ask for the hub",
                      "HUB_API_KEY", "browser_at_hand", "now"});
}

}  // namespace
