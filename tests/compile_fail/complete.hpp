// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/basic_auth.hpp"

/// Policies that lack nothing, to go beside the one that does. Nobody runs them.
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
  std::int64_t now() const;
};

}  // namespace complete
