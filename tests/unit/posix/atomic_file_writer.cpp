// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/atomic_file_writer.hpp"

#include <cerrno>
#include <csignal>
#include <ostream>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "shared_settings.hpp"
#include "system_hooks.hpp"

namespace {

using namespace store_test;
using namespace system_hooks;

struct with_umask {
  explicit with_umask(mode_t mask) : before(::umask(mask)) {}
  ~with_umask() { ::umask(before); }
  mode_t before;
};

}  // namespace

TEST_CASE("replace_file: what is written is for its owner alone, whatever the umask") {
  for (const mode_t mask : {0U, 022U, 077U}) {
    CAPTURE(mask);
    const with_umask masked(mask);
    shared_settings settings(with_old);
    ::chmod(settings.file.c_str(), 0644);
    REQUIRE(outcome(settings.store.save(key("new"))) == "done");
    CHECK(temporary_directory::mode(settings.file) == 0600);
    CHECK(temporary_directory::mode(settings.file + ".lock") == 0600);

    const temporary_directory directory;
    settings_file store(directory / "a/b");
    REQUIRE(outcome(store.save(key("new"))) == "done");
    CHECK(temporary_directory::mode(directory / "a") == 0700);
    CHECK(temporary_directory::mode(directory / "a/b") == 0700);
    CHECK(temporary_directory::mode(directory / "a/b/hubauth.json") == 0600);
  }
}

TEST_CASE("replace_file: the owner stays" * doctest::skip(::geteuid() != 0)) {
  shared_settings settings(with_old);
  REQUIRE(::chown(settings.file.c_str(), 65534, 65533) == 0);
  REQUIRE(outcome(settings.store.save(key("new"))) == "done");
  CHECK(temporary_directory::status(settings.file).st_uid == 65534);
  CHECK(temporary_directory::status(settings.file).st_gid == 65533);
}

TEST_CASE("replace_file: what can't be written changes nothing and leaves nothing") {
  shared_settings settings(with_old);
  const auto before = temporary_directory::status(settings.file);
  const auto check = [&](std::string_view reason) {
    CHECK(outcome(settings.store.save(key("new"))) == words(errc::store_unwritable, settings.file, reason));
    CHECK(settings.read() == with_old);
    CHECK(same_file(temporary_directory::status(settings.file), before));
    CHECK(settings.nothing_left());
  };
  SUBCASE("it does not reach the disk") {
    const during failing(on_sync, [] { return EIO; });
    check("Input/output error");
  }
  SUBCASE("it can't be renamed") {
    const during failing(on_rename, [] { return EPERM; });
    check("Operation not permitted");
  }
  SUBCASE("the file is a mount of its own") {
    const during failing(on_rename, [] { return EBUSY; });
    check("it is a mount of its own, which can't be replaced");
  }
}

TEST_CASE("replace_file: a signal while it is written down to the disk is no error_info") {
  shared_settings settings(with_old);
  int syncs = 0;
  const during interrupted(on_sync, [&] { return ++syncs == 1 ? EINTR : 0; });
  CHECK(outcome(settings.store.save(key("new"))) == "done");
  CHECK(syncs == 3);
}

TEST_CASE("replace_file: once it is in its place it is saved, even if the directory can't be synchronised") {
  shared_settings settings(with_old);
  int syncs = 0;
  const during failing(on_sync, [&] { return ++syncs == 2 ? EIO : 0; });
  CHECK(outcome(settings.store.save(key("new"))) == "done");
  CHECK(settings.read() == sample_settings::with_18_keys("\"new\""));
}

TEST_CASE("replace_file: a file that is written only in part never takes the old one's place") {
  shared_settings settings(with_old);
  ::chmod(settings.directory.path().c_str(), 0777);
  ::chmod(settings.file.c_str(), 0644);
  CHECK(in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100, 100};
    return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           outcome(settings.store.save(key("new"))) == words(errc::store_unwritable, settings.file, "File too large");
  }));
  CHECK(settings.read() == with_old);
  CHECK(settings.nothing_left());
}

TEST_CASE("replace_file: who may not keep the owner does not write" * doctest::skip(::geteuid() != 0)) {
  shared_settings settings(with_old);
  ::chmod(settings.directory.path().c_str(), 0777);
  ::chmod(settings.file.c_str(), 0644);
  CHECK(in_child([&] {
    return outcome(settings.store.save(key("new"))) ==
           words(errc::store_unwritable, settings.file, "Operation not permitted");
  }));
  CHECK(settings.read() == with_old);
  CHECK(settings.nothing_left());
}

TEST_CASE("replace_file: what a crash left over an hour ago is swept up, and nothing else") {
  shared_settings settings(with_old);
  const auto stale = settings.file + ".0123456789abcdef.hubauth-tmp";
  const names others = {
      settings.file + ".fedcba9876543210.hubauth-tmp",                        // of just now: somebody is writing it
      settings.file + ".bak", settings.directory / "settings.json.hubauth-tmp",  // no such name
      settings.directory / "Settings.json.0123456789abcdef.hubauth-tmp",         // of another file
  };
  const auto age = [](const std::string& path, long seconds) {
    const auto written = temporary_directory::status(path).st_mtim.tv_sec - seconds;
    const timespec times[] = {{written, 0}, {written, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  };
  write_text(stale, "{\"api_key\": \"old");
  age(stale, 2 * 3600);
  for (const auto& other : others) {
    write_text(other, "");
    age(other, &other == &others.front() ? 1800 : 2 * 3600);
  }
  const auto link = settings.file + ".0000000000000000.hubauth-tmp";
  REQUIRE(::symlink("settings.json", link.c_str()) == 0);
  age(link, 2 * 3600);

  REQUIRE(outcome(settings.store.save(key("new"))) == "done");
  CHECK_FALSE(temporary_directory::exists(stale));
  for (const auto& other : others) CHECK(temporary_directory::exists(other));
  CHECK(temporary_directory::exists(link));
}
