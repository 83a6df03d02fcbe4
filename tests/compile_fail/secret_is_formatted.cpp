// SPDX-License-Identifier: BSL-1.0
// says: a secret cannot be formatted; expose it on purpose
// says(g++): T = hubauth::secret
// says(g++): T = hubauth::api_key
// says(g++): T = hubauth::id_token
// says(g++): T = hubauth::credential
// says(g++): T = hubauth::auth_header_view
// says(clang): secret_formatter<hubauth::secret>::format<
// says(clang): secret_formatter<hubauth::api_key>::format<
// says(clang): secret_formatter<hubauth::id_token>::format<
// says(clang): secret_formatter<hubauth::credential>::format<
// says(clang): secret_formatter<hubauth::auth_header_view>::format<
#include "hubauth/fmt.hpp"

std::string text_of(const hubauth::secret& secret, const hubauth::api_key& key, const hubauth::id_token& token,
                    const hubauth::credential& credential, const hubauth::auth_header_view& header) {
#ifdef FIXED
  constexpr auto text = [](std::string_view exposed) { return exposed; };
  return fmt::format("{}{}{}{}{}", secret.with_exposed(text), key.with_exposed(text), token.with_exposed(text),
                     credential.with_exposed(text), header.expose_line());
#else
  return fmt::format("{}", secret) + fmt::format("{}", key) + fmt::format("{}", token) +
         fmt::format("{}", credential) + fmt::format("{}", header);
#endif
}
