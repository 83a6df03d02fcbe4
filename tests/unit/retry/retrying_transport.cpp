// SPDX-License-Identifier: BSL-1.0
#include "hubauth/retry/retrying_transport.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/fake_environment.hpp"

namespace {

using namespace hubauth;
using hubauth::testing::fake_environment;

/// Gives one answer after the other, and the last one again and again.
struct answers {
  std::vector<std::function<result<response>()>> all;
  std::size_t asked = 0;

  result<response> send(const request&) { return all[std::min(asked++, all.size() - 1)](); }
  bool has_cookies() const { return true; }
};

struct nobody {
  result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
};

using milliseconds = std::vector<std::int64_t>;

auto status(int code, std::string after = {}, std::string reset = {}) {
  return [=]() -> result<response> { return response{code, R"({"success": true})", after, reset}; };
}

auto failed(std::error_code code) {
  return [=]() -> result<response> { return fail(code); };
}

/// What was asked and how long was waited for three answers, or fewer.
struct course {
  std::size_t request;
  milliseconds sleeps;
  friend bool operator==(const course&, const course&) = default;
  friend std::ostream& operator<<(std::ostream& out, const course& of) {
    out << of.asked << " requests, sleeps";
    for (auto pause : of.sleeps) out << ' ' << pause;
    return out;
  }
};

course taken(std::vector<std::function<result<response>()>> all, std::vector<std::uint64_t> random_values = {},
             std::int64_t max_total_delay = 90'000) {
  answers below{std::move(all)};
  fake_environment env{.random_values = std::move(random_values)};
  retrying_transport transport(std::ref(below), std::ref(env), max_total_delay);
  static_cast<void>(transport.send({}));
  return {below.request, env.sleeps};
}

constexpr errc all_kinds[]{
    errc::malformed_key, errc::rejected,          errc::no_browser_session, errc::too_many_attempts,
    errc::prompt_canceled, errc::prompt_unavailable,       errc::store_unreadable,   errc::store_unwritable,
    errc::store_locked,    errc::store_conflict, errc::cookies_unreadable, errc::not_signed_in,
    errc::unreachable,   errc::timed_out,         errc::rate_limited,       errc::server_error,
    errc::tls_error,    errc::unexpected_redirect,        errc::invalid_response,          errc::response_too_large,
    errc::insecure_url,
};

static_assert(check_transport<retrying_transport<answers, fake_environment>>() &&
              check_transport<retrying_transport<answers&, fake_environment&>>());

TEST_CASE("retrying_transport: an error is tried again only where its recovery is that, three times in all") {
  for (const auto kind : all_kinds) {
    CAPTURE(to_string(kind));
    const std::size_t tries = recovery_for(kind) == recovery::retry ? 3 : 1;
    CHECK(taken({failed(kind)}) == course{tries, milliseconds(tries - 1, 0)});
  }
}

TEST_CASE("retrying_transport: an error of another's category is tried again where its condition says so") {
  struct : std::error_category {
    const char* name() const noexcept override { return "mine"; }
    std::string message(int) const override { return "mine"; }
    std::error_condition default_error_condition(int value) const noexcept override {
      return value == 1 ? make_error_condition(recovery::retry) : make_error_condition(recovery::user_action);
    }
  } const mine;
  CHECK(taken({failed({1, mine})}).asked == 3);
  CHECK(taken({failed({2, mine})}).asked == 1);
  CHECK(taken({failed(std::make_error_code(std::errc::timed_out))}).asked == 1);
}

TEST_CASE("retrying_transport: of the responses only 408, 429 and 5xx are asked for again") {
  for (int code = 100; code != 600; ++code) {
    CAPTURE(code);
    CHECK(taken({status(code)}).asked == (code == 408 || code == 429 || code >= 500 ? 3u : 1u));
  }
}

TEST_CASE("retrying_transport: what the last try gave is given") {
  const auto gives = [](std::vector<std::function<result<response>()>> all) {
    retrying_transport transport(answers{std::move(all)}, fake_environment());
    const auto got = transport.send({});
    return got ? std::to_string(got->status) : std::string(to_string(static_cast<errc>(got.error().code.value())));
  };
  CHECK(gives({status(503), status(200), status(500)}) == "200");
  CHECK(gives({failed(errc::unreachable), status(401), status(200)}) == "401");
  CHECK(gives({failed(errc::timed_out), failed(errc::unreachable), status(503), status(200)}) == "503");
  CHECK(gives({status(503), status(503), failed(errc::timed_out), status(200)}) == "timed_out");
  CHECK(gives({failed(errc::unreachable), failed(errc::tls_error), status(200)}) == "tls_error");
}

TEST_CASE("retrying_transport: a pause is drawn by lot, up to one second, then two") {
  CHECK(taken({status(503)}, {0, 0}) == course{3, {0, 0}});
  CHECK(taken({status(503)}, {1000, 2000}) == course{3, {1000, 2000}});
  CHECK(taken({status(503)}, {1001, 2001}) == course{3, {0, 0}});
  CHECK(taken({status(503)}, {1001 + 7, 2001 + 9}) == course{3, {7, 9}});
  const auto largest = std::numeric_limits<std::uint64_t>::max();
  CHECK(taken({status(503)}, {largest}) ==
        course{3, {static_cast<std::int64_t>(largest % 1001), static_cast<std::int64_t>(largest % 2001)}});
}

TEST_CASE("retrying_transport: the time that the service names is waited for, and the lot after it") {
  CHECK(taken({status(429, "7")}, {5}) == course{3, {7005, 7005}});
  CHECK(taken({status(429, "7")}, {7000}) == course{3, {14'000, 14'000}});  // up to as long again
  CHECK(taken({status(429, "7")}, {7001}) == course{3, {7000, 7000}});
  CHECK(taken({status(429, "1")}, {2000}) == course{3, {1999, 3000}});  // but no less than without it
  CHECK(taken({status(503, "7"), status(503)}, {5}) == course{3, {7005, 5}});
  CHECK(taken({status(429, "", "30")}, {0}) == course{3, {30'000, 0}});  // the time has come by then
  CHECK(taken({status(429, "Thu, 01 Jan 1970 00:00:09 GMT")}, {0}) == course{3, {9000, 0}});
  CHECK(taken({status(429, "soon", "later")}, {5}) == course{3, {5, 5}});
  CHECK(taken({status(429, "-7")}, {5}) == course{3, {5, 5}});
}

TEST_CASE("retrying_transport: a service that prompts for more time than is left is not waited for at all") {
  CHECK(taken({status(429, "60")}, {0}) == course{2, {60'000}});
  CHECK(taken({status(429, "60")}, {30'000}) == course{2, {90'000}});  // the lot ends with the max_total_delay
  CHECK(taken({status(429, "60")}, {30'001}) == course{2, {60'000}});
  CHECK(taken({status(429, "89")}, {1}) == course{2, {89'001}});
  CHECK(taken({status(429, "90")}, {0}) == course{1, {}});
  CHECK(taken({status(429, "45")}, {0}) == course{2, {45'000}});
  CHECK(taken({status(429, "40")}, {0}) == course{3, {40'000, 40'000}});
  CHECK(taken({status(429, "999999999999999999")}) == course{1, {}});
  CHECK(taken({status(429, "99999999999999999999")}, {5}) == course{3, {5, 5}});  // no number that is read
  CHECK(taken({status(429, "9")}, {0}, 1500) == course{1, {}});
  CHECK(taken({status(429, "999999")}, {0}, 3'600'000) == course{1, {}});
  CHECK(taken({status(503)}, {1000}, 1000) == course{2, {1000}});
  CHECK(taken({status(503)}, {1000, 501}, 1500) == course{3, {1000, 0}});
  CHECK(taken({status(503)}, {1000, 500}, 1500) == course{3, {1000, 500}});
  CHECK(taken({status(503)}, {1}, 0) == course{1, {}});
  CHECK(taken({status(503)}, {0}, -1) == course{1, {}});
}

TEST_CASE("retrying_transport: it is patient for 90 s, unless it is told otherwise") {
  answers below{{status(429, "89")}};
  fake_environment env{.random_values = {1001}};  // one more than the lot that fits: it begins again at 0
  retrying_transport transport(std::ref(below), std::ref(env));
  static_cast<void>(transport.send({}));
  CHECK(env.sleeps == milliseconds{89'000});
}

TEST_CASE("retrying_transport: it has cookies where the other one has") {
  struct no_cookies : answers {
    bool has_cookies() const { return false; }
  };
  CHECK(retrying_transport(answers(), fake_environment()).has_cookies());
  CHECK_FALSE(retrying_transport(no_cookies(), fake_environment()).has_cookies());
}

TEST_CASE("retrying_transport: a sign-in over it survives two failures, and a rejected key is asked about once") {
  answers below{{status(503), failed(errc::unreachable), status(200)}};
  fake_environment env;
  basic_auth auth(hub, retrying_transport(std::ref(below), std::ref(env)), memory_store(), nobody(), std::ref(env));
  CHECK(auth.login("made-up-key"));
  CHECK(below.asked == 3);

  below = {{status(401)}};
  const auto again = auth.authenticate();
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::rejected);
  CHECK(below.asked == 1);
}

}  // namespace
