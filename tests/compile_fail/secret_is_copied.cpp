// SPDX-License-Identifier: BSL-1.0
#include <utility>

#include "hubauth/credential/credential.hpp"

void keep(hubauth::secret);
void keep(hubauth::api_key);
void keep(hubauth::id_token);
void keep(hubauth::credential);

void copy(hubauth::secret& other, const hubauth::secret& what, const hubauth::api_key& key,
          const hubauth::id_token& token, const hubauth::credential& who) {
#ifdef FIXED
  other = what.clone();
  keep(std::move(other));
  keep(key.clone());
  keep(token.clone());
  keep(who.clone());
#else
  other = what;  // says: deleted
  keep(what);    // says: deleted
  keep(key);     // says: deleted
  keep(token);   // says: deleted
  keep(who);     // says: deleted
#endif
}
