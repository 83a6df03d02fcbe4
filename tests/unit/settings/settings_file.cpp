// SPDX-License-Identifier: BSL-1.0
#include "hubauth/settings/settings_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "shared_settings.hpp"
#include "support/scoped_env_var.hpp"
#include "system_hooks.hpp"

namespace {

using namespace store_test;
using namespace system_hooks;

static_assert(hubauth::check_store<settings_file>());

struct variables {
  std::map<std::string, std::string, std::less<>> values;

  std::optional<std::string_view> get_env(const char* name) const {
    const auto at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 0; }
};

}  // namespace

TEST_CASE("settings_file: where nothing is saved nothing is loaded, and no file is made") {
  const temporary_directory directory;
  settings_file store(directory / "not/yet/there");
  CHECK(loaded(store) == "(none)");
  CHECK(outcome(store.erase()) == "done");
  CHECK(temporary_directory::names(directory.path()).empty());
}

TEST_CASE("settings_file: what is saved is loaded, by another store too, until it is erased") {
  for (const bool shared : {false, true}) {
    const temporary_directory directory;
    if (shared) write_text(directory / "settings.json", with_old);
    settings_file store(directory.path());
    settings_file another(directory.path());
    for (const std::string_view text : {"first", "ul_0123456789", "a.~+/=-Z"}) {
      REQUIRE(outcome(store.save(key(text))) == "done");
      CHECK(loaded(store) == text);
      CHECK(loaded(another) == text);
    }
    REQUIRE(outcome(another.erase()) == "done");
    CHECK(loaded(store) == "(none)");
  }
}

TEST_CASE("settings_file: in the shared file nothing changes but the key") {
  for (const char* old : {"\"old\"", "\"\"", "null"}) {
    const auto before = sample_settings::all(old);
    const auto after = sample_settings::all("\"new\"");
    const auto erased = sample_settings::all("\"\"");
    for (std::size_t i = 0; i != before.size(); ++i) {
      shared_settings settings(before[i]);
      REQUIRE(outcome(settings.store.save(key("new"))) == "done");
      CHECK(settings.read() == after[i]);
      REQUIRE(outcome(settings.store.erase()) == "done");
      CHECK(settings.read() == erased[i]);
      CHECK(settings.nothing_left());
    }
  }
}

TEST_CASE("settings_file: a null value and an empty one read as no key") {
  for (const char* value : {"null", "\"\""}) {
    shared_settings settings(sample_settings::with_19_keys(value));
    CHECK(loaded(settings.store) == "(none)");
  }
}

TEST_CASE("settings_file: a saved text is given as it stands") {
  shared_settings settings(sample_settings::with_19_keys("\" no k\\u0065y \""));
  CHECK(loaded(settings.store) == " no key ");
}

TEST_CASE("settings_file: without a shared file the key goes into a file of its own") {
  const temporary_directory directory;
  settings_file store(directory / "a/b");
  REQUIRE(outcome(store.save(key("first"))) == "done");
  CHECK(read_text(directory / "a/b/hubauth.json") == "{\"api_key\": \"first\"}\n");
  CHECK_FALSE(temporary_directory::exists(directory / "a/b/settings.json"));
  REQUIRE(outcome(store.erase()) == "done");
  CHECK(read_text(directory / "a/b/hubauth.json") == "{\"api_key\": \"\"}\n");
}

TEST_CASE("settings_file: the file of its own counts only where there is no shared one") {
  shared_settings settings(sample_settings::with_18_keys("\"shared\""));
  write_text(settings.own, "{\"api_key\": \"own\"}");
  CHECK(loaded(settings.store) == "shared");
  REQUIRE(outcome(settings.store.save(key("new"))) == "done");
  CHECK(read_text(settings.own) == "{\"api_key\": \"own\"}");
  ::unlink(settings.file.c_str());
  CHECK(loaded(settings.store) == "own");
}

TEST_CASE("settings_file: an erased key does not come back when the shared file goes") {
  shared_settings settings(with_old);
  write_text(settings.own, "{\"api_key\": \"own\", \"more\": 1}");
  REQUIRE(outcome(settings.store.erase()) == "done");
  CHECK(settings.read() == sample_settings::with_18_keys("\"\""));
  CHECK(read_text(settings.own) == "{\"api_key\": \"\", \"more\": 1}");
  ::unlink(settings.file.c_str());
  CHECK(loaded(settings.store) == "(none)");
}

TEST_CASE("settings_file: nothing is erased where one of the two files can't be read") {
  shared_settings settings(with_old);
  write_text(settings.own, "[]");
  const during no_wait(on_pause, [](long) {});
  CHECK(outcome(settings.store.erase()) == words(errc::store_unreadable, settings.own, "it is not a JSON object"));
  CHECK(settings.read() == with_old);
}

