// SPDX-License-Identifier: BSL-1.0
#include "hubauth/posix/file_lock.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "shared_settings.hpp"
#include "system_hooks.hpp"

namespace {

using namespace store_test;
using namespace system_hooks;

}  // namespace

TEST_CASE("file_lock: a symbolic link in the lock's place is not followed") {
  shared_settings settings(with_old);
  const auto lock = settings.file + ".lock";
  REQUIRE(::symlink("victim", lock.c_str()) == 0);
  CHECK(outcome(settings.store.save(key("new"))) ==
        words(errc::store_unwritable, lock, "Too many levels of symbolic links"));
  CHECK_FALSE(temporary_directory::exists(settings.directory / "victim"));
  CHECK(settings.read() == with_old);
}

TEST_CASE("file_lock: who holds the lock is waited for, for two seconds") {
  shared_settings settings(with_old);
  const auto lock = settings.file + ".lock";
  const int holder = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  REQUIRE(::flock(holder, LOCK_EX) == 0);
  long paused = 0;
  SUBCASE("in vain") {
    const during counted(on_pause, [&](long milliseconds) { paused += milliseconds; });
    CHECK(outcome(settings.store.save(key("new"))) == words(errc::store_locked, lock, "another process holds it"));
    CHECK(paused == 2000);
    CHECK(settings.read() == with_old);
    CHECK(outcome(settings.store.erase()) == words(errc::store_locked, lock, "another process holds it"));
    CHECK(code_of(settings.store.save(key("new"))) == hubauth::recovery::retry);
  }
  SUBCASE("until it is free") {
    const during freed(on_pause, [&](long milliseconds) {
      paused += milliseconds;
      ::flock(holder, LOCK_UN);
    });
    CHECK(outcome(settings.store.save(key("new"))) == "done");
    CHECK(paused == 10);
  }
  SUBCASE("and who only reads, or would write the same, does not wait") {
    const during counted(on_pause, [&](long milliseconds) { paused += milliseconds; });
    CHECK(loaded(settings.store) == "old");
    CHECK(outcome(settings.store.save(key("old"))) == "done");
    CHECK(paused == 0);
  }
  SUBCASE("and what it wrote meanwhile stays") {
    const during freed(on_pause, [&](long) {
      settings.write(sample_settings::with_19_keys("\"its\""));
      ::flock(holder, LOCK_UN);
    });
    CHECK(outcome(settings.store.save(key("new"))) == "done");
    CHECK(settings.read() == sample_settings::with_19_keys("\"new\""));
  }
  SUBCASE("and where it has written the same meanwhile nothing is written again") {
    struct stat written {};
    const during freed(on_pause, [&](long) {
      settings.write(sample_settings::with_19_keys("\"new\""));
      written = temporary_directory::status(settings.file);
      ::flock(holder, LOCK_UN);
    });
    CHECK(outcome(settings.store.save(key("new"))) == "done");
    CHECK(same_file(temporary_directory::status(settings.file), written));
  }
  SUBCASE("and where it has removed the file nothing is made of it") {
    const during freed(on_pause, [&](long) {
      ::unlink(settings.file.c_str());
      ::flock(holder, LOCK_UN);
    });
    CHECK(outcome(settings.store.save(key("new"))) ==
          words(errc::store_locked, settings.file, "another program has removed it just now"));
    CHECK_FALSE(temporary_directory::exists(settings.file));
  }
  ::close(holder);
}

TEST_CASE("file_lock: while it writes nobody else has the lock, and afterwards anybody can") {
  shared_settings settings(with_old);
  const auto others_turn = [&] {
    const int other = ::open((settings.file + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
    const bool free = ::flock(other, LOCK_SH | LOCK_NB) == 0;
    ::close(other);
    return free;
  };
  std::vector<bool> turns;
  {
    const during watched(on_sync, [&] {
      turns.push_back(others_turn());
      return 0;
    });
    REQUIRE(outcome(settings.store.save(key("new"))) == "done");
  }
  CHECK(turns == std::vector<bool>{false, false});
  CHECK(others_turn());
}
