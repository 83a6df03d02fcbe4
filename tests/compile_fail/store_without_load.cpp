// SPDX-License-Identifier: BSL-1.0
// says first: Store needs: result<std::optional<secret>> load()   (docs/policies.md#store)
#include "complete.hpp"

struct my_store {
#ifdef FIXED
  hubauth::result<std::optional<hubauth::secret>> load();
#endif
  hubauth::result<void> save(const hubauth::api_key&);
  hubauth::result<void> erase();
};

using my_auth = hubauth::basic_auth<complete::transport, my_store, complete::prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
