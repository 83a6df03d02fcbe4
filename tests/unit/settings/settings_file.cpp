// SPDX-License-Identifier: BSL-1.0
//
// Hooks fsync and the functions that sleep (support/system_hooks.cpp), to act while a file is being read or written.
#include "hubauth/settings/settings_file.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "hubauth/posix/open_file.hpp"
#include "support/scoped_env_var.hpp"
#include "support/settings_fixture.hpp"
#include "support/system_hooks.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using names = std::vector<std::string>;

struct fake_variables {
  std::map<std::string, std::string, std::less<>> values{};

  std::optional<std::string_view> get_env(const char* name) const {
    const auto at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

void no_sleep(std::chrono::nanoseconds) {}

/// A hook that acts right after a new content has replaced a file.
std::function<int(int)> after_commit(std::function<void()> action) {
  return [action = std::move(action)](int fd) {
    struct stat status {};
    if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) action();
    return 0;
  };
}

}  // namespace

TEST_CASE("settings_file: if nothing is saved, nothing is loaded and no file is created") {
  const temporary_directory directory;
  const settings_file store(directory / "not/yet/there");
  CHECK(load_text(store) == "(none)");
  CHECK(outcome(store.erase()) == "done");
  CHECK(temporary_directory::names(directory.path()).empty());
}

TEST_CASE("settings_file: a saved key is loaded, by another store too, until it is erased") {
  for (const bool shared : {false, true}) {
    const temporary_directory directory;
    if (shared) directory.write("settings.json", settings_before);
    const settings_file store(directory.path());
    const settings_file another(directory.path());
    for (const std::string_view text : {"first", "ul_0123456789", "a.~+/=-Z"}) {
      REQUIRE(outcome(store.save(make_key(text))) == "done");
      CHECK(load_text(store) == text);
      CHECK(load_text(another) == text);
    }
    REQUIRE(outcome(another.erase()) == "done");
    CHECK(load_text(store) == "(none)");
  }
}

TEST_CASE("settings_file: nothing changes in the shared file but the key") {
  for (const char* old : {"\"old\"", "\"\"", "null"}) {
    const auto before = sample_settings::all(old);
    const auto after = sample_settings::all("\"new\"");
    const auto erased = sample_settings::all("\"\"");
    for (std::size_t i = 0; i != before.size(); ++i) {
      const settings_fixture settings(before[i]);
      REQUIRE(outcome(settings.store.save(make_key("new"))) == "done");
      CHECK(settings.read() == after[i]);
      REQUIRE(outcome(settings.store.erase()) == "done");
      CHECK(settings.read() == erased[i]);
      CHECK(settings.is_clean());
    }
  }
}

TEST_CASE("settings_file: null and an empty string are no key") {
  for (const char* value : {"null", "\"\""}) {
    const settings_fixture settings(sample_settings::with_19_keys(value));
    CHECK(load_text(settings.store) == "(none)");
  }
}

TEST_CASE("settings_file: the saved text is loaded without being parsed as a key") {
  const settings_fixture settings(sample_settings::with_19_keys("\" no k\\u0065y \""));
  CHECK(load_text(settings.store) == " no key ");
}

TEST_CASE("settings_file: without a shared file the key is saved in a file of our own") {
  const temporary_directory directory;
  const settings_file store(directory / "a/b");
  REQUIRE(outcome(store.save(make_key("first"))) == "done");
  CHECK(directory.read("a/b/hubauth.json") == "{\"api_key\": \"first\"}\n");
  CHECK_FALSE(temporary_directory::exists(directory / "a/b/settings.json"));
  REQUIRE(outcome(store.erase()) == "done");
  CHECK(directory.read("a/b/hubauth.json") == "{\"api_key\": \"\"}\n");
}

TEST_CASE("settings_file: our own file is used only if there is no shared one") {
  const settings_fixture settings(sample_settings::with_18_keys("\"shared\""));
  write_text(settings.own_file, "{\"api_key\": \"own\"}");
  CHECK(load_text(settings.store) == "shared");
  REQUIRE(outcome(settings.store.save(make_key("new"))) == "done");
  CHECK(read_text(settings.own_file) == "{\"api_key\": \"own\"}");
  ::unlink(settings.file.c_str());
  CHECK(load_text(settings.store) == "own");
}

TEST_CASE("settings_file: an erased key does not come back when the shared file is removed") {
  const settings_fixture settings(settings_before);
  write_text(settings.own_file, "{\"api_key\": \"own\", \"more\": 1}");
  REQUIRE(outcome(settings.store.erase()) == "done");
  CHECK(settings.read() == sample_settings::with_18_keys("\"\""));
  CHECK(read_text(settings.own_file) == "{\"api_key\": \"\", \"more\": 1}");
  ::unlink(settings.file.c_str());
  CHECK(load_text(settings.store) == "(none)");
}

