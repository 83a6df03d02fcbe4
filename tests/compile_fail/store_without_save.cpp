// SPDX-License-Identifier: BSL-1.0
// says first: Store needs: result<void> save(const api_key&)   (docs/policies.md#store)
#include "complete.hpp"

struct my_store {
  hubauth::result<std::optional<hubauth::secret>> load();
#ifdef FIXED
  hubauth::result<void> save(const hubauth::api_key&);
#endif
  hubauth::result<void> erase();
};

using my_auth = hubauth::basic_auth<complete::transport, my_store, complete::prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
