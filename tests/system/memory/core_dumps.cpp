// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/core_dumps.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

TEST_CASE("disable_core_dumps: the limit of the process is 0, and it is not dumpable") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool done = hubauth::disable_core_dumps();
    rlimit now{1, 1};
    ::getrlimit(RLIMIT_CORE, &now);
    bool dumpable = false;
#ifdef __linux__
    dumpable = ::prctl(PR_GET_DUMPABLE) != 0;
#endif
    ::_exit(done && now.rlim_cur == 0 && now.rlim_max == 0 && !dumpable ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