TEST_CASE("settings_file: nothing is erased if one of the two files is invalid") {
  const settings_fixture settings(settings_before);
  write_text(settings.own_file, "[]");
  const scoped_hook sleeping(on_sleep, no_sleep);
  CHECK(outcome(settings.store.erase()) ==
        error_text(errc::store_unreadable, settings.own_file, "it is not a JSON object (line 1, column 1)"));
  CHECK(settings.read() == settings_before);
}

TEST_CASE("settings_file: an invalid file is an error that names it, and is not changed") {
  for (const char* name : {"settings.json", "hubauth.json"}) {
    const temporary_directory directory;
    const auto file = directory.write(name, "{\"api_key\": 1}");
    const auto before = temporary_directory::status(file);
    const settings_file store(directory.path());
    const scoped_hook sleeping(on_sleep, no_sleep);
    const auto expected = error_text(errc::store_unreadable, file, "its member api_key is neither a string nor null");
    CHECK(load_text(store) == expected);
    CHECK(outcome(store.save(make_key("new"))) == expected);
    CHECK(outcome(store.erase()) == expected);
    CHECK(is_same_file(temporary_directory::status(file), before));
    CHECK(temporary_directory::names(directory.path()) == names{name});
  }
}

TEST_CASE("settings_file: a file with a key that others may read is reported until a key is saved") {
  const settings_fixture settings(settings_before);
  const auto reported = [&] { return settings.store.readable_by_others()->value_or("(none)"); };
  for (const mode_t mode : {0604U, 0640U, 0644U}) {
    ::chmod(settings.file.c_str(), mode);
    CHECK(reported() == settings.file);
  }
  REQUIRE(outcome(settings.store.save(make_key("new"))) == "done");
  CHECK(reported() == "(none)");

  settings.write(sample_settings::with_18_keys("\"\""));
  ::chmod(settings.file.c_str(), 0644);
  CHECK(reported() == "(none)");
  ::unlink(settings.file.c_str());
  CHECK(reported() == "(none)");
  settings.write("[]");
  const scoped_hook sleeping(on_sleep, no_sleep);
  CHECK(settings.store.readable_by_others().error().code == errc::store_unreadable);
}

TEST_CASE("settings_file: if nothing changes, nothing is written") {
  const std::pair<const char*, const char*> values[] = {
      {"\"old\"", "old"}, {"\"o\\u006cd\"", "old"}, {"\"\"", nullptr}, {"null", nullptr}};
  for (const auto& [value, saved] : values) {
    const settings_fixture settings(sample_settings::with_19_keys(value));
    ::chmod(settings.file.c_str(), 0644);
    const auto before = temporary_directory::status(settings.file);
    CHECK(outcome(saved ? settings.store.save(make_key(saved)) : settings.store.erase()) == "done");
    CHECK(is_same_file(temporary_directory::status(settings.file), before));
    CHECK(temporary_directory::names(settings.directory.path()) == names{"settings.json"});
  }
}

TEST_CASE("settings_file: while another process holds the lock, a save waits; a load does not") {
  const settings_fixture settings(settings_before);
  const auto lock_path = settings.file + ".lock";
  const auto lock = detail::open_file(lock_path, O_CREAT | O_RDWR);
  REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  int sleeps = 0;
  SUBCASE("in vain: the save and the erasure fail") {
    const scoped_hook sleeping(on_sleep, no_sleep);
    const auto expected = error_text(errc::store_locked, lock_path, "another process holds the lock");
    CHECK(outcome(settings.store.save(make_key("new"))) == expected);
    CHECK(outcome(settings.store.erase()) == expected);
    CHECK(settings.read() == settings_before);
  }
  SUBCASE("a load, and a save of the same key, do not need the lock") {
    const scoped_hook counting(on_sleep, [&](std::chrono::nanoseconds) { ++sleeps; });
    CHECK(load_text(settings.store) == "old");
    CHECK(outcome(settings.store.save(make_key("old"))) == "done");
    CHECK(sleeps == 0);
  }
  SUBCASE("until it is free: what the other process has written stays") {
    const scoped_hook unlocking(on_sleep, [&](std::chrono::nanoseconds) {
      settings.write(sample_settings::with_19_keys("\"other\""));
      ::flock(lock.get(), LOCK_UN);
    });
    CHECK(outcome(settings.store.save(make_key("new"))) == "done");
    CHECK(settings.read() == sample_settings::with_19_keys("\"new\""));
  }
}

