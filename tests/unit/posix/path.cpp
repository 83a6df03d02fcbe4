// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/path.hpp"

#include <ostream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

using namespace hubauth::detail;
using hubauth::errc;
using hubauth::testing::temporary_directory;

TEST_CASE("path: the directory that contains a path") {
  CHECK(parent_directory("/a/b/c") == "/a/b");
  CHECK(parent_directory("a/b") == "a");
  CHECK(parent_directory("/a") == "/");
  CHECK(parent_directory("a") == ".");
  CHECK(parent_directory("") == ".");
}

TEST_CASE("path: missing directories are created for their owner only, and existing ones are not changed") {
  const temporary_directory directory;
  ::mkdir((directory / "a").c_str(), 0700);
  ::chmod((directory / "a").c_str(), 0755);
  const auto before = ::umask(0);
  CHECK(create_directories(directory / "a/b/c"));
  CHECK(create_directories(directory / "a/b/c"));
  CHECK(create_directories("/"));
  ::umask(before);
  CHECK(temporary_directory::mode(directory / "a") == 0755);
  CHECK(temporary_directory::mode(directory / "a/b") == 0700);
  CHECK(temporary_directory::mode(directory / "a/b/c") == 0700);
}

TEST_CASE("path: a directory below a file cannot be created") {
  const temporary_directory directory;
  directory.write("file", "");
  const auto created = create_directories(directory / "file/a/b");
  REQUIRE_FALSE(created);
  CHECK(created.error().code == errc::store_unwritable);
  CHECK(created.error().detail == directory / "file/a/b" + ": Not a directory");
}

TEST_CASE("path: a path that is not a symbolic link, or does not exist, is not changed") {
  const temporary_directory directory;
  directory.write("file", "");
  CHECK(*resolve_symlinks(directory / "file") == directory / "file");
  CHECK(*resolve_symlinks(directory / "missing") == directory / "missing");
}

TEST_CASE("path: the target of a relative link is relative to the link's directory, and need not exist") {
  const temporary_directory directory;
  REQUIRE(::symlink("elsewhere/file", (directory / "relative").c_str()) == 0);
  REQUIRE(::symlink("/elsewhere/file", (directory / "absolute").c_str()) == 0);
  CHECK(*resolve_symlinks(directory / "relative") == directory / "elsewhere/file");
  CHECK(*resolve_symlinks(directory / "absolute") == "/elsewhere/file");
}

TEST_CASE("path: 8 symbolic links are followed, 9 are an error") {
  const temporary_directory directory;
  for (int i = 1; i <= 9; ++i)
    REQUIRE(::symlink(std::to_string(i - 1).c_str(), (directory / std::to_string(i)).c_str()) == 0);
  CHECK(*resolve_symlinks(directory / "8") == directory / "0");
  const auto resolved = resolve_symlinks(directory / "9");
  REQUIRE_FALSE(resolved);
  CHECK(resolved.error().code == errc::store_unwritable);
  CHECK(resolved.error().detail.ends_with("Too many levels of symbolic links"));
}
