// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/cancelable_store.hpp"

#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/policy/store.hpp"
#include "hubauth/store/memory_store.hpp"

namespace {

using namespace hubauth;
using detail::cancelable_store;
using detail::login_request;
using detail::sign_in_queue;

static_assert(store<cancelable_store<memory_store>>);
static_assert(store<cancelable_store<memory_store&>>);

bool is_empty(memory_store& store) { return !store.load().value(); }

TEST_CASE("cancelable_store: it saves the key of a sign-in that is not canceled, and loads and erases as its store") {
  memory_store memory;
  sign_in_queue queue;
  cancelable_store<memory_store&> store(memory, queue);
  const auto run = [&](const login_request&) -> login_result {
    CHECK(store.save(api_key::parse("a-key")->key));
    return session{};
  };
  CHECK(queue.sign_in({login::operation::login}, {}, run, [] {}));
  CHECK(memory.load().value() == secret("a-key"));
  CHECK(store.load().value() == secret("a-key"));
  CHECK(store.erase());
  CHECK(is_empty(memory));
}

TEST_CASE("cancelable_store: it does not save the key of a sign-in that a logout has canceled") {
  memory_store memory;
  sign_in_queue queue;
  cancelable_store<memory_store&> store(memory, queue);
  std::thread logout;
  const auto run = [&](const login_request&) -> login_result {
    logout = std::thread([&] { CHECK(queue.sign_out([] {}, [&] { return store.erase(); })); });
    while (queue.waiter_count() != 1) std::this_thread::yield();
    const auto saved = store.save(api_key::parse("a-key")->key);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code == std::errc::operation_canceled);
    CHECK(is_empty(memory));
    return session{};
  };
  CHECK_FALSE(queue.sign_in({login::operation::login}, {}, run, [] {}));
  logout.join();
}

}  // namespace
