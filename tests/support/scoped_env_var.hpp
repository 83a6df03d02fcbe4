// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace hubauth::testing {

/// Sets an environment variable. The destructor restores it.
class scoped_env_var {
 public:
  scoped_env_var(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  scoped_env_var(const scoped_env_var&) = delete;
  scoped_env_var& operator=(const scoped_env_var&) = delete;
  ~scoped_env_var() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace hubauth::testing
