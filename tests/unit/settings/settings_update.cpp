// SPDX-License-Identifier: BSL-1.0
#include "hubauth/settings/settings_update.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "shared_settings.hpp"
#include "system_hooks.hpp"

namespace {

using namespace store_test;
using namespace system_hooks;

}  // namespace

TEST_CASE("settings_update: what is not understood is read again, then refused and left alone") {
  const std::pair<std::string, const char*> bad[] = {
      {"", "it is empty"},
      {with_old.substr(0, with_old.size() / 2), "it is not JSON, or only a part of it"},
      {"[]", "it is not a JSON object"},
      {"{}", "it has no api_key at its top level"},
      {"{\"api_key\": \"a\", \"api_key\": \"b\"}", "it has two api_key at its top level"},
      {"{\"api_key\": \"a\", \"\\u0061pi_key\": \"b\"}", "it has two api_key at its top level"},
      {"{\"api_key\": 1}", "its api_key is neither text nor null"},
      {"{\"api_key\": \"\xFF\"}", "it is not UTF-8"},
  };
  for (const auto& [text, reason] : bad)
    for (const char* name : {"settings.json", "hubauth.json"}) {
      const temporary_directory directory;
      const auto file = directory / name;
      write_text(file, text);
      const auto before = temporary_directory::status(file);
      settings_file store(directory.path());
      int sleeps = 0;
      long paused = 0;
      const during counted(on_pause, [&](long milliseconds) { ++sleeps, paused += milliseconds; });

      const auto wanted = words(errc::store_unreadable, file, reason);
      CHECK(loaded(store) == wanted);
      CHECK(sleeps == 5);
      CHECK(paused == 250);
      CHECK(outcome(store.save(key("new"))) == wanted);
      CHECK(outcome(store.erase()) == wanted);
      CHECK(same_file(temporary_directory::status(file), before));
      CHECK(temporary_directory::names(directory.path()) == names{name});
    }
}

TEST_CASE("settings_update: a file that is whole again after a while is no fault") {
  for (const int at : {1, 5}) {
    shared_settings settings("");
    int sleeps = 0;
    const during healed(on_pause, [&](long) { settings.write(++sleeps == at ? with_old : with_old.substr(0, 20)); });
    CHECK(loaded(settings.store) == "old");
    CHECK(sleeps == at);
  }
}

TEST_CASE("settings_update: a file that goes while it is read again is no fault") {
  shared_settings settings("");
  const during removed(on_pause, [&](long) { ::unlink(settings.file.c_str()); });
  CHECK(loaded(settings.store) == "(none)");
}

TEST_CASE("settings_update: symbolic links are followed and stay") {
  const temporary_directory directory;
  ::mkdir((directory / "real").c_str(), 0700);
  ::mkdir((directory / "linked").c_str(), 0700);
  const auto target = directory / "real/target.json";
  const auto link = directory / "linked/settings.json";
  write_text(target, with_old);
  SUBCASE("an absolute one") { REQUIRE(::symlink(target.c_str(), link.c_str()) == 0); }
  SUBCASE("a relative one") { REQUIRE(::symlink("../real/target.json", link.c_str()) == 0); }
  SUBCASE("one to one") {
    REQUIRE(::symlink("between", link.c_str()) == 0);
    REQUIRE(::symlink("../linked/../real/target.json", (directory / "linked/between").c_str()) == 0);
  }

  const auto beside_link = temporary_directory::names(directory / "linked");
  settings_file store(directory / "linked");
  int syncs = 0;
  const during watched(on_sync, [&] {
    if (++syncs == 1) {  // the new content is complete, and not in its place yet
      CHECK(temporary_directory::names(directory / "linked") == beside_link);
      for (const auto& name : temporary_directory::names(directory / "real"))
        if (name.ends_with(".hubauth-tmp")) CHECK(temporary_directory::mode(directory / "real/" + name) == 0600);
      CHECK(temporary_directory::names(directory / "real").size() == 3);  // target, lock, new content
    }
    return 0;
  });
  REQUIRE(outcome(store.save(key("new"))) == "done");
  CHECK(syncs == 2);
  CHECK(S_ISLNK(temporary_directory::status(link).st_mode));
  CHECK(read_text(target) == sample_settings::with_18_keys("\"new\""));
  CHECK(temporary_directory::names(directory / "linked") == beside_link);
}

TEST_CASE("settings_update: 8 symbolic links are followed, 9 are not") {
  for (const int links : {8, 9}) {
    const temporary_directory directory;
    write_text(directory / "0", with_old);
    for (int i = 1; i != links; ++i)
      REQUIRE(::symlink(std::to_string(i - 1).c_str(), (directory / std::to_string(i)).c_str()) == 0);
    REQUIRE(::symlink(std::to_string(links - 1).c_str(), (directory / "settings.json").c_str()) == 0);
    settings_file store(directory.path());
    const auto done = store.save(key("new"));
    CHECK(done.has_value() == (links == 8));
    if (!done) {
      CHECK(done.error().code == errc::store_unwritable);
      CHECK(done.error().detail.ends_with("Too many levels of symbolic links"));
      CHECK(read_text(directory / "0") == with_old);
    }
  }
}

TEST_CASE("settings_update: what another program writes at the last moment is not lost") {
  shared_settings settings(with_old);
  int syncs = 0;
  SUBCASE("it writes once") {
    const during other(on_sync, [&] {
      if (++syncs == 1) settings.write(sample_settings::with_19_keys("\"old\""));
      return 0;
    });
    CHECK(outcome(settings.store.save(key("new"))) == "done");
    CHECK(settings.read() == sample_settings::with_19_keys("\"new\""));
  }
  SUBCASE("it writes again and again") {
    std::string last;
    const during other(on_sync, [&] {
      settings.write(last = "{\"api_key\": \"old\", \"n\": " + std::to_string(++syncs) + "}");
      return 0;
    });
    CHECK(outcome(settings.store.save(key("new"))) ==
          words(errc::store_locked, settings.file, "another program keeps writing it"));
    CHECK(syncs == 3);
    CHECK(settings.read() == last);
  }
  SUBCASE("it removes the file") {
    const during other(on_sync, [&] {
      ::unlink(settings.file.c_str());
      return 0;
    });
    CHECK(outcome(settings.store.save(key("new"))) ==
          words(errc::store_locked, settings.file, "another program has removed it just now"));
    CHECK_FALSE(temporary_directory::exists(settings.file));
  }
  CHECK(settings.nothing_left());
}

TEST_CASE("settings_update: several processes that save at once never mix") {
  constexpr int processes = 4;
  constexpr int saves = 10;
  shared_settings settings(with_old);
  std::vector<pid_t> children;
  for (int child = 0; child != processes; ++child) {
    const auto started = ::fork();
    if (started == 0) {
      bool good = true;
      for (int i = 0; i != saves; ++i) {
        const auto code = code_of(settings.store.save(key("p" + std::to_string(child) + "s" + std::to_string(i))));
        good = good && (!code || code == errc::store_conflict || code == errc::store_locked);
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(started);
  }
  for (const auto child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  const auto last = loaded(settings.store);
  CHECK(last.starts_with('p'));
  CHECK(settings.read() == sample_settings::with_18_keys('"' + last + '"'));
  CHECK(settings.nothing_left());
}
