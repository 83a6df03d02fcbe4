// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <utility>

#include "hubauth/service/service.hpp"

// The function wipes the response's body, so its caller must not use it any more.
bool accepts(const hubauth::service& service, hubauth::response response, std::chrono::system_clock::time_point now) {
#ifdef FIXED
  return service.check_response(std::move(response), now).has_value();
#else
  return service.check_response(response, now).has_value();  // says: to lvalue
#endif
}
