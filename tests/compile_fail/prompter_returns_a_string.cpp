// SPDX-License-Identifier: BSL-1.0
// says first: Prompter needs: result<secret> ask(const prompt_request&)   (docs/policies.md#prompter)
#include "complete.hpp"

struct my_prompter {
#ifdef FIXED
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&);
#else
  std::string ask(const hubauth::prompt_request&);
#endif
};

using my_auth = hubauth::basic_auth<complete::transport, complete::store, my_prompter, complete::environment>;

const hubauth::api_key* key_of(const my_auth& auth) { return auth.api_key(); }
