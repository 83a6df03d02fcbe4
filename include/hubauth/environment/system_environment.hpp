// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <thread>

#include <sys/random.h>
#include <unistd.h>

#include "hubauth/policy/environment.hpp"

namespace hubauth {

/// The process's environment variables, the system's clock and its random numbers. A model of `timed_environment`.
class system_environment {
 public:
  /// \returns a view into the environment itself; as with `getenv`, no thread may change the environment meanwhile
  [[nodiscard]] std::optional<std::string_view> get_env(const char* name) const {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string_view>(value) : std::nullopt;
  }

  /// True in a Colab notebook, whose browser is signed in.
  [[nodiscard]] bool has_browser_session() const {
    return get_env("COLAB_RELEASE_TAG").has_value() || get_env("COLAB_BACKEND_VERSION").has_value();
  }

  [[nodiscard]] std::chrono::system_clock::time_point now() const { return std::chrono::system_clock::now(); }

  /// Sleeps for the whole duration, also when signals arrive.
  void sleep_for(std::chrono::milliseconds duration) const { std::this_thread::sleep_for(duration); }

  /// From the system's generator. If it has none, the process id, so that two processes differ.
  [[nodiscard]] std::uint64_t random() const {
    std::uint64_t value = 0;
    if (::getentropy(&value, sizeof value) != 0) value = static_cast<std::uint64_t>(::getpid());
    return value;
  }
};

static_assert(check_timed_environment<system_environment>());

}  // namespace hubauth
