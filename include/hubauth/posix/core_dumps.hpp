// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace hubauth {

/// From now on no core dump of this process is written, nor of programs that it starts; on Linux nobody but root may
/// look into its memory any more, a debugger included.
///
/// Secrets are left out of core dumps anyway (on Linux); what libcurl and OpenSSL have of them is not. Never called by
/// the library: it is the program's to decide.
/// Gives:   false when the system refuses
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
