// SPDX-License-Identifier: BSL-1.0
//
// Interposes functions of the C library: nanosleep, clock_nanosleep, fsync and rename. Without a hook, each does what
// the C library's function does.
#include "system_hooks.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace hubauth::testing;

namespace {

int real_sleep(clockid_t clock, int flags, const timespec* duration, timespec* left) {
  return static_cast<int>(::syscall(SYS_clock_nanosleep, clock, flags, duration, left));
}

bool sleeps_by_hook(const timespec& duration) {
  if (!on_sleep) return false;
  on_sleep(std::chrono::seconds(duration.tv_sec) + std::chrono::nanoseconds(duration.tv_nsec));
  return true;
}

bool fails(int error_number) {
  errno = error_number;
  return error_number != 0;
}

}  // namespace

extern "C" int nanosleep(const timespec* duration, timespec* left) {
  return sleeps_by_hook(*duration) ? 0 : real_sleep(CLOCK_REALTIME, 0, duration, left);
}

extern "C" int clock_nanosleep(clockid_t clock, int flags, const timespec* duration, timespec* left) {
  if (flags == 0 && sleeps_by_hook(*duration)) return 0;
  return real_sleep(clock, flags, duration, left) == 0 ? 0 : errno;
}

extern "C" int fsync(int fd) {
  return on_fsync && fails(on_fsync(fd)) ? -1 : static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return on_rename && fails(on_rename()) ? -1 : ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}
