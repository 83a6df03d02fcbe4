// SPDX-License-Identifier: BSL-1.0
// says first: Env needs: void pause_for(std::int64_t milliseconds)   (docs/policies.md#environment)
#include "hubauth/retry/retrying_transport.hpp"
#include "complete.hpp"

struct my_environment : complete::environment {
#ifdef FIXED
  void sleep_for(std::int64_t);
#endif
  std::uint64_t random();
};

using transport = hubauth::retrying_transport<complete::transport, my_environment>;

bool cookies_of(const transport& it) { return it.has_cookies(); }
