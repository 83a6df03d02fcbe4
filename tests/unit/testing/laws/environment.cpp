// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/environment.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "../verdicts.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/fake_environment.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

constexpr std::int64_t milliseconds_in_2023 = 1'700'000'000'000;

fake_environment fake(const variables& set) {
  fake_environment env{.milliseconds = milliseconds_in_2023};
  env.set.insert(set.begin(), set.end());
  return env;
}

system_environment real(const variables& set) {
  for (const auto& [name, value] : set) ::setenv(name.c_str(), value.c_str(), 1);
  return {};
}

using found = std::optional<std::string_view>;

struct empty_for_unset : fake_environment {
  found get_env(const char* name) const { return fake_environment::variable(name).value_or(""); }
};
struct no_variables : fake_environment {
  found get_env(const char*) const { return std::nullopt; }
};
struct empty_is_unset : fake_environment {
  found get_env(const char* name) const {
    const auto value = fake_environment::variable(name);
    return value && value->empty() ? std::nullopt : value;
  }
};
struct by_prefix : fake_environment {
  found get_env(const char* name) const {
    for (const auto& [known, value] : set)
      if (known.starts_with(name)) return value;
    return std::nullopt;
  }
};
struct one_buffer : fake_environment {
  mutable std::string buffer = std::string(100, ' ');
  found get_env(const char* name) const {
    const auto value = fake_environment::variable(name);
    if (!value) return value;
    return std::string_view(buffer.replace(0, value->size(), *value)).substr(0, value->size());
  }
};
struct fickle : fake_environment {
  mutable bool last = false;
  bool has_browser_session() const { return last = !last; }
};
struct in_milliseconds : fake_environment {
  std::int64_t now() const { return milliseconds; }
};
struct impatient : fake_environment {
  void sleep_for(std::int64_t) {}
};
struct always_odd : system_environment {
  std::uint64_t random() const { return system_environment::random() | 1; }
};
struct in_32_bits : system_environment {
  std::uint64_t random() const { return static_cast<std::uint32_t>(system_environment::random()); }
};

template <class Env>
void run(verdicts& report) {
  environment_laws(
      [](const variables& set) {
        Env env{};
        static_cast<fake_environment&>(env) = fake(set);
        return env;
      },
      report);
}

template <class Env>
void run_draws(verdicts& report) {
  draw_laws([](const variables&) { return Env(); }, report);
}

}  // namespace

TEST_CASE("environment_laws: system_environment and fake_environment keep them") {
  environment_laws(real, doctest_report);
  environment_laws(fake, doctest_report);
}

TEST_CASE("environment_laws: each fault is caught by the law that names it, and no law is without one") {
  check_caught({
      {"environment: a variable that is set gives its value", run<no_variables>},
      {"environment: a variable that is set to nothing is set", run<empty_is_unset>},
      {"environment: a variable that is not set gives nothing", run<empty_for_unset>},
      {"environment: a variable is found by its whole name", run<by_prefix>},
      {"environment: a value stays while others are read", run<one_buffer>},
      {"environment: a browser is at hand, or is not, as before", run<fickle>},
      {"environment: now is in seconds since 1970", run<in_milliseconds>},
  });
}

TEST_CASE("pause_laws: system_environment and fake_environment keep them; who does not wait is caught") {
  pause_laws(real, doctest_report);
  pause_laws(fake, doctest_report);
  check_caught({{"environment: a pause ends when its time is over, in milliseconds",
                 [](verdicts& report) { pause_laws([](const variables&) { return impatient(); }, report); }}});
}

TEST_CASE("draw_laws: system_environment keeps them; random_values that leave numbers out are caught") {
  draw_laws(real, doctest_report);
  check_caught({
      {"environment: each bit of a lot is set sometimes", run_draws<in_32_bits>},
      {"environment: each bit of a lot is set sometimes", run_draws<fake_environment>},
      {"environment: no bit of a lot is set always", run_draws<always_odd>},
  });
}
