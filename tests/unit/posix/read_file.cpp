// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/read_file.hpp"

#include <cstddef>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

namespace {

using hubauth::errc;
using hubauth::secret;
using hubauth::detail::file_owner;
using hubauth::detail::read_file;
using namespace hubauth::testing;

/// The detail of the error; empty if there is none.
std::string error_of(const std::string& path, std::size_t max_size = 100) {
  const auto content = read_file(path, max_size, errc::cookies_unreadable);
  if (content) return "";
  CHECK(content.error().code == errc::cookies_unreadable);
  return content.error().detail;
}

}  // namespace

TEST_CASE("read_file: the whole file is read, with its owner and mode") {
  const temporary_directory directory;
  const std::string text("with a NUL \0 in it", 18);
  const auto path = directory.write("file", text);
  ::chmod(path.c_str(), 0640);
  const auto content = read_file(path, text.size(), errc::store_unreadable);
  REQUIRE(content);
  REQUIRE(*content);
  CHECK((*content)->text == secret(text));
  CHECK((*content)->owner == file_owner{::geteuid(), temporary_directory::status(path).st_gid});
  CHECK(((*content)->mode & 07777) == 0640);
}

TEST_CASE("read_file: an empty file has content, a missing one has none") {
  const temporary_directory directory;
  const auto empty = read_file(directory.write("empty", ""), 1, errc::store_unreadable);
  const auto missing = read_file(directory / "missing", 1, errc::store_unreadable);
  REQUIRE(empty);
  REQUIRE(missing);
  REQUIRE(*empty);
  CHECK((*empty)->text.empty());
  CHECK_FALSE(*missing);
}

TEST_CASE("read_file: symbolic links are followed") {
  const temporary_directory directory;
  directory.write("file", "text");
  REQUIRE(::symlink("file", (directory / "link").c_str()) == 0);
  CHECK((*read_file(directory / "link", 4, errc::store_unreadable))->text == secret("text"));
}

TEST_CASE("read_file: a file larger than the limit is an error") {
  const temporary_directory directory;
  const auto path = directory.write("file", "12345");
  CHECK(error_of(path, 5) == "");
  CHECK(error_of(path, 4) == path + ": it is larger than 4 bytes");
}

TEST_CASE("read_file: a file that reports a smaller size than it has is read up to the limit") {
  const std::string path = "/proc/self/status";  // reports the size 0
  REQUIRE(temporary_directory::status(path).st_size == 0);
  CHECK_FALSE((*read_file(path, 1'000'000, errc::store_unreadable))->text.empty());
  CHECK(error_of(path, 10) == path + ": it is larger than 10 bytes");
}

TEST_CASE("read_file: what cannot be read is an error with the path and the reason") {
  const temporary_directory directory;
  directory.write("file", "");
  ::mkfifo((directory / "fifo").c_str(), 0600);
  REQUIRE(::symlink("loop", (directory / "loop").c_str()) == 0);
  const struct {
    std::string name;
    std::string reason;
  } cases[] = {
      {".", "it is not a regular file"},
      {"fifo", "it is not a regular file"},  // and reading does not block
      {"loop", "Too many levels of symbolic links"},
      {"file/name", "Not a directory"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.name);
    CHECK(error_of(directory / each.name) == directory / each.name + ": " + each.reason);
  }
}