TEST_CASE("settings_file: what is not a regular file is an error, and is not waited for") {
  const temporary_directory directory;
  const auto file = directory / "settings.json";
  const settings_file store(directory.path());
  SUBCASE("a directory") { ::mkdir(file.c_str(), 0700); }
  SUBCASE("a FIFO") { ::mkfifo(file.c_str(), 0600); }
  const auto expected = error_text(errc::store_unreadable, file, "it is not a regular file");
  CHECK(load_text(store) == expected);
  CHECK(outcome(store.save(make_key("new"))) == expected);
}

TEST_CASE("settings_file: a file that is too large is an error") {
  const settings_fixture settings("{");
  REQUIRE(::truncate(settings.file.c_str(), detail::max_settings_size + 1) == 0);
  CHECK(load_text(settings.store) ==
        error_text(errc::store_unreadable, settings.file, "it is larger than 4194304 bytes"));
}

TEST_CASE("settings_file: a directory that is a file is an error, not a missing key") {
  const temporary_directory directory;
  directory.write("file", "");
  const settings_file store(directory / "file");
  CHECK(load_text(store) == error_text(errc::store_unreadable, directory / "file/settings.json", "Not a directory"));
}

TEST_CASE("settings_file: a symbolic link to itself is an error") {
  const temporary_directory directory;
  const auto link = directory / "settings.json";
  REQUIRE(::symlink("settings.json", link.c_str()) == 0);
  const settings_file store(directory.path());
  CHECK(load_text(store) == error_text(errc::store_unreadable, link, "Too many levels of symbolic links"));
}

TEST_CASE("settings_file: a symbolic link without a target is no shared file, and none is created") {
  const temporary_directory directory;
  REQUIRE(::symlink("nowhere.json", (directory / "settings.json").c_str()) == 0);
  const settings_file store(directory.path());
  CHECK(load_text(store) == "(none)");
  REQUIRE(outcome(store.save(make_key("new"))) == "done");
  CHECK_FALSE(temporary_directory::exists(directory / "nowhere.json"));
  CHECK(temporary_directory::exists(directory / "hubauth.json"));
}

TEST_CASE("settings_file: a key that another program has changed right after the save is reported") {
  const settings_fixture settings(settings_before);
  SUBCASE("to another key") {
    const scoped_hook other(on_fsync,
                            after_commit([&] { settings.write(sample_settings::with_18_keys("\"other\"")); }));
    const auto expected = error_text(errc::store_conflict, settings.file, "another program has changed the key since");
    SUBCASE("after a save") { CHECK(outcome(settings.store.save(make_key("new"))) == expected); }
    SUBCASE("after an erasure") { CHECK(outcome(settings.store.erase()) == expected); }
    CHECK(settings.read() == sample_settings::with_18_keys("\"other\""));
  }
  SUBCASE("to the same key, with other settings") {
    const scoped_hook other(on_fsync, after_commit([&] { settings.write(sample_settings::with_19_keys("\"new\"")); }));
    CHECK(outcome(settings.store.save(make_key("new"))) == "done");
  }
  SUBCASE("to half of a file") {
    const scoped_hook sleeping(on_sleep, no_sleep);
    const scoped_hook other(on_fsync, after_commit([&] { settings.write("{"); }));
    CHECK(outcome(settings.store.save(make_key("new"))) ==
          error_text(errc::store_conflict, settings.file, "it is not valid JSON (line 1, column 2)"));
  }
  SUBCASE("by a shared file where there was none") {
    ::unlink(settings.file.c_str());
    const scoped_hook other(on_fsync, after_commit([&] { settings.write(sample_settings::with_18_keys("\"\"")); }));
    CHECK(outcome(settings.store.save(make_key("new"))) ==
          error_text(errc::store_conflict, settings.file, "another program has changed the key since"));
  }
}

