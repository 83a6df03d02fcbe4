// SPDX-License-Identifier: BSL-1.0
#include "complete.hpp"

using my_auth =
    hubauth::basic_auth<complete::transport, complete::store, complete::prompter, complete::environment>;

bool use(my_auth& auth, complete::transport& transport, complete::store& store, complete::prompter& prompter) {
#ifdef FIXED
  return auth.login() && auth.authenticate() && auth.auth_with_cookies() && auth.request_api_key() &&
         auth.get_auth_header() && auth.logout() && transport.send({}) && store.load() && store.erase() &&
         prompter.ask({}) && hubauth::api_key::parse("a-key") && hubauth::id_token::parse("a-token") &&
         hubauth::fail(hubauth::errc::rejected).error().code;
#else
  auth.login();                            // says: nodiscard
  auth.authenticate();                     // says: nodiscard
  auth.auth_with_cookies();                // says: nodiscard
  auth.request_api_key();                  // says: nodiscard
  auth.get_auth_header();                  // says: nodiscard
  auth.logout();                           // says: nodiscard
  transport.send({});                      // says: nodiscard
  store.load();                            // says: nodiscard
  store.erase();                           // says: nodiscard
  prompter.ask({});                        // says: nodiscard
  hubauth::api_key::parse("a-key");        // says: nodiscard
  hubauth::id_token::parse("a-token");     // says: nodiscard
  hubauth::fail(hubauth::errc::rejected);  // says: nodiscard
  return true;
#endif
}