TEST_CASE("settings_file: a file with a key in it that others may read is named until a key is saved") {
  shared_settings settings(with_old);
  const auto named = [&] { return settings.store.readable_by_others()->value_or("(none)"); };
  for (const mode_t mode : {0604U, 0640U, 0644U}) {
    ::chmod(settings.file.c_str(), mode);
    CHECK(named() == settings.file);
  }
  REQUIRE(outcome(settings.store.save(key("new"))) == "done");
  CHECK(named() == "(none)");

  settings.write(sample_settings::with_18_keys("\"\""));
  ::chmod(settings.file.c_str(), 0644);
  CHECK(named() == "(none)");
  ::unlink(settings.file.c_str());
  CHECK(named() == "(none)");
  settings.write("[]");
  const during no_wait(on_pause, [](long) {});
  CHECK(settings.store.readable_by_others().error().code == errc::store_unreadable);
}

TEST_CASE("settings_file: where nothing changes nothing is written") {
  const std::pair<const char*, const char*> values[] = {
      {"\"old\"", "old"}, {"\"o\\u006cd\"", "old"}, {"\"\"", nullptr}, {"null", nullptr}};
  for (const auto& [value, saved] : values) {
    const auto text = sample_settings::with_19_keys(value);
    shared_settings settings(text);
    ::chmod(settings.file.c_str(), 0644);
    const auto before = temporary_directory::status(settings.file);
    CHECK(outcome(saved ? settings.store.save(key(saved)) : settings.store.erase()) == "done");
    CHECK(same_file(temporary_directory::status(settings.file), before));
    CHECK(temporary_directory::names(settings.directory.path()) == names{"settings.json"});
  }
}

TEST_CASE("settings_file: what is no regular file is refused at once, and nobody waits for it") {
  temporary_directory directory;
  const auto file = directory / "settings.json";
  settings_file store(directory.path());
  const auto wanted = words(errc::store_unreadable, file, "it is not a regular file");
  SUBCASE("a directory") { ::mkdir(file.c_str(), 0700); }
  SUBCASE("a pipe") { ::mkfifo(file.c_str(), 0600); }
  CHECK(loaded(store) == wanted);
  CHECK(outcome(store.save(key("new"))) == wanted);
}

TEST_CASE("settings_file: a file that is too large is refused at once") {
  shared_settings settings("{");
  REQUIRE(::truncate(settings.file.c_str(), hubauth::max_settings_size + 1) == 0);
  CHECK(loaded(settings.store) == words(errc::store_unreadable, settings.file, "it is too large"));
}

TEST_CASE("settings_file: a part of the path that is a file is an error, not a missing key") {
  const temporary_directory directory;
  write_text(directory / "file", "");
  settings_file store(directory / "file");
  CHECK(loaded(store) == words(errc::store_unreadable, directory / "file/settings.json", "Not a directory"));
}

TEST_CASE("settings_file: a symbolic link to itself is an error") {
  const temporary_directory directory;
  const auto link = directory / "settings.json";
  REQUIRE(::symlink("settings.json", link.c_str()) == 0);
  settings_file store(directory.path());
  CHECK(loaded(store) == words(errc::store_unreadable, link, "Too many levels of symbolic links"));
}

TEST_CASE("settings_file: a symbolic link to nowhere is no shared file, and none is made") {
  const temporary_directory directory;
  REQUIRE(::symlink("nowhere.json", (directory / "settings.json").c_str()) == 0);
  settings_file store(directory.path());
  CHECK(loaded(store) == "(none)");
  REQUIRE(outcome(store.save(key("new"))) == "done");
  CHECK_FALSE(temporary_directory::exists(directory / "nowhere.json"));
  CHECK(temporary_directory::exists(directory / "hubauth.json"));
}

TEST_CASE("settings_file: what another program writes right afterwards is reported") {
  shared_settings settings(with_old);
  int syncs = 0;
  const auto afterwards = [&](auto action) {
    return [&syncs, action] {
      if (++syncs == 2) action();  // the directory's: the file is in its place
      return 0;
    };
  };
  SUBCASE("another key") {
    const during other(on_sync, afterwards([&] { settings.write(sample_settings::with_18_keys("\"its\"")); }));
    const auto wanted = words(errc::store_conflict, settings.file, "another program has written it since");
    SUBCASE("after a save") { CHECK(outcome(settings.store.save(key("new"))) == wanted); }
    SUBCASE("after an erasure") { CHECK(outcome(settings.store.erase()) == wanted); }
    CHECK(settings.read() == sample_settings::with_18_keys("\"its\""));
  }
  SUBCASE("the same key") {
    const during other(on_sync, afterwards([&] { settings.write(sample_settings::with_19_keys("\"new\"")); }));
    CHECK(outcome(settings.store.save(key("new"))) == "done");
  }
  SUBCASE("nothing but half of it") {
    const during no_wait(on_pause, [](long) {});
    const during other(on_sync, afterwards([&] { settings.write("{"); }));
    CHECK(outcome(settings.store.save(key("new"))) ==
          words(errc::store_conflict, settings.file, "it is not JSON, or only a part of it"));
  }
  SUBCASE("a shared file where there was none") {
    ::unlink(settings.file.c_str());
    const during other(on_sync, afterwards([&] { settings.write(sample_settings::with_18_keys("\"\"")); }));
    CHECK(outcome(settings.store.save(key("new"))) ==
          words(errc::store_conflict, settings.file, "another program has written it since"));
  }
}

