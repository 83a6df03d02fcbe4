// SPDX-License-Identifier: BSL-1.0
// says: the function of and_then must return a result
// says: the function of or_else must return a result
#include "hubauth/result.hpp"

hubauth::result<int> number();

auto twice() {
#ifdef FIXED
  return number().transform([](int n) { return 2 * n; });
#else
  return number().and_then([](int n) { return 2 * n; });
#endif
}

auto or_zero() {
#ifdef FIXED
  return number().value_or(0);
#else
  return number().or_else([](const hubauth::error_info&) { return 0; });
#endif
}
