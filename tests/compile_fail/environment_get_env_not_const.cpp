// SPDX-License-Identifier: BSL-1.0
// says first: Env needs: std::optional<std::string_view> get_env(const char*) const   (docs/policies.md#environment)
#include "complete.hpp"

struct my_environment {
#ifdef FIXED
  std::optional<std::string_view> get_env(const char*) const;
#else
  std::optional<std::string_view> get_env(const char*);
#endif
  bool has_browser_session() const;
  std::chrono::system_clock::time_point now() const;
};

using my_auth = hubauth::basic_auth<complete::transport, complete::store, complete::prompter, my_environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
