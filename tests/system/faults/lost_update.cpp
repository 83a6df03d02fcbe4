// SPDX-License-Identifier: BSL-1.0
//
// Several processes change the settings at once. No change is lost.
#include "hubauth/settings/settings_file.hpp"

#include <array>
#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/settings_fixture.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

constexpr int processes = 8;
constexpr int changes = 100;

/// How often each outcome occurred.
struct tally {
  int done = 0;
  int locked = 0;
  int conflicts = 0;
  int other = 0;

  void add(std::error_code code) {
    ++(!code ? done : code == errc::store_locked ? locked : code == errc::store_conflict ? conflicts : other);
  }

  tally& operator+=(const tally& more) {
    done += more.done;
    locked += more.locked;
    conflicts += more.conflicts;
    other += more.other;
    return *this;
  }
};

/// Calls `work(child)`, which returns a tally, in each of the processes.
/// \returns the sum
template <class F>
tally run_in_processes(F work) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  std::vector<pid_t> children;
  for (int child = 0; child != processes; ++child) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    const tally own = work(child);
    ::_exit(::write(pipe[1], &own, sizeof own) == sizeof own ? 0 : 1);
  }
  ::close(pipe[1]);
  tally sum;
  for (const auto child : children) {
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    tally one;
    REQUIRE(::read(pipe[0], &one, sizeof one) == sizeof one);
    sum += one;
  }
  ::close(pipe[0]);
  return sum;
}

void print(const char* title, const tally& sum) {
  fmt::print("{}: {} processes, {} changes each: {} done, {} conflicts, {} locked, {} other\n", title, processes,
             changes, sum.done, sum.conflicts, sum.locked, sum.other);
}

}  // namespace

TEST_CASE("lost_update: no read-modify-write is lost") {
  const temporary_directory directory;
  const auto file = directory.write("hubauth.json", "{\"api_key\": \"0\"}\n");
  const auto increment = [](const secret& key) {
    const int before = key.with_exposed([](std::string_view text) { return std::atoi(std::string(text).c_str()); });
    return secret(std::to_string(before + 1));
  };
  const auto sum = run_in_processes([&](int) {
    tally own;
    while (own.done != changes && own.other == 0) {  // repeated if the file is locked
      const auto seen = detail::read_settings(file);
      const auto updated = detail::update_key(file, *seen, increment);
      own.add(updated ? std::error_code() : updated.error().code);
    }
    return own;
  });
  const settings_file store(directory.path());
  print("a counter", sum);
  fmt::print("the counter at the end: {}\n", load_text(store));
  CHECK(sum.other == 0);
  CHECK(sum.done == processes * changes);
  CHECK(load_text(store) == std::to_string(processes * changes));
  CHECK(temporary_directory::names(directory.path()).size() == 2);  // the file and its lock
}

TEST_CASE("lost_update: when several processes save, the file stays valid, and each save reports its outcome") {
  const settings_fixture settings(sample_settings::with_19_keys("\"old\""));
  const auto sum = run_in_processes([&](int child) {
    tally own;
    for (int i = 0; i != changes; ++i)
      own.add(code_of(settings.store.save(make_key("p" + std::to_string(child) + "s" + std::to_string(i)))));
    return own;
  });
  print("a key", sum);
  CHECK(sum.other == 0);
  CHECK(sum.done + sum.conflicts + sum.locked == processes * changes);
  const auto last = load_text(settings.store);
  CHECK(last.starts_with('p'));
  CHECK(settings.read() == sample_settings::with_19_keys('"' + last + '"'));
  CHECK(settings.is_clean());
}
