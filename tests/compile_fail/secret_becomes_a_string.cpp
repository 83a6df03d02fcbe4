// SPDX-License-Identifier: BSL-1.0
#include <string>

#include "hubauth/credential/credential.hpp"

std::size_t log(const std::string& text);

std::size_t log(const hubauth::secret& secret, const hubauth::api_key& key, const hubauth::id_token& token,
                const hubauth::credential& credential, const hubauth::auth_header_view& header) {
#ifdef FIXED
  constexpr auto log_text = [](std::string_view exposed) { return log(std::string(exposed)); };
  return secret.with_exposed(log_text) + key.with_exposed(log_text) + token.with_exposed(log_text) +
         credential.with_exposed(log_text) + log_text(header.expose_line());
#else
  return log(std::string(secret)) +      // says: no matching
         log(std::string(key)) +         // says: no matching
         log(std::string(token)) +       // says: no matching
         log(std::string(credential)) +  // says: no matching
         log(std::string(header));       // says: no matching
#endif
}
