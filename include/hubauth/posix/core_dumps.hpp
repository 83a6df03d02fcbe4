// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace hubauth {

/// Disables core dumps of this process and of programs that it starts. On Linux, also denies every process but root's
/// access to this process's memory; debuggers are affected, too.
///
/// hubauth never calls this. On Linux, secrets are left out of core dumps anyway; the copies that libcurl and OpenSSL
/// make are not.
/// \returns false if the system refuses
inline bool disable_core_dumps() noexcept {
  const rlimit none{0, 0};
  const bool limited = ::setrlimit(RLIMIT_CORE, &none) == 0;
#ifdef __linux__
  return ::prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0 && limited;
#else
  return limited;
#endif
}

}  // namespace hubauth
