// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/cancellation.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using detail::cancellation_callback;

TEST_CASE("cancellation: it stays canceled") {
  cancellation cancellation;
  CHECK_FALSE(cancellation.is_canceled());
  CHECK_FALSE(cancellation.deadline());
  cancellation.cancel();
  CHECK(cancellation.is_canceled());
  cancellation.cancel();
  CHECK(cancellation.is_canceled());
}

TEST_CASE("cancellation: it is canceled after its deadline") {
  CHECK(cancellation(clock::now()).is_canceled());
  CHECK(cancellation(clock::time_point::min()).is_canceled());
  CHECK_FALSE(cancellation(clock::now() + 24h).is_canceled());
  CHECK_FALSE(cancellation(clock::time_point::max()).is_canceled());
  CHECK(cancellation(clock::time_point::max()).deadline() == clock::time_point::max());
}

TEST_CASE("cancellation: it can be canceled before its deadline") {
  cancellation cancellation(clock::now() + 24h);
  cancellation.cancel();
  CHECK(cancellation.is_canceled());
}

TEST_CASE("cancellation: each callback that exists is called once for each cancel, and sees that it is canceled") {
  cancellation cancellation;
  int first = 0;
  int second = 0;
  const cancellation_callback outer(cancellation, [&] { first += cancellation.is_canceled(); });
  {
    const cancellation_callback inner(cancellation, [&] { second += cancellation.is_canceled(); });
    cancellation.cancel();
  }
  CHECK(first == 1);
  CHECK(second == 1);
  cancellation.cancel();
  CHECK(first == 2);
  CHECK(second == 1);
}

TEST_CASE("cancellation: no callback is called at construction, or for another object") {
  cancellation canceled;
  cancellation other;
  canceled.cancel();
  int calls = 0;
  const cancellation_callback late(canceled, [&] { ++calls; });
  const cancellation_callback unrelated(other, [&] { ++calls; });
  CHECK(calls == 0);
}

TEST_CASE("cancellation: callbacks come and go in many threads while it is canceled") {
  cancellation cancellation;
  std::atomic<int> calls_after_end = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i != 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round != 500; ++round) {
        bool alive = true;
        {
          const cancellation_callback callback(cancellation, [&] { calls_after_end += !alive; });
        }
        alive = false;
      }
    });
  for (int round = 0; round != 500; ++round) cancellation.cancel();
  for (auto& each : threads) each.join();
  CHECK(calls_after_end == 0);
}

}  // namespace
