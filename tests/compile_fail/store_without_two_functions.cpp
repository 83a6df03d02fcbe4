// SPDX-License-Identifier: BSL-1.0
// says first: Store needs: result<std::optional<secret>> load()   (docs/policies.md#store)
// says: Store needs: result<void> erase()   (docs/policies.md#store)
#include "complete.hpp"

struct my_store {
  hubauth::result<void> save(const hubauth::api_key&);
#ifdef FIXED
  hubauth::result<std::optional<hubauth::secret>> load();
  hubauth::result<void> erase();
#endif
};

using my_auth = hubauth::basic_auth<complete::transport, my_store, complete::prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
