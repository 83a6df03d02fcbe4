// SPDX-License-Identifier: BSL-1.0
// says first: Transport needs: bool has_cookies() const   (docs/policies.md#transport)
#include "complete.hpp"

struct my_transport {
  hubauth::result<hubauth::response> send(const hubauth::request&);
#ifdef FIXED
  bool has_cookies() const;
#else
  bool has_cookies();
#endif
};

using my_auth = hubauth::basic_auth<my_transport, complete::store, complete::prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
