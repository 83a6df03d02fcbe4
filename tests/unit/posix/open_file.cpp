// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/open_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

using hubauth::detail::open_file;
using hubauth::testing::temporary_directory;

TEST_CASE("open_file: a new file is for its owner only, and its descriptor is not inherited by other programs") {
  const temporary_directory directory;
  const auto before = ::umask(0);
  const auto file = open_file(directory / "file", O_WRONLY | O_CREAT);
  ::umask(before);
  REQUIRE(file);
  CHECK(temporary_directory::mode(directory / "file") == 0600);
  CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("open_file: a file that cannot be opened gives no descriptor, and errno") {
  const temporary_directory directory;
  CHECK_FALSE(open_file(directory / "missing", O_RDONLY));
  CHECK(errno == ENOENT);
}
