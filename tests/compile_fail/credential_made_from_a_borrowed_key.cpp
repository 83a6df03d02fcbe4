// SPDX-License-Identifier: BSL-1.0
// says(g++): cannot bind rvalue reference of type 'hubauth::parsed_key&&'
// says(clang): no matching constructor for initialization of 'hubauth::credential'
#include <utility>

#include "hubauth/credential/credential.hpp"

hubauth::credential make(hubauth::parsed_key parsed, const hubauth::auth_header_format& format) {
#ifdef FIXED
  return hubauth::credential(std::move(parsed), format);
#else
  return hubauth::credential(parsed, format);
#endif
}
