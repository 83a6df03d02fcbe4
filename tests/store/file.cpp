// SPDX-License-Identifier: BSL-1.0
#include "hubauth/store/file.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/temporary_folder.hpp"

namespace files = hubauth::files;

TEST_CASE("file: the folder that a path is in") {
  CHECK(files::folder_of("/a/b/c") == "/a/b");
  CHECK(files::folder_of("a/b") == "a");
  CHECK(files::folder_of("/a") == "/");
  CHECK(files::folder_of("a") == ".");
  CHECK(files::folder_of("") == ".");
}

TEST_CASE("file: a file is read whole, with its owner, up to the limit") {
  const temporary_folder folder;
  const std::string text("with a NUL \0 in it", 18);
  write_text(folder / "file", text);
  const auto read = files::read_file(folder / "file", text.size());
  REQUIRE(read);
  REQUIRE(*read);
  CHECK((*read)->text == hubauth::secret(text));
  CHECK((*read)->owner == ::geteuid());
  CHECK_FALSE(files::read_file(folder / "file", text.size() - 1));
}

TEST_CASE("file: an empty file is there, a missing one is not") {
  const temporary_folder folder;
  write_text(folder / "empty", "");
  const auto empty = files::read_file(folder / "empty", 1);
  const auto missing = files::read_file(folder / "missing", 1);
  REQUIRE(empty);
  REQUIRE(missing);
  REQUIRE(*empty);
  CHECK((*empty)->text.empty());
  CHECK_FALSE(*missing);
}

TEST_CASE("file: folders are made with those that they are in, and one that is there stays") {
  const temporary_folder folder;
  ::mkdir((folder / "a").c_str(), 0700);
  ::chmod((folder / "a").c_str(), 0755);
  CHECK(files::make_folder(folder / "a/b/c"));
  CHECK(files::make_folder(folder / "a/b/c"));
  CHECK(files::make_folder("/"));
  CHECK(temporary_folder::mode(folder / "a") == 0755);
  CHECK(temporary_folder::mode(folder / "a/b") == 0700);
  CHECK(temporary_folder::mode(folder / "a/b/c") == 0700);
}

TEST_CASE("file: a folder below a file can't be made") {
  const temporary_folder folder;
  write_text(folder / "file", "");
  const auto made = files::make_folder(folder / "file/a/b");
  REQUIRE_FALSE(made);
  CHECK(made.error().code == hubauth::errc::store_unwritable);
  CHECK(made.error().detail == folder / "file/a/b" + ": Not a directory");
}

TEST_CASE("file: what is no link, or not there, is its own target") {
  const temporary_folder folder;
  write_text(folder / "file", "");
  CHECK(*files::follow_links(folder / "file") == folder / "file");
  CHECK(*files::follow_links(folder / "missing") == folder / "missing");
}

TEST_CASE("file: a relative link starts from its own folder") {
  const temporary_folder folder;
  REQUIRE(::symlink("elsewhere/file", (folder / "link").c_str()) == 0);
  CHECK(*files::follow_links(folder / "link") == folder / "elsewhere/file");
}
