// SPDX-License-Identifier: BSL-1.0
#include "hubauth/retry/retrying_transport.hpp"

#include <algorithm>
#include <chrono>
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
using namespace std::chrono_literals;
using hubauth::testing::fake_environment;

using response_function = std::function<result<response>()>;

/// Returns one response after the other, and repeats the last one.
struct scripted_transport {
  std::vector<response_function> responses;
  std::size_t sent = 0;

  result<response> send(const request&) { return responses[std::min(sent++, responses.size() - 1)](); }
  bool has_cookies() const { return true; }
};

struct no_prompter {
  result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
};

response_function status(int status, std::string retry_after = {}, std::string rate_limit_reset = {}) {
  return [=]() -> result<response> { return response{status, R"({"success": true})", retry_after, rate_limit_reset}; };
}

response_function error(std::error_code code) {
  return [=]() -> result<response> { return fail(code); };
}

/// How many requests were sent, and the delays between them.
struct attempts {
  std::size_t sent;
  std::vector<std::chrono::milliseconds> delays;

  friend bool operator==(const attempts&, const attempts&) = default;
  friend std::ostream& operator<<(std::ostream& out, const attempts& attempts) {
    out << attempts.sent << " requests, delays in ms:";
    for (auto delay : attempts.delays) out << ' ' << delay.count();
    return out;
  }
};

attempts send(std::vector<response_function> responses, std::vector<std::uint64_t> random_values = {},
              std::chrono::milliseconds max_total_delay = 90s) {
  scripted_transport scripted{std::move(responses)};
  fake_environment env{.random_values = std::move(random_values)};
  retrying_transport transport(std::ref(scripted), std::ref(env), max_total_delay);
  static_cast<void>(transport.send({}));
  return {scripted.sent, env.delays};
}

static_assert(check_transport<retrying_transport<scripted_transport, fake_environment>>() &&
              check_transport<retrying_transport<scripted_transport&, fake_environment&>>());

TEST_CASE("retrying_transport: an error is retried only where its recovery is retry, three attempts in total") {
  int codes = 0;
  for (auto code = errc::malformed_key; to_string(code) != std::string("unknown");
       code = static_cast<errc>(static_cast<int>(code) + 1)) {
    CAPTURE(to_string(code));
    const std::size_t sent = recovery_for(code) == recovery::retry ? 3 : 1;
    CHECK(send({error(code)}) == attempts{sent, std::vector(sent - 1, 0ms)});
    ++codes;
  }
  CHECK(codes == static_cast<int>(errc::insecure_url));
}

TEST_CASE("retrying_transport: an error of another category is retried where its condition is recovery::retry") {
  struct : std::error_category {
    const char* name() const noexcept override { return "mine"; }
    std::string message(int) const override { return "mine"; }
    std::error_condition default_error_condition(int value) const noexcept override {
      return value == 1 ? make_error_condition(recovery::retry) : make_error_condition(recovery::user_action);
    }
  } const mine;
  CHECK(send({error({1, mine})}).sent == 3);
  CHECK(send({error({2, mine})}).sent == 1);
  CHECK(send({error(std::make_error_code(std::errc::timed_out))}).sent == 1);
}

TEST_CASE("retrying_transport: of the statuses only 408, 429 and 5xx except 511 are retried") {
  for (int code = 100; code != 600; ++code) {
    CAPTURE(code);
    const bool retried = code == 408 || code == 429 || (code >= 500 && code != 511);
    CHECK(send({status(code)}).sent == (retried ? 3u : 1u));
  }
}

TEST_CASE("retrying_transport: the result of the last attempt is returned") {
  const auto last = [](std::vector<response_function> responses) {
    retrying_transport transport(scripted_transport{std::move(responses)}, fake_environment());
    const auto result = transport.send({});
    return result ? std::to_string(result->status) : to_string(static_cast<errc>(result.error().code.value()));
  };
  CHECK(last({status(503), status(200), status(500)}) == "200");
  CHECK(last({error(errc::unreachable), status(401), status(200)}) == "401");
  CHECK(last({error(errc::timed_out), error(errc::unreachable), status(503), status(200)}) == "503");
  CHECK(last({status(503), status(503), error(errc::timed_out), status(200)}) == "timed_out");
  CHECK(last({error(errc::unreachable), error(errc::tls_error), status(200)}) == "tls_error");
}

TEST_CASE("retrying_transport: the jitter is random, up to one second, then two") {
  CHECK(send({status(503)}, {0, 0}) == attempts{3, {0ms, 0ms}});
  CHECK(send({status(503)}, {1000, 2000}) == attempts{3, {1000ms, 2000ms}});
  CHECK(send({status(503)}, {1001, 2001}) == attempts{3, {0ms, 0ms}});
  CHECK(send({status(503)}, {1001 + 7, 2001 + 9}) == attempts{3, {7ms, 9ms}});
  const auto largest = std::numeric_limits<std::uint64_t>::max();
  CHECK(send({status(503)}, {largest}) ==
        attempts{3, {std::chrono::milliseconds(largest % 1001), std::chrono::milliseconds(largest % 2001)}});
}

