// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hubauth::testing {

/// True if `f` aborts the process, as a failed assertion does. It runs in a child process.
template <class F>
bool aborts(F f) {
  const auto child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);  // not the handler of the test framework
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    f();
    ::_exit(0);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace hubauth::testing
