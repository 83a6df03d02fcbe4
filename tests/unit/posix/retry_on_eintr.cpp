// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/retry_on_eintr.hpp"

#include <cerrno>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

namespace {

/// A system call that fails with these `errno`s in turn, and then succeeds.
struct fake_call {
  std::vector<int> errors;
  int calls = 0;

  int operator()() {
    if (calls == static_cast<int>(errors.size())) return 7;
    errno = errors[static_cast<std::size_t>(calls++)];
    return -1;
  }
};

int call(fake_call& fake) {
  return hubauth::detail::retry_on_eintr([&] { return fake(); });
}

}  // namespace

TEST_CASE("retry_on_eintr: an interrupted call is repeated until it succeeds") {
  fake_call interrupted{{EINTR, EINTR}};
  CHECK(call(interrupted) == 7);
  CHECK(interrupted.calls == 2);
}

TEST_CASE("retry_on_eintr: another error is returned") {
  fake_call failing{{EINTR, EIO, EINTR}};
  CHECK(call(failing) == -1);
  CHECK(errno == EIO);
  CHECK(failing.calls == 2);
}
