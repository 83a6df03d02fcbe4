// SPDX-License-Identifier: BSL-1.0
#include "system_hooks.hpp"

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <functional>

#include <fcntl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

bool goes_on(const std::function<int()>& hook) {
  const int error_number = hook ? hook() : 0;
  errno = error_number;
  return error_number == 0;
}

}  // namespace

extern "C" int nanosleep(const timespec* wanted, timespec*) {
  if (!system_hooks::on_pause) return ::pselect(0, nullptr, nullptr, nullptr, wanted, nullptr);
  system_hooks::on_pause(wanted->tv_nsec / 1'000'000);
  return 0;
}

extern "C" int fsync(int number) {
  return goes_on(system_hooks::on_sync) ? static_cast<int>(::syscall(SYS_fsync, number)) : -1;
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return goes_on(system_hooks::on_rename) ? ::renameat(AT_FDCWD, from, AT_FDCWD, to) : -1;
}
