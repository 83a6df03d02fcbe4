// SPDX-License-Identifier: BSL-1.0
//
// Hooks fsync and rename (support/system_hooks.cpp), to let them fail.
#include "hubauth/posix/atomic_file_writer.hpp"

#include <cerrno>
#include <csignal>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/settings_fixture.hpp"
#include "support/system_hooks.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using hubauth::detail::atomic_file_writer;
using hubauth::detail::file_owner;

struct scoped_umask {
  explicit scoped_umask(mode_t mask) : before(::umask(mask)) {}
  ~scoped_umask() { ::umask(before); }
  mode_t before;
};

bool is_directory(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

/// A directory that contains `file` with the text `old`.
struct fixture {
  temporary_directory directory;
  std::string file = directory.write("file", "old");

  std::optional<file_owner> owner() const {
    const auto status = temporary_directory::status(file);
    return file_owner{status.st_uid, status.st_gid};
  }

  result<void> replace(std::string_view text = "new") const {
    auto writer = atomic_file_writer::write(file, secret(text), owner());
    if (!writer) return unexpected(std::move(writer).error());
    return writer->commit();
  }

  bool is_clean() const { return temporary_directory::names(directory.path()).size() == 1; }
};

}  // namespace

TEST_CASE("atomic_file_writer: the target changes when it is committed, and not before") {
  const fixture at;
  auto writer = atomic_file_writer::write(at.file, secret("new"), at.owner());
  REQUIRE(writer);
  CHECK(read_text(at.file) == "old");
  REQUIRE(writer->commit());
  CHECK(read_text(at.file) == "new");
  CHECK(at.is_clean());
}

TEST_CASE("atomic_file_writer: without a commit nothing changes and nothing is left") {
  const fixture at;
  const auto before = temporary_directory::status(at.file);
  { REQUIRE(atomic_file_writer::write(at.file, secret("new"), at.owner())); }
  CHECK(is_same_file(temporary_directory::status(at.file), before));
  CHECK(at.is_clean());
}

TEST_CASE("atomic_file_writer: the temporary file and the target are for their owner only, whatever the umask") {
  for (const mode_t mask : {0U, 022U, 077U}) {
    CAPTURE(mask);
    const scoped_umask masked(mask);
    const fixture at;
    ::chmod(at.file.c_str(), 0644);
    {
      const auto writer = atomic_file_writer::write(at.file, secret("new"), at.owner());
      for (const auto& name : temporary_directory::names(at.directory.path()))
        if (name != "file") CHECK(temporary_directory::mode(at.directory / name) == 0600);
    }
    REQUIRE(at.replace());
    CHECK(temporary_directory::mode(at.file) == 0600);
    REQUIRE(atomic_file_writer::write(at.directory / "created", secret("new"), std::nullopt)->commit());
    CHECK(temporary_directory::mode(at.directory / "created") == 0600);
  }
}

TEST_CASE("atomic_file_writer: the owner stays" * doctest::skip(::geteuid() != 0)) {
  const fixture at;
  REQUIRE(::chown(at.file.c_str(), 65534, 65533) == 0);
  REQUIRE(at.replace());
  CHECK(at.owner() == file_owner{65534, 65533});
}

TEST_CASE("atomic_file_writer: if the owner cannot stay, nothing is written" * doctest::skip(::geteuid() != 0)) {
  const fixture at;
  ::chmod(at.directory.path().c_str(), 0777);
  CHECK(check_unprivileged(
      [&] { return outcome(at.replace()) == error_text(errc::store_unwritable, at.file, "Operation not permitted"); }));
  CHECK(read_text(at.file) == "old");
  CHECK(at.is_clean());
}

TEST_CASE("atomic_file_writer: an error changes nothing and leaves nothing") {
  const fixture at;
  const auto before = temporary_directory::status(at.file);
  const auto check = [&](std::string_view reason) {
    CHECK(outcome(at.replace()) == error_text(errc::store_unwritable, at.file, reason));
    CHECK(read_text(at.file) == "old");
    CHECK(is_same_file(temporary_directory::status(at.file), before));
    CHECK(at.is_clean());
  };
  SUBCASE("the content cannot be flushed to the disk") {
    const scoped_hook failing(on_fsync, [](int) { return EIO; });
    check("Input/output error");
  }
  SUBCASE("the temporary file cannot be renamed") {
    const scoped_hook failing(on_rename, [] { return EPERM; });
    check("Operation not permitted");
  }
  SUBCASE("the target is a mount point") {
    const scoped_hook failing(on_rename, [] { return EBUSY; });
    check("it is a mount point, which cannot be replaced");
  }
}

TEST_CASE("atomic_file_writer: a content that is written only in part never replaces the target") {
  const fixture at;
  ::chmod(at.directory.path().c_str(), 0777);
  CHECK(check_unprivileged([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100, 100};
    return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           outcome(at.replace(std::string(200, 'x'))) == error_text(errc::store_unwritable, at.file, "File too large");
  }));
  CHECK(read_text(at.file) == "old");
  CHECK(at.is_clean());
}

TEST_CASE("atomic_file_writer: a signal while the content is flushed to the disk is not an error") {
  const fixture at;
  bool interrupted = false;
  const scoped_hook interrupting(on_fsync, [&](int) { return std::exchange(interrupted, true) ? 0 : EINTR; });
  CHECK(outcome(at.replace()) == "done");
  CHECK(read_text(at.file) == "new");
}

TEST_CASE("atomic_file_writer: the content is flushed before the target is replaced, the directory after it") {
  const fixture at;
  std::vector<std::string> events;
  const scoped_hook flushing(on_fsync, [&](int fd) {
    events.push_back((is_directory(fd) ? "directory: " : "content: ") + read_text(at.file));
    return 0;
  });
  CHECK(outcome(at.replace()) == "done");
  CHECK(events == std::vector<std::string>{"content: old", "directory: new"});
}

TEST_CASE("atomic_file_writer: a committed file counts as written even if its directory cannot be flushed") {
  const fixture at;
  const scoped_hook failing(on_fsync, [](int fd) { return is_directory(fd) ? EIO : 0; });
  CHECK(outcome(at.replace()) == "done");
  CHECK(read_text(at.file) == "new");
}

TEST_CASE("atomic_file_writer: a crash's temporary files are removed after an hour, and no other files") {
  const fixture at;
  const auto set_age = [](const std::string& path, long seconds) {
    const auto written = temporary_directory::status(path).st_mtim.tv_sec - seconds;
    const timespec times[] = {{written, 0}, {written, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  };
  const auto create = [&](const std::string& name, long age) {
    const auto path = at.directory.write(name, "");
    set_age(path, age);
    return path;
  };
  constexpr long half_an_hour = 1800;
  constexpr long two_hours = 7200;
  const auto stale = create("file.0123456789abcdef.hubauth-tmp", two_hours);
  const std::vector<std::string> others = {
      create("file.fedcba9876543210.hubauth-tmp", half_an_hour),  // another process may be writing it
      create("file.bak", two_hours),                              // not the name of a temporary file
      create("file.hubauth-tmp", two_hours),
      create("File.0123456789abcdef.hubauth-tmp", two_hours),  // of another target
  };
  const auto link = at.directory / "file.0000000000000000.hubauth-tmp";
  REQUIRE(::symlink("file.bak", link.c_str()) == 0);
  set_age(link, two_hours);

  REQUIRE(outcome(at.replace()) == "done");
  CHECK_FALSE(temporary_directory::exists(stale));
  for (const auto& other : others) CHECK(temporary_directory::exists(other));
  CHECK(temporary_directory::exists(link));
}
