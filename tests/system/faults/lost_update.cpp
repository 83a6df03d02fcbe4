// SPDX-License-Identifier: BSL-1.0
//
// Lets several processes change the settings at once, and counts whether a change was lost.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/shared_settings.hpp"

namespace {

using namespace store_test;

constexpr int processes = 8;
constexpr int changes = 100;

/// How often each thing happened, in all processes.
struct tally {
  int done = 0;
  int busy = 0;
  int overwritten = 0;
  int other = 0;

  void add(const hubauth::result<void>& result) {
    const auto code = code_of(result);
    ++(!code ? done : code == errc::store_locked ? busy : code == errc::store_conflict ? overwritten : other);
  }
};

/// Calls `work`, which gives a tally, with its number in each of the processes.
template <class F>
tally in_processes(F work) {
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
  tally all;
  for (const auto child : children) {
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    tally one;
    REQUIRE(::read(pipe[0], &one, sizeof one) == sizeof one);
    all.done += one.done, all.busy += one.busy, all.overwritten += one.overwritten, all.other += one.other;
  }
  ::close(pipe[0]);
  return all;
}

void print(const char* what, const tally& all) {
  fmt::print("{}: {} processes, {} changes each: {} done, {} overwritten, {} busy, {} other\n", what, processes,
             changes, all.done, all.overwritten, all.busy, all.other);
}

}  // namespace

TEST_CASE("lost_update: of changes that depend on what was there before none is lost") {
  const temporary_directory directory;
  const auto file = directory / "hubauth.json";
  write_text(file, "{\"api_key\": \"0\"}\n");
  const auto one_more = [](const hubauth::secret& key) {
    const int before = key.with_exposed([](std::string_view text) { return std::atoi(std::string(text).c_str()); });
    return hubauth::secret(std::to_string(before + 1));
  };
  const auto all = in_processes([&](int) {
    tally own;
    while (own.done != changes && own.other == 0)  // again, when it was busy
      own.add(hubauth::update_key(file, hubauth::if_missing::give_up, one_more));
    return own;
  });
  settings_file store(directory.path());
  print("a counter", all);
  fmt::print("the counter's end: {}\n", loaded(store));
  CHECK(all.other == 0);
  CHECK(all.done == processes * changes);
  CHECK(loaded(store) == std::to_string(processes * changes));
  CHECK(temporary_directory::names(directory.path()).size() == 2);  // the file and its lock
}

TEST_CASE("lost_update: whoever saves at once, the file stays whole, and each is told what became of its key") {
  shared_settings settings(sample_settings::with_19_keys("\"old\""));
  const auto all = in_processes([&](int child) {
    tally own;
    for (int i = 0; i != changes; ++i)
      own.add(settings.store.save(key("p" + std::to_string(child) + "s" + std::to_string(i))));
    return own;
  });
  print("a key", all);
  CHECK(all.other == 0);
  CHECK(all.done + all.overwritten + all.busy == processes * changes);
  const auto last = loaded(settings.store);
  CHECK(last.starts_with('p'));
  CHECK(settings.read() == sample_settings::with_19_keys('"' + last + '"'));
  CHECK(settings.nothing_left());
}