TEST_CASE("settings_file: what permissions asan_poison is said with path and reason") {
  shared_settings settings(with_old);
  ::chmod(settings.directory.path().c_str(), 0555);
  SUBCASE("to read the file") {
    ::chmod(settings.file.c_str(), 0000);
    CHECK(in_child([&] {
      const auto wanted = words(errc::store_unreadable, settings.file, "Permission denied");
      return loaded(settings.store) == wanted && outcome(settings.store.save(key("new"))) == wanted &&
             outcome(settings.store.erase()) == wanted;
    }));
  }
  SUBCASE("to read the directory") {
    ::chmod(settings.directory.path().c_str(), 0000);
    CHECK(in_child(
        [&] { return loaded(settings.store) == words(errc::store_unreadable, settings.file, "Permission denied"); }));
  }
  SUBCASE("to write in the directory") {
    ::chmod(settings.file.c_str(), 0444);
    CHECK(in_child([&] {
      return outcome(settings.store.save(key("new"))) ==
             words(errc::store_unwritable, settings.file + ".lock", "Permission denied");
    }));
  }
  SUBCASE("to write in the directory, where nothing has to be written") {
    ::chmod(settings.file.c_str(), 0444);
    CHECK(in_child([&] { return outcome(settings.store.save(key("old"))) == "done"; }));
  }
  SUBCASE("to make the directory") {
    CHECK(in_child([&] {
      return outcome(settings_file(settings.directory / "a/b").save(key("new"))) ==
             words(errc::store_unwritable, settings.directory / "a", "Permission denied");
    }));
  }
  ::chmod(settings.directory.path().c_str(), 0700);
  ::chmod(settings.file.c_str(), 0600);
  CHECK(settings.read() == with_old);
  CHECK(temporary_directory::names(settings.directory.path()) == names{"settings.json"});
}

TEST_CASE("settings_file: the environment says where it is") {
  const temporary_directory directory;
  const variables yolo{{{"YOLO_CONFIG_DIR", directory.path()}}};
  settings_file store(yolo);
  CHECK(temporary_directory::names(directory.path()).empty());

  SUBCASE("in the new layout") {
    ::mkdir((directory / "Ultralytics").c_str(), 0700);
    write_text(directory / "Ultralytics/settings.json", sample_settings::with_19_keys("\"newer\""));
    write_text(directory / "settings.json", sample_settings::with_18_keys("\"older\""));
    CHECK(loaded(store) == "newer");
    REQUIRE(outcome(store.save(key("new"))) == "done");
    CHECK(read_text(directory / "Ultralytics/settings.json") == sample_settings::with_19_keys("\"new\""));
    CHECK(read_text(directory / "settings.json") == sample_settings::with_18_keys("\"older\""));
  }
  SUBCASE("in the older layout") {
    write_text(directory / "settings.json", sample_settings::with_18_keys("\"older\""));
    CHECK(loaded(store) == "older");
    REQUIRE(outcome(store.save(key("new"))) == "done");
    CHECK(read_text(directory / "settings.json") == sample_settings::with_18_keys("\"new\""));
    CHECK_FALSE(temporary_directory::exists(directory / "Ultralytics"));
  }
  SUBCASE("in neither: a file of its own in the new one") {
    REQUIRE(outcome(store.save(key("new"))) == "done");
    CHECK(temporary_directory::names(directory.path()) == names{"Ultralytics"});
    CHECK(read_text(directory / "Ultralytics/hubauth.json") == "{\"api_key\": \"new\"}\n");
  }
}

TEST_CASE("settings_file: made of nothing it is where this process's environment says") {
  const temporary_directory directory;
  const scoped_env_var yolo("YOLO_CONFIG_DIR", directory.path());
  REQUIRE(outcome(settings_file().save(key("mine"))) == "done");
  settings_file there(directory / "Ultralytics");
  CHECK(loaded(there) == "mine");
}

TEST_CASE("settings_file: without a place there is an error, not a missing key") {
  settings_file store(variables{});
  const auto home = hubauth::settings_directories(variables{}).error().message();
  CHECK(loaded(store) == home);
  CHECK(outcome(store.save(key("new"))) == home);
  CHECK(outcome(store.erase()) == home);
}

TEST_CASE("settings_file: a path is said without its control characters") {
  const temporary_directory directory;
  ::mkdir((directory / "a\x1b[31m\n").c_str(), 0700);
  write_text(directory / "a\x1b[31m\n/settings.json", "[]");
  settings_file store(directory / "a\x1b[31m\n");
  const during no_wait(on_pause, [](long) {});
  CHECK(loaded(store) == words(errc::store_unreadable, directory / "a[31m/settings.json", "it is not a JSON object"));
}
