// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <utility>

#include "hubauth/wire/request.hpp"

void send(const hubauth::request&);

void make(const std::string& text, const hubauth::header_form& form) {
#ifdef FIXED
  auto parsed = hubauth::api_key::parse(text);
  if (!parsed) return;
  const hubauth::credential who(std::move(parsed->key), parsed->model_id, form);
  send({hubauth::method::get, text, who.header()});
#else
  const hubauth::api_key key(text);                                // says: no matching
  const hubauth::api_key made{hubauth::secret(text)};              // says: private
  const hubauth::id_token token(text);                             // says: no matching
  const hubauth::credential who(text, "", form);                   // says: no matching
  const hubauth::request asked{hubauth::method::get, text, text};  // says: header_view'
#endif
}
