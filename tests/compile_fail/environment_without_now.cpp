// SPDX-License-Identifier: BSL-1.0
// says first: Env needs: std::chrono::system_clock::time_point now() const   (docs/policies.md#environment)
#include "complete.hpp"

struct my_environment {
  std::optional<std::string_view> get_env(const char*) const;
  bool has_browser_session() const;
#ifdef FIXED
  std::chrono::system_clock::time_point now() const;
#endif
};

using my_auth = hubauth::basic_auth<complete::transport, complete::store, complete::prompter, my_environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
