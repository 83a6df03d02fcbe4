// SPDX-License-Identifier: BSL-1.0
#include <string>

#include "hubauth/credential/credential.hpp"

std::size_t log(const std::string& text);

std::size_t log(const hubauth::secret& what, const hubauth::api_key& key, const hubauth::id_token& token,
                const hubauth::credential& who, const hubauth::auth_header_view& header) {
#ifdef FIXED
  constexpr auto log_it = [](std::string_view exposed) { return log(std::string(exposed)); };
  return what.with_exposed(log_it) + key.with_exposed(log_it) + token.with_exposed(log_it) + log_it(who.expose_text()) +
         log_it(header.expose_line());
#else
  return log(std::string(what)) +   // says: no matching
         log(std::string(key)) +    // says: no matching
         log(std::string(token)) +  // says: no matching
         log(std::string(who)) +    // says: no matching
         log(std::string(header));  // says: no matching
#endif
}
