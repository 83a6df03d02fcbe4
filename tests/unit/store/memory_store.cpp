// SPDX-License-Identifier: BSL-1.0
#include "hubauth/store/memory_store.hpp"

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/credential/api_key.hpp"

namespace {

std::string saved(hubauth::memory_store& store) {
  const auto loaded = store.load();
  REQUIRE(loaded);
  if (!*loaded) return "(none)";
  return (*loaded)->with_exposed([](std::string_view text) { return std::string(text); });
}

hubauth::api_key key(std::string_view text) { return hubauth::api_key::parse(text)->key.clone(); }

static_assert(hubauth::check_store<hubauth::memory_store>());
static_assert(!std::is_copy_constructible_v<hubauth::memory_store>, "a key is not copied by accident");

}  // namespace

TEST_CASE("memory_store: a new one holds no key") {
  hubauth::memory_store store;
  CHECK(saved(store) == "(none)");
}

TEST_CASE("memory_store: what is saved is loaded, as often as it is asked for") {
  hubauth::memory_store store;
  REQUIRE(store.save(key("first")));
  CHECK(saved(store) == "first");
  CHECK(saved(store) == "first");
  REQUIRE(store.save(key("second")));
  CHECK(saved(store) == "second");
}

TEST_CASE("memory_store: what is erased does not come back") {
  hubauth::memory_store store;
  REQUIRE(store.erase());
  CHECK(saved(store) == "(none)");
  REQUIRE(store.save(key("first")));
  REQUIRE(store.erase());
  CHECK(saved(store) == "(none)");
  REQUIRE(store.save(key("second")));
  CHECK(saved(store) == "second");
}

TEST_CASE("memory_store: a moved one takes the key along") {
  hubauth::memory_store store;
  REQUIRE(store.save(key("first")));
  auto other = std::move(store);
  CHECK(saved(other) == "first");
}
