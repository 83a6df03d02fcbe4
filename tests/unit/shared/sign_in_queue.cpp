// SPDX-License-Identifier: BSL-1.0
#include "hubauth/shared/sign_in_queue.hpp"

#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using detail::login_request;
using detail::sign_in_queue;

const auto succeed = [](const login_request&) -> login_result { return session{}; };
const auto ignore = [] {};

login_request request(login::operation operation = login::operation::login) { return {operation}; }

TEST_CASE("sign_in_queue: a sign-in runs, then publishes, and returns the result of its run") {
  sign_in_queue queue;
  std::vector<std::string> calls;
  const auto run = [&](const login_request& each) -> login_result {
    CHECK(each == request(login::operation::auth_with_cookies));
    CHECK_FALSE(queue.canceled());
    calls.push_back("run");
    return session{.host = "a-host"};
  };
  const auto result =
      queue.sign_in(request(login::operation::auth_with_cookies), {}, run, [&] { calls.push_back("publish"); });
  REQUIRE(result);
  CHECK(result->host == "a-host");
  CHECK(calls == std::vector<std::string>{"run", "publish"});
  CHECK(queue.waiter_count() == 0);
}

TEST_CASE("sign_in_queue: a failed sign-in publishes too, and returns its error") {
  sign_in_queue queue;
  int published = 0;
  const auto run = [](const login_request&) -> login_result {
    return unexpected(login_error{.code = errc::rejected, .detail = "no"});
  };
  const auto result = queue.sign_in(request(), {}, run, [&] { ++published; });
  REQUIRE_FALSE(result);
  CHECK(result.error() == login_error{.code = errc::rejected, .detail = "no"});
  CHECK(published == 1);
}

TEST_CASE("sign_in_queue: a canceled caller does not run") {
  sign_in_queue queue;
  cancellation cancellation;
  cancellation.cancel();
  int calls = 0;
  const auto result = queue.sign_in(
      request(), cancellation, [&](const login_request& each) { return ++calls, succeed(each); }, [&] { ++calls; });
  REQUIRE_FALSE(result);
  CHECK(result.error().code == std::errc::operation_canceled);
  CHECK(calls == 0);
  CHECK(queue.sign_in(request(), {}, succeed, ignore));
}

TEST_CASE("sign_in_queue: a logout withdraws, then erases, and returns the result of its erasure") {
  sign_in_queue queue;
  std::vector<std::string> calls;
  const auto result = queue.sign_out([&] { calls.push_back("withdraw"); },
                                     [&]() -> hubauth::result<void> {
                                       calls.push_back("erase");
                                       return fail(errc::store_locked);
                                     });
  REQUIRE_FALSE(result);
  CHECK(result.error().code == errc::store_locked);
  CHECK(calls == std::vector<std::string>{"withdraw", "erase"});
}

TEST_CASE("sign_in_queue: a sign-in or a logout within another is an error, and nothing is called") {
  sign_in_queue queue;
  int calls = 0;
  const auto nested = [&] {
    const auto in = queue.sign_in(
        request(), {}, [&](const login_request& each) { return ++calls, succeed(each); }, [&] { ++calls; });
    const auto out = queue.sign_out([&] { ++calls; }, [&] { return ++calls, result<void>(); });
    REQUIRE_FALSE(in);
    REQUIRE_FALSE(out);
    CHECK(in.error().code == std::errc::resource_deadlock_would_occur);
    CHECK(out.error().code == std::errc::resource_deadlock_would_occur);
  };
  CHECK(queue.sign_in(
      request(), {}, [&](const login_request& each) { return nested(), succeed(each); }, ignore));
  CHECK(queue.sign_out(ignore, [&] { return nested(), result<void>(); }));
  CHECK(calls == 0);
}

TEST_CASE("sign_in_queue: after an exception of any function the queue goes on") {
  sign_in_queue queue;
  struct thrown {};
  const auto throws = [] { throw thrown(); };
  CHECK_THROWS_AS((void)queue.sign_in(
                      request(), {}, [](const login_request&) -> login_result { throw thrown(); }, ignore),
                  thrown);
  CHECK_THROWS_AS((void)queue.sign_in(request(), {}, succeed, throws), thrown);
  CHECK_THROWS_AS((void)queue.sign_out(ignore, []() -> result<void> { throw thrown(); }), thrown);
  CHECK(queue.waiter_count() == 0);
  CHECK(queue.sign_in(request(), {}, succeed, ignore));
  CHECK(queue.sign_out(ignore, [] { return result<void>(); }));
}

}  // namespace
