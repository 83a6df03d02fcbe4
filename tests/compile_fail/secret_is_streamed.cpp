// SPDX-License-Identifier: BSL-1.0
#include <ostream>

#include "hubauth/credential/credential.hpp"

void print(std::ostream& out, const hubauth::secret& secret, const hubauth::api_key& key,
           const hubauth::id_token& token, const hubauth::credential& credential,
           const hubauth::auth_header_view& header) {
#ifdef FIXED
  const auto print = [&out](std::string_view exposed) { out << exposed; };
  secret.with_exposed(print);
  key.with_exposed(print);
  token.with_exposed(print);
  credential.with_exposed(print);
  out << header.expose_line();
#else
  out << secret;      // says: and 'const hubauth::secret')
  out << key;         // says: and 'const hubauth::api_key')
  out << token;       // says: and 'const hubauth::id_token')
  out << credential;  // says: and 'const hubauth::credential')
  out << header;      // says: and 'const hubauth::auth_header_view')
#endif
}
