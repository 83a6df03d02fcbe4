// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/file.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

namespace files = hubauth::files;

TEST_CASE("file: the directory that a path is in") {
  CHECK(parent_directory("/a/b/c") == "/a/b");
  CHECK(parent_directory("a/b") == "a");
  CHECK(parent_directory("/a") == "/");
  CHECK(parent_directory("a") == ".");
  CHECK(parent_directory("") == ".");
}

TEST_CASE("file: a file is read whole, with its owner, up to the limit") {
  const temporary_directory directory;
  const std::string text("with a NUL \0 in it", 18);
  write_text(directory / "file", text);
  const auto read = read_file(directory / "file", text.size());
  REQUIRE(read);
  REQUIRE(*read);
  CHECK((*read)->text == hubauth::secret(text));
  CHECK((*read)->owner == ::geteuid());
  CHECK_FALSE(read_file(directory / "file", text.size() - 1));
}

TEST_CASE("file: an empty file is there, a missing one is not") {
  const temporary_directory directory;
  write_text(directory / "empty", "");
  const auto empty = read_file(directory / "empty", 1);
  const auto missing = read_file(directory / "missing", 1);
  REQUIRE(empty);
  REQUIRE(missing);
  REQUIRE(*empty);
  CHECK((*empty)->text.empty());
  CHECK_FALSE(*missing);
}

TEST_CASE("file: directories are made with those that they are in, and one that is there stays") {
  const temporary_directory directory;
  ::mkdir((directory / "a").c_str(), 0700);
  ::chmod((directory / "a").c_str(), 0755);
  CHECK(create_directories(directory / "a/b/c"));
  CHECK(create_directories(directory / "a/b/c"));
  CHECK(create_directories("/"));
  CHECK(temporary_directory::mode(directory / "a") == 0755);
  CHECK(temporary_directory::mode(directory / "a/b") == 0700);
  CHECK(temporary_directory::mode(directory / "a/b/c") == 0700);
}

TEST_CASE("file: a directory below a file can't be made") {
  const temporary_directory directory;
  write_text(directory / "file", "");
  const auto made = create_directories(directory / "file/a/b");
  REQUIRE_FALSE(made);
  CHECK(made.error().code == hubauth::errc::store_unwritable);
  CHECK(made.error().detail == directory / "file/a/b" + ": Not a directory");
}

TEST_CASE("file: what is no link, or not there, is its own target") {
  const temporary_directory directory;
  write_text(directory / "file", "");
  CHECK(*resolve_symlinks(directory / "file") == directory / "file");
  CHECK(*resolve_symlinks(directory / "missing") == directory / "missing");
}

TEST_CASE("file: a relative link starts from its own directory") {
  const temporary_directory directory;
  REQUIRE(::symlink("elsewhere/file", (directory / "link").c_str()) == 0);
  CHECK(*resolve_symlinks(directory / "link") == directory / "elsewhere/file");
}
