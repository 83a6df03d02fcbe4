// SPDX-License-Identifier: BSL-1.0
//
// Hooks the functions that sleep (support/system_hooks.cpp).
#include "hubauth/posix/file_lock.hpp"

#include <chrono>
#include <ostream>
#include <string>

#include <fcntl.h>
#include <sys/file.h>

#include <doctest/doctest.h>

#include "support/system_hooks.hpp"
#include "support/temporary_directory.hpp"

namespace {

using hubauth::errc;
using hubauth::detail::file_lock;
using hubauth::detail::open_file;
using hubauth::detail::unique_fd;
using namespace hubauth::testing;
using namespace std::chrono_literals;

/// A lock file that another process seems to have locked.
struct foreign_lock {
  explicit foreign_lock(const std::string& path) : file(open_file(path, O_CREAT | O_RDWR)) {
    REQUIRE(::flock(file.get(), LOCK_EX) == 0);
  }
  void unlock() const { ::flock(file.get(), LOCK_UN); }

  unique_fd file;
};

bool is_free(const std::string& path) {
  const auto file = open_file(path, O_RDONLY);
  return ::flock(file.get(), LOCK_SH | LOCK_NB) == 0;
}

}  // namespace

TEST_CASE("file_lock: nobody else can lock until the destructor") {
  const temporary_directory directory;
  {
    const auto lock = file_lock::acquire(directory / "file");
    REQUIRE(lock);
    CHECK_FALSE(is_free(directory / "file.lock"));
    const scoped_hook no_sleep(on_sleep, [](std::chrono::nanoseconds) {});
    CHECK_FALSE(file_lock::acquire(directory / "file"));  // nor another thread of this process
  }
  CHECK(is_free(directory / "file.lock"));
  CHECK(file_lock::acquire(directory / "file"));
}

TEST_CASE("file_lock: the lock file is for its owner only") {
  const temporary_directory directory;
  REQUIRE(file_lock::acquire(directory / "file"));
  CHECK(temporary_directory::mode(directory / "file.lock") == 0600);
}

TEST_CASE("file_lock: it waits two seconds for the lock") {
  const temporary_directory directory;
  const foreign_lock other(directory / "file.lock");
  std::chrono::nanoseconds slept{};
  SUBCASE("in vain") {
    const scoped_hook counting(on_sleep, [&](std::chrono::nanoseconds duration) { slept += duration; });
    const auto lock = file_lock::acquire(directory / "file");
    REQUIRE_FALSE(lock);
    CHECK(lock.error().code == errc::store_locked);
    CHECK(lock.error().code == hubauth::recovery::retry);
    CHECK(lock.error().detail == directory / "file.lock: another process holds the lock");
    CHECK(slept == 2s);
  }
  SUBCASE("until it is free") {
    const scoped_hook unlocking(on_sleep, [&](std::chrono::nanoseconds duration) {
      slept += duration;
      other.unlock();
    });
    CHECK(file_lock::acquire(directory / "file"));
    CHECK(slept <= 100ms);
  }
}

TEST_CASE("file_lock: a symbolic link in the place of the lock file is not followed") {
  const temporary_directory directory;
  REQUIRE(::symlink("victim", (directory / "file.lock").c_str()) == 0);
  const auto lock = file_lock::acquire(directory / "file");
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == errc::store_unwritable);
  CHECK(lock.error().detail == directory / "file.lock: Too many levels of symbolic links");
  CHECK_FALSE(temporary_directory::exists(directory / "victim"));
}
