// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string_view>

#include <sys/random.h>
#include <unistd.h>

#include "hubauth/policy/environment.hpp"

namespace hubauth {

/// The process's own environment and the system's clock.
class system_environment {
 public:
  /// Keeps:   a view into the environment itself, so that no copy has to be wiped; as with `getenv`, nobody may change
  ///          the environment meanwhile
  std::optional<std::string_view> variable(const char* name) const {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string_view>(value) : std::nullopt;
  }

  /// True in a Colab notebook, where the browser that shows it is signed in.
  bool browser_at_hand() const {
    return variable("COLAB_RELEASE_TAG").has_value() || variable("COLAB_BACKEND_VERSION").has_value();
  }

  std::int64_t now() const { return static_cast<std::int64_t>(std::time(nullptr)); }

  /// Whatever signals come meanwhile.
  void pause_for(std::int64_t milliseconds) const {
    timespec left{static_cast<std::time_t>(milliseconds / 1000), static_cast<long>(milliseconds % 1000 * 1'000'000)};
    while (::nanosleep(&left, &left) == -1 && errno == EINTR) continue;
  }

  std::uint64_t draw() const {
    std::uint64_t lot = 0;
    if (::getentropy(&lot, sizeof lot) != 0) lot = static_cast<std::uint64_t>(::getpid());  // unlike its neighbours'
    return lot;
  }
};

}  // namespace hubauth
