// SPDX-License-Identifier: BSL-1.0
// says first: Env needs: std::uint64_t random()   (docs/policies.md#environment)
#include "hubauth/retry/retrying_transport.hpp"
#include "complete.hpp"

struct my_environment : complete::environment {
  void sleep_for(std::chrono::milliseconds);
#ifdef FIXED
  std::uint64_t random();
#endif
};

using my_transport = hubauth::retrying_transport<complete::transport, my_environment>;

bool has_cookies(const my_transport& transport) { return transport.has_cookies(); }
