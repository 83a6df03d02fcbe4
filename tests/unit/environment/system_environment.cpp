// SPDX-License-Identifier: BSL-1.0
#include "hubauth/environment/system_environment.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>

#include <sys/time.h>

#include <doctest/doctest.h>

#include "support/scoped_env_var.hpp"

namespace {

using hubauth::system_environment;
using hubauth::testing::scoped_env_var;

static_assert(hubauth::check_timed_environment<system_environment>());

TEST_CASE("system_environment: get_env returns the value of a variable, and nothing for one that is not set") {
  constexpr auto name = "HUBAUTH_TEST_VARIABLE";
  const system_environment env;
  {
    const scoped_env_var unset(name, std::nullopt);
    CHECK_FALSE(env.get_env(name).has_value());
  }
  for (const char* value : {"", " ", "value", "a=b"}) {
    CAPTURE(value);
    const scoped_env_var set(name, value);
    const auto seen = env.get_env(name);
    REQUIRE(seen.has_value());
    CHECK(*seen == value);
    CHECK(seen->data() == std::getenv(name));  // no copy that would have to be wiped
  }
}

TEST_CASE("system_environment: has a browser session in a Colab notebook, whatever the values of its variables are") {
  struct {
    std::optional<std::string> release, backend;
    bool has_browser_session;
  } const table[]{
      {std::nullopt, std::nullopt, false},
      {"release", std::nullopt, true},
      {std::nullopt, "1", true},
      {"release", "1", true},
      {"", std::nullopt, true},
      {std::nullopt, "", true},
      {"0", std::nullopt, true},
  };
  for (const auto& row : table) {
    CAPTURE(row.release.value_or("(unset)"));
    CAPTURE(row.backend.value_or("(unset)"));
    const scoped_env_var release("COLAB_RELEASE_TAG", row.release);
    const scoped_env_var backend("COLAB_BACKEND_VERSION", row.backend);
    CHECK(system_environment().has_browser_session() == row.has_browser_session);
  }
}

TEST_CASE("system_environment: now is the time of the system's clock") {
  using clock = std::chrono::system_clock;
  clock::time_point before, now, after;
  do {
    before = clock::now();
    now = system_environment().now();
    after = clock::now();
  } while (after < before);  // the clock was set meanwhile
  CHECK(before <= now);
  CHECK(now <= after);
}

volatile std::sig_atomic_t signals = 0;

TEST_CASE("system_environment: sleeps for the whole duration, also when signals arrive") {
  using namespace std::chrono_literals;
  struct sigaction count {
  }, previous{};
  count.sa_handler = [](int) { signals = signals + 1; };
  REQUIRE(::sigaction(SIGALRM, &count, &previous) == 0);
  const itimerval each_millisecond{{0, 1000}, {0, 1000}}, off{};
  REQUIRE(::setitimer(ITIMER_REAL, &each_millisecond, nullptr) == 0);

  const auto start = std::chrono::steady_clock::now();
  system_environment().sleep_for(20ms);
  const auto slept = std::chrono::steady_clock::now() - start;

  ::setitimer(ITIMER_REAL, &off, nullptr);
  ::sigaction(SIGALRM, &previous, nullptr);
  CHECK(slept >= 20ms);
  CHECK(signals != 0);
}

TEST_CASE("system_environment: two random values differ") {
  const system_environment env;
  CHECK(env.random() != env.random());
}

}  // namespace
