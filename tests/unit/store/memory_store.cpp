// SPDX-License-Identifier: BSL-1.0
#include "hubauth/store/memory_store.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace {

using hubauth::api_key;
using hubauth::memory_store;

std::string saved(memory_store& store) {
  const auto loaded = store.load();
  REQUIRE(loaded);
  if (!*loaded) return "(none)";
  return (*loaded)->with_exposed([](std::string_view text) { return std::string(text); });
}

api_key key(std::string_view text) { return api_key::parse(text).value().key; }

static_assert(hubauth::check_store<memory_store>());
static_assert(!std::is_copy_constructible_v<memory_store>, "a key is not copied by accident");

TEST_CASE("memory_store: a new one has no key") {
  memory_store store;
  CHECK(saved(store) == "(none)");
}

TEST_CASE("memory_store: loads the key that was saved last, as often as it is called") {
  memory_store store;
  REQUIRE(store.save(key("first")));
  CHECK(saved(store) == "first");
  CHECK(saved(store) == "first");
  REQUIRE(store.save(key("second")));
  CHECK(saved(store) == "second");
}

TEST_CASE("memory_store: an erased key does not come back") {
  memory_store store;
  REQUIRE(store.erase());
  CHECK(saved(store) == "(none)");
  REQUIRE(store.save(key("first")));
  REQUIRE(store.erase());
  CHECK(saved(store) == "(none)");
  REQUIRE(store.save(key("second")));
  CHECK(saved(store) == "second");
}

TEST_CASE("memory_store: a move takes the key along") {
  memory_store store;
  REQUIRE(store.save(key("first")));
  auto other = std::move(store);
  CHECK(saved(other) == "first");
  CHECK(saved(store) == "(none)");
}

}  // namespace