TEST_CASE("settings_file: missing permissions are errors with the path and the reason") {
  const settings_fixture settings(settings_before);
  ::chmod(settings.directory.path().c_str(), 0555);
  SUBCASE("to read the file") {
    ::chmod(settings.file.c_str(), 0000);
    CHECK(check_unprivileged([&] {
      const auto expected = error_text(errc::store_unreadable, settings.file, "Permission denied");
      return load_text(settings.store) == expected && outcome(settings.store.save(make_key("new"))) == expected &&
             outcome(settings.store.erase()) == expected;
    }));
  }
  SUBCASE("to enter the directory") {
    ::chmod(settings.directory.path().c_str(), 0000);
    CHECK(check_unprivileged([&] {
      return load_text(settings.store) == error_text(errc::store_unreadable, settings.file, "Permission denied");
    }));
  }
  SUBCASE("to write in the directory") {
    ::chmod(settings.file.c_str(), 0444);
    CHECK(check_unprivileged([&] {
      return outcome(settings.store.save(make_key("new"))) ==
             error_text(errc::store_unwritable, settings.file + ".lock", "Permission denied");
    }));
  }
  SUBCASE("to write in the directory, if nothing has to be written") {
    ::chmod(settings.file.c_str(), 0444);
    CHECK(check_unprivileged([&] { return outcome(settings.store.save(make_key("old"))) == "done"; }));
  }
  SUBCASE("to create the directory") {
    CHECK(check_unprivileged([&] {
      return outcome(settings_file(settings.directory / "a/b").save(make_key("new"))) ==
             error_text(errc::store_unwritable, settings.directory / "a", "Permission denied");
    }));
  }
  ::chmod(settings.directory.path().c_str(), 0700);
  ::chmod(settings.file.c_str(), 0600);
  CHECK(settings.read() == settings_before);
  CHECK(temporary_directory::names(settings.directory.path()) == names{"settings.json"});
}

TEST_CASE("settings_file: the environment determines the directory") {
  const temporary_directory directory;
  const settings_file store(fake_variables{{{"YOLO_CONFIG_DIR", directory.path()}}});
  CHECK(temporary_directory::names(directory.path()).empty());

  SUBCASE("with the current layout") {
    ::mkdir((directory / "Ultralytics").c_str(), 0700);
    directory.write("Ultralytics/settings.json", sample_settings::with_19_keys("\"newer\""));
    directory.write("settings.json", sample_settings::with_18_keys("\"older\""));
    CHECK(load_text(store) == "newer");
    REQUIRE(outcome(store.save(make_key("new"))) == "done");
    CHECK(directory.read("Ultralytics/settings.json") == sample_settings::with_19_keys("\"new\""));
    CHECK(directory.read("settings.json") == sample_settings::with_18_keys("\"older\""));
  }
  SUBCASE("with the older layout") {
    directory.write("settings.json", sample_settings::with_18_keys("\"older\""));
    CHECK(load_text(store) == "older");
    REQUIRE(outcome(store.save(make_key("new"))) == "done");
    CHECK(directory.read("settings.json") == sample_settings::with_18_keys("\"new\""));
    CHECK_FALSE(temporary_directory::exists(directory / "Ultralytics"));
  }
  SUBCASE("without a shared file: our own one is created in the current layout") {
    REQUIRE(outcome(store.save(make_key("new"))) == "done");
    CHECK(temporary_directory::names(directory.path()) == names{"Ultralytics"});
    CHECK(directory.read("Ultralytics/hubauth.json") == "{\"api_key\": \"new\"}\n");
  }
}

TEST_CASE("settings_file: by default this process's environment determines the directory") {
  const temporary_directory directory;
  const scoped_env_var yolo("YOLO_CONFIG_DIR", directory.path());
  REQUIRE(outcome(settings_file().save(make_key("mine"))) == "done");
  CHECK(load_text(settings_file(directory / "Ultralytics")) == "mine");
}

TEST_CASE("settings_file: without a home directory there is an error, not a missing key") {
  const settings_file store(fake_variables{});
  const auto expected = detail::settings_directories(fake_variables{}).error().message();
  CHECK(load_text(store) == expected);
  CHECK(outcome(store.save(make_key("new"))) == expected);
  CHECK(outcome(store.erase()) == expected);
}

TEST_CASE("settings_file: an error shows a path without its control characters") {
  const temporary_directory directory;
  ::mkdir((directory / "a\x1b[31m\n").c_str(), 0700);
  directory.write("a\x1b[31m\n/settings.json", "[]");
  const settings_file store(directory / "a\x1b[31m\n");
  const scoped_hook sleeping(on_sleep, no_sleep);
  CHECK(load_text(store) ==
        error_text(errc::store_unreadable, directory / "a[31m/settings.json", "it is not a JSON object (line 1, column 1)"));
}

TEST_CASE("settings_file: several processes that save at once never mix their contents") {
  constexpr int processes = 4;
  constexpr int saves = 10;
  const settings_fixture settings(settings_before);
  std::vector<pid_t> children;
  for (int child = 0; child != processes; ++child) {
    const auto started = ::fork();
    if (started == 0) {
      bool good = true;
      for (int i = 0; i != saves; ++i) {
        const auto code = code_of(settings.store.save(make_key("p" + std::to_string(child) + "s" + std::to_string(i))));
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
  const auto last = load_text(settings.store);
  CHECK(last.starts_with('p'));
  CHECK(settings.read() == sample_settings::with_18_keys('"' + last + '"'));
  CHECK(settings.is_clean());
}