TEST_CASE("retrying_transport: the jitter is added to the delay that the service requests") {
  CHECK(send({status(429, "7")}, {5}) == attempts{3, {7005ms, 7005ms}});
  CHECK(send({status(429, "7")}, {7000}) == attempts{3, {14'000ms, 14'000ms}});  // up to as long again
  CHECK(send({status(429, "7")}, {7001}) == attempts{3, {7000ms, 7000ms}});
  CHECK(send({status(429, "1")}, {2000}) == attempts{3, {1999ms, 3000ms}});  // but no less than without it
  CHECK(send({status(503, "7"), status(503)}, {5}) == attempts{3, {7005ms, 5ms}});
  CHECK(send({status(429, "", "30")}, {0}) == attempts{3, {30'000ms, 0ms}});  // the time has come by then
  CHECK(send({status(429, "Thu, 01 Jan 1970 00:00:09 GMT")}, {0}) == attempts{3, {9000ms, 0ms}});
  CHECK(send({status(429, "soon", "later")}, {5}) == attempts{3, {5ms, 5ms}});
  CHECK(send({status(429, "-7")}, {5}) == attempts{3, {5ms, 5ms}});
}

TEST_CASE("retrying_transport: does not retry if the service requests a longer delay than is left") {
  CHECK(send({status(429, "60")}, {0}) == attempts{2, {60'000ms}});
  CHECK(send({status(429, "60")}, {30'000}) == attempts{2, {90'000ms}});  // the jitter ends with max_total_delay
  CHECK(send({status(429, "60")}, {30'001}) == attempts{2, {60'000ms}});
  CHECK(send({status(429, "89")}, {1}) == attempts{2, {89'001ms}});
  CHECK(send({status(429, "90")}, {0}) == attempts{1, {}});
  CHECK(send({status(429, "45")}, {0}) == attempts{2, {45'000ms}});
  CHECK(send({status(429, "40")}, {0}) == attempts{3, {40'000ms, 40'000ms}});
  CHECK(send({status(429, "999999999999999999")}) == attempts{1, {}});
  CHECK(send({status(429, "99999999999999999999")}, {5}) == attempts{3, {5ms, 5ms}});  // too long to be parsed
  CHECK(send({status(429, "9")}, {0}, 1500ms) == attempts{1, {}});
  CHECK(send({status(429, "999999")}, {0}, 1h) == attempts{1, {}});
  CHECK(send({status(503)}, {1000}, 1000ms) == attempts{2, {1000ms}});
  CHECK(send({status(503)}, {1000, 501}, 1500ms) == attempts{3, {1000ms, 0ms}});
  CHECK(send({status(503)}, {1000, 500}, 1500ms) == attempts{3, {1000ms, 500ms}});
  CHECK(send({status(503)}, {1}, 0ms) == attempts{1, {}});
  CHECK(send({status(503)}, {0}, -1ms) == attempts{1, {}});
  CHECK(send({status(429, "999999999999999999")}, {0}, std::chrono::milliseconds::max()) == attempts{1, {}});
}

TEST_CASE("retrying_transport: all delays together last 90 s at most by default") {
  scripted_transport scripted{{status(429, "89")}};
  fake_environment env{.random_values = {1001}};  // one more than the jitter that fits: it starts again at 0
  retrying_transport transport(std::ref(scripted), std::ref(env));
  static_cast<void>(transport.send({}));
  CHECK(env.delays == std::vector<std::chrono::milliseconds>{89'000ms});
}

TEST_CASE("retrying_transport: has cookies if the transport has") {
  struct no_cookies : scripted_transport {
    bool has_cookies() const { return false; }
  };
  CHECK(retrying_transport(scripted_transport(), fake_environment()).has_cookies());
  CHECK_FALSE(retrying_transport(no_cookies(), fake_environment()).has_cookies());
}

TEST_CASE("retrying_transport: a sign-in succeeds after two failures, and a rejected key is sent once") {
  scripted_transport scripted{{status(503), error(errc::unreachable), status(200)}};
  fake_environment env;
  basic_auth auth(hub, retrying_transport(std::ref(scripted), std::ref(env)), memory_store(), no_prompter(),
                  std::ref(env));
  CHECK(auth.login("made-up-key"));
  CHECK(scripted.sent == 3);

  scripted = {{status(401)}};
  const auto again = auth.authenticate();
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::rejected);
  CHECK(scripted.sent == 1);
}

}  // namespace
