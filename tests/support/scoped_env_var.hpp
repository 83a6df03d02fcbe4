// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace hubauth::testing {

/// Sets an environment variable, or unsets it if the value is `std::nullopt`. The destructor restores it.
class scoped_env_var {
 public:
  scoped_env_var(const char* name, const std::optional<std::string>& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  scoped_env_var(const scoped_env_var&) = delete;
  scoped_env_var& operator=(const scoped_env_var&) = delete;
  ~scoped_env_var() { set(before_); }

 private:
  void set(const std::optional<std::string>& value) {
    value ? ::setenv(name_, value->c_str(), 1) : ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace hubauth::testing
