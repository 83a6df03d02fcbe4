// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <utility>

#include "hubauth/credential/credential.hpp"
#include "hubauth/http/request.hpp"

void send(const hubauth::request&);

void make(const std::string& text, const hubauth::auth_header_format& format) {
#ifdef FIXED
  auto parsed = hubauth::api_key::parse(text);
  if (!parsed) return;
  const hubauth::credential credential(*std::move(parsed), format);
  send({hubauth::http_method::get, text, credential.header()});
#else
  const hubauth::api_key key(text);                                       // says: no matching
  const hubauth::api_key made{hubauth::secret(text)};                     // says: private
  const hubauth::id_token token(text);                                    // says: no matching
  const hubauth::credential credential(text, format);                     // says: no matching
  const hubauth::request request{hubauth::http_method::get, text, text};  // says: auth_header_view'
#endif
}
