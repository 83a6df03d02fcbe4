// SPDX-License-Identifier: BSL-1.0
// says first: Transport needs: result<response> send(const request&)   (docs/policies.md#transport)
#include "complete.hpp"

struct my_transport {
#ifdef FIXED
  hubauth::result<hubauth::response> send(const hubauth::request&);
#endif
  bool has_cookies() const;
};

using my_auth = hubauth::basic_auth<my_transport, complete::store, complete::prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
