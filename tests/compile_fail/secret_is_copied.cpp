// SPDX-License-Identifier: BSL-1.0
#include <utility>

#include "hubauth/credential/credential.hpp"

void keep(hubauth::secret);
void keep(hubauth::api_key);
void keep(hubauth::id_token);
void keep(hubauth::credential);

void copy(hubauth::secret& other, const hubauth::secret& secret, const hubauth::api_key& key,
          const hubauth::id_token& token, const hubauth::credential& credential) {
#ifdef FIXED
  other = secret.clone();
  keep(std::move(other));
  keep(key.clone());
  keep(token.clone());
  keep(credential.clone());
#else
  other = secret;    // says: deleted
  keep(secret);      // says: deleted
  keep(key);         // says: deleted
  keep(token);       // says: deleted
  keep(credential);  // says: deleted
#endif
}
