// SPDX-License-Identifier: BSL-1.0
#include "complete.hpp"

using auth = hubauth::basic_auth<complete::transport, complete::store, complete::prompter, complete::environment>;

bool use(auth& at, complete::transport& transport, complete::store& store, complete::prompter& prompter) {
#ifdef FIXED
  return at.login() && at.authenticate() && at.auth_with_cookies() && at.request_api_key() && at.get_auth_header() &&
         at.logout() && transport.send({}) && store.load() && store.erase() && prompter.ask({}) &&
         hubauth::api_key::parse("a-key") && hubauth::id_token::parse("a-token") &&
         hubauth::fail(hubauth::errc::rejected).error.code;
#else
  at.login();                           // says: nodiscard
  at.authenticate();                    // says: nodiscard
  at.auth_with_cookies();               // says: nodiscard
  at.request_api_key();                 // says: nodiscard
  at.get_auth_header();                 // says: nodiscard
  at.logout();                          // says: nodiscard
  transport.send({});                   // says: nodiscard
  store.load();                         // says: nodiscard
  store.erase();                        // says: nodiscard
  prompter.ask({});                     // says: nodiscard
  hubauth::api_key::parse("a-key");     // says: nodiscard
  hubauth::id_token::parse("a-token");  // says: nodiscard
  hubauth::fail(hubauth::errc::rejected);  // says: nodiscard
  return true;
#endif
}
