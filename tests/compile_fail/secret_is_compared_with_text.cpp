// SPDX-License-Identifier: BSL-1.0
#include <string_view>

#include "hubauth/credential/credential.hpp"

bool same(std::string_view text, const hubauth::secret& secret, const hubauth::api_key& key,
          const hubauth::id_token& token, const hubauth::credential& credential,
          const hubauth::auth_header_view& header) {
#ifdef FIXED
  const auto is_text = [&text](std::string_view exposed) { return exposed == text; };
  return secret.with_exposed(is_text) && key.with_exposed(is_text) && token.with_exposed(is_text) &&
         credential.with_exposed(is_text) && is_text(header.expose_value());
#else
  return secret == text &&      // says: 'const hubauth::secret' and 'std::string_view'
         key == text &&         // says: 'const hubauth::api_key' and 'std::string_view'
         token == text &&       // says: 'const hubauth::id_token' and 'std::string_view'
         credential == text &&  // says: 'const hubauth::credential' and 'std::string_view'
         header == text;        // says: 'const hubauth::auth_header_view' and 'std::string_view'
#endif
}
