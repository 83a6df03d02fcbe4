// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/environment.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"
#include "support/law_reports.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using time_point = std::chrono::system_clock::time_point;
using optional_value = std::optional<std::string_view>;

constexpr time_point in_2023(std::chrono::seconds(1'700'000'000));

fake_environment make_fake_environment(const environment_variables& variables) {
  fake_environment env{.time = in_2023};
  env.variables.insert(variables.begin(), variables.end());
  return env;
}

system_environment make_system_environment(const environment_variables& variables) {
  for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  return {};
}

struct unset_is_empty : fake_environment {
  optional_value get_env(const char* name) const { return fake_environment::get_env(name).value_or(""); }
};
struct no_variables : fake_environment {
  optional_value get_env(const char*) const { return std::nullopt; }
};
struct empty_is_unset : fake_environment {
  optional_value get_env(const char* name) const {
    const auto value = fake_environment::get_env(name);
    return value && value->empty() ? std::nullopt : value;
  }
};
struct finds_prefix : fake_environment {
  optional_value get_env(const char* name) const {
    for (const auto& [known, value] : variables)
      if (known.starts_with(name)) return value;
    return std::nullopt;
  }
};
struct one_buffer : fake_environment {
  mutable std::string buffer = std::string(100, ' ');
  optional_value get_env(const char* name) const {
    const auto value = fake_environment::get_env(name);
    if (!value) return value;
    return std::string_view(buffer.replace(0, value->size(), *value)).substr(0, value->size());
  }
};
struct alternating_browser : fake_environment {
  mutable bool last = false;
  bool has_browser_session() const { return last = !last; }
};
struct time_since_boot : fake_environment {
  time_point now() const { return time_point(std::chrono::hours(5)); }
};
struct does_not_sleep : fake_environment {
  void sleep_for(std::chrono::milliseconds) {}
};
struct always_odd : system_environment {
  std::uint64_t random() const { return system_environment::random() | 1; }
};
struct only_32_bits : system_environment {
  std::uint64_t random() const { return static_cast<std::uint32_t>(system_environment::random()); }
};

template <class Env>
void run_environment_laws(law_report& report) {
  environment_laws(
      [](const environment_variables& variables) {
        Env env{};
        static_cast<fake_environment&>(env) = make_fake_environment(variables);
        return env;
      },
      report);
}

template <class Env>
void run_sleep_laws(law_report& report) {
  sleep_laws([](const environment_variables&) { return Env(); }, report);
}

template <class Env>
void run_random_laws(law_report& report) {
  random_laws([](const environment_variables&) { return Env(); }, report);
}

}  // namespace

TEST_CASE("environment_laws: system_environment and fake_environment keep them") {
  environment_laws(make_system_environment, doctest_report);
  environment_laws(make_fake_environment, doctest_report);
}

TEST_CASE("environment_laws: each law finds its fault") {
  check_faults_are_found({
      {"environment: get_env returns the value of a variable", run_environment_laws<no_variables>},
      {"environment: get_env returns the value of a variable that is empty", run_environment_laws<empty_is_unset>},
      {"environment: get_env returns nothing for a variable that is not set", run_environment_laws<unset_is_empty>},
      {"environment: get_env compares the whole name", run_environment_laws<finds_prefix>},
      {"environment: a value stays valid while another is read", run_environment_laws<one_buffer>},
      {"environment: has_browser_session returns the same each time", run_environment_laws<alternating_browser>},
      {"environment: now is the current time", run_environment_laws<time_since_boot>},
  });
}

TEST_CASE("sleep_laws: system_environment and fake_environment keep them, and each law finds its fault") {
  sleep_laws(make_system_environment, doctest_report);
  sleep_laws(make_fake_environment, doctest_report);
  check_faults_are_found(
      {{"environment: sleep_for returns when the duration is over", run_sleep_laws<does_not_sleep>}});
}

TEST_CASE("random_laws: system_environment keeps them, and each law finds its fault") {
  random_laws(make_system_environment, doctest_report);
  check_faults_are_found({
      {"environment: each bit of a random number is set sometimes", run_random_laws<only_32_bits>},
      {"environment: each bit of a random number is set sometimes", run_random_laws<fake_environment>},
      {"environment: each bit of a random number is clear sometimes", run_random_laws<always_odd>},
  });
}
