// SPDX-License-Identifier: BSL-1.0
// says first: Transport needs: bool has_cookies() const   (docs/policies.md#transport)
// says: Store needs: result<std::optional<secret>> load()   (docs/policies.md#store)
// says: Prompter needs: result<secret> ask(const prompt_request&)   (docs/policies.md#prompter)
// says: Env needs: std::chrono::system_clock::time_point now() const   (docs/policies.md#environment)
#include "complete.hpp"

#ifdef FIXED
using complete::environment;
using complete::prompter;
using complete::store;
using complete::transport;
#else
struct transport {
  hubauth::result<hubauth::response> send(const hubauth::request&);
};
struct store {
  hubauth::result<void> save(const hubauth::api_key&);
  hubauth::result<void> erase();
};
struct prompter {};
struct environment {
  std::optional<std::string_view> get_env(const char*) const;
  bool has_browser_session() const;
};
#endif

// Each missing function is reported once, not again for each use.
bool sign_in(const hubauth::service& service) {
  hubauth::basic_auth auth(service, transport(), store(), prompter(), environment());
  return auth.login() && auth.logout();
}
