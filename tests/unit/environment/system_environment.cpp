// SPDX-License-Identifier: BSL-1.0
#include "hubauth/environment/system_environment.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

/// What was asked of the system, in milliseconds.
std::vector<std::int64_t> sleeps;

constexpr std::int64_t left_by_signal = 400;

}  // namespace

/// In place of the system's: a signal comes in the first pause.
extern "C" int nanosleep(const timespec* wanted, timespec* left) {
  sleeps.push_back(wanted->tv_sec * 1000 + wanted->tv_nsec / 1'000'000);
  if (sleeps.size() != 1) return 0;
  *left = {0, left_by_signal * 1'000'000};
  errno = EINTR;
  return -1;
}

namespace {

using hubauth::system_environment;

static_assert(hubauth::check_timed_environment<system_environment>());

/// A variable set, or unset, until the end of a test.
class variable_set {
 public:
  variable_set(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~variable_set() { set(before_ ? before_->c_str() : nullptr); }
  variable_set(const variable_set&) = delete;
  variable_set& operator=(const variable_set&) = delete;

 private:
  void set(const char* value) { value ? setenv(name_, value, 1) : unsetenv(name_); }

  const char* name_;
  std::optional<std::string> before_;
};

TEST_CASE("system_environment: a variable's value, and nothing for one that is not set") {
  constexpr auto name = "HUBAUTH_TEST_VARIABLE";
  const system_environment env;
  {
    const variable_set unset(name, nullptr);
    CHECK_FALSE(env.get_env(name).has_value());
  }
  for (std::string_view value : {"", " ", "value", "a=b"}) {
    CAPTURE(std::string(value));
    const variable_set set(name, value.data());
    const auto seen = env.get_env(name);
    REQUIRE(seen.has_value());
    CHECK(*seen == value);
    CHECK(seen->data() == std::getenv(name));  // no copy that would have to be wiped
  }
}

TEST_CASE("system_environment: a browser is at hand in a Colab notebook, whatever its variables say") {
  struct {
    const char* release;
    const char* backend;
    bool at_hand;
  } const table[]{
      {nullptr, nullptr, false}, {"release", nullptr, true}, {nullptr, "1", true}, {"release", "1", true},
      {"", nullptr, true},       {nullptr, "", true},        {"0", nullptr, true},
  };
  for (const auto& of : table) {
    CAPTURE(of.release);
    CAPTURE(of.backend);
    const variable_set first("COLAB_RELEASE_TAG", of.release);
    const variable_set second("COLAB_BACKEND_VERSION", of.backend);
    CHECK(system_environment().has_browser_session() == of.at_hand);
  }
}

TEST_CASE("system_environment: now is what the system's clock says") {
  std::time_t before, after;
  std::int64_t now;
  do {
    before = std::time(nullptr);
    now = system_environment().now();
    after = std::time(nullptr);
  } while (before != after);  // the second ended in between
  CHECK(now == static_cast<std::int64_t>(before));
}

TEST_CASE("system_environment: a pause lasts its time, also when a signal comes meanwhile") {
  sleeps = {};
  system_environment().sleep_for(1500);
  CHECK(sleeps == std::vector<std::int64_t>{1500, left_by_signal});
}

TEST_CASE("system_environment: two random_values are not the same") {
  const system_environment env;
  CHECK(env.random() != env.random());
}

}  // namespace
