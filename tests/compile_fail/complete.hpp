// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "hubauth/basic_auth.hpp"

/// Valid policies, for the other parameters of a program with an invalid one. They are never run.
namespace complete {

struct transport {
  hubauth::result<hubauth::response> send(const hubauth::request&);
  bool has_cookies() const;
};

struct store {
  hubauth::result<std::optional<hubauth::secret>> load();
  hubauth::result<void> save(const hubauth::api_key&);
  hubauth::result<void> erase();
};

struct prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&);
};

struct environment {
  std::optional<std::string_view> get_env(const char*) const;
  bool has_browser_session() const;
  std::chrono::system_clock::time_point now() const;
};

}  // namespace complete
