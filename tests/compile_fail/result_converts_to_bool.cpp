// SPDX-License-Identifier: BSL-1.0
#include "hubauth/result.hpp"

hubauth::result<bool> is_signed_in();

bool use() {
#ifdef FIXED
  return is_signed_in().value_or(false);
#else
  bool both = is_signed_in();  // says: 'hubauth::result<bool>'
  return is_signed_in();       // says: 'hubauth::result<bool>'
#endif
}

hubauth::result<void> fails() {
#ifdef FIXED
  return hubauth::fail(hubauth::errc::rejected);
#else
  return hubauth::errc::rejected;  // says: hubauth::errc
#endif
}
