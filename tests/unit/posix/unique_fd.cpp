// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/unique_fd.hpp"

#include <cerrno>
#include <type_traits>
#include <utility>

#include <fcntl.h>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::unique_fd;

static_assert(!std::is_copy_constructible_v<unique_fd> && !std::is_copy_assignable_v<unique_fd>);

int open_something() { return ::open("/", O_RDONLY | O_CLOEXEC); }

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

}  // namespace

TEST_CASE("unique_fd: a descriptor is closed by the destructor") {
  const int fd = open_something();
  {
    const unique_fd file(fd);
    CHECK(file);
    CHECK(file.get() == fd);
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("unique_fd: without a descriptor there is nothing to close") {
  unique_fd none;
  CHECK_FALSE(none);
  CHECK(none.get() == -1);
  CHECK(none.close());
  CHECK_FALSE(unique_fd(-1));
}

TEST_CASE("unique_fd: a move transfers the descriptor, and an assignment closes the old one") {
  const int first = open_something();
  const int second = open_something();
  unique_fd source(first);
  unique_fd file(std::move(source));
  CHECK(file.get() == first);
  CHECK(is_open(first));

  file = unique_fd(second);
  CHECK(file.get() == second);
  CHECK_FALSE(is_open(first));
  CHECK(is_open(second));
}

TEST_CASE("unique_fd: close reports an error, and leaves no descriptor") {
  unique_fd file(open_something());
  const int fd = file.get();
  CHECK(file.close());
  CHECK_FALSE(file);
  CHECK_FALSE(is_open(fd));

  unique_fd invalid(fd);
  CHECK_FALSE(invalid.close());
  CHECK(errno == EBADF);
  CHECK_FALSE(invalid);
}
