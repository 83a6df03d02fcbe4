// SPDX-License-Identifier: BSL-1.0
//
// Hooks fsync and the functions that sleep (support/system_hooks.cpp), to act while a file is being read or written.
#include "hubauth/settings/settings_update.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/settings_fixture.hpp"
#include "support/system_hooks.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using hubauth::detail::read_settings;
using hubauth::detail::settings_content;
using namespace std::chrono_literals;

std::string text_of(const secret& text) {
  return text.with_exposed([](std::string_view bytes) { return std::string(bytes); });
}

/// The key that a settings file holds, `(no file)`, or the error's message.
std::string read_key(const std::string& path) {
  const auto settings = read_settings(path);
  if (!settings) return settings.error().message();
  return *settings ? text_of((*settings)->entry.key) : "(no file)";
}

/// Reads the file and writes the key `new`.
result<void> write_new_key(const std::string& path) {
  const auto seen = read_settings(path);
  REQUIRE(seen);
  auto written = detail::write_key(path, *seen, secret("new"));
  if (!written) return unexpected(std::move(written).error());
  CHECK(text_of(written->entry.key) == "new");
  CHECK(text_of(written->file.text) == read_text(path));
  return {};
}

bool is_directory(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

/// A hook that acts each time a new content is complete, and has not replaced the file yet.
std::function<int(int)> before_commit(std::function<void()> action) {
  return [action = std::move(action)](int fd) {
    if (!is_directory(fd)) action();
    return 0;
  };
}

}  // namespace

TEST_CASE("read_settings: invalid text is read again, 5 times within 250 ms, and then an error") {
  const std::pair<std::string, const char*> invalid[] = {
      {"", "it is empty"},
      {settings_before.substr(0, settings_before.size() / 2), "it is not valid JSON (line 9, column 21)"},
      {"[]", "it is not a JSON object (line 1, column 1)"},
      {"{}", "it has no member api_key"},
      {"{\"api_key\": \"a\", \"\\u0061pi_key\": \"b\"}", "a member occurs twice (line 1, column 18)"},
      {"{\"api_key\": 1}", "its member api_key is neither a string nor null"},
      {"{\"api_key\": \"\xFF\"}", "it is not UTF-8 (line 1, column 14)"},
  };
  for (const auto& [text, reason] : invalid) {
    const settings_fixture settings(text);
    int sleeps = 0;
    std::chrono::nanoseconds slept{};
    const scoped_hook counting(on_sleep, [&](std::chrono::nanoseconds duration) { ++sleeps, slept += duration; });
    CHECK(read_key(settings.file) == error_text(errc::store_unreadable, settings.file, reason));
    CHECK(sleeps == 5);
    CHECK(slept == 250ms);
  }
}

TEST_CASE("read_settings: a file that is complete after a while is read") {
  for (const int complete_at : {1, 5}) {
    const settings_fixture settings("");
    int sleeps = 0;
    const scoped_hook rewriting(on_sleep, [&](std::chrono::nanoseconds) {
      settings.write(++sleeps == complete_at ? settings_before : settings_before.substr(0, 20));
    });
    CHECK(read_key(settings.file) == "old");
    CHECK(sleeps == complete_at);
  }
}

TEST_CASE("read_settings: a file that is removed while it is read again does not exist") {
  const settings_fixture settings("");
  const scoped_hook removing(on_sleep, [&](std::chrono::nanoseconds) { ::unlink(settings.file.c_str()); });
  CHECK(read_key(settings.file) == "(no file)");
}

TEST_CASE("read_settings: text that is known is not parsed again") {
  const settings_fixture settings("not JSON");
  const settings_content known{{secret("not JSON"), {}, {}}, {1, 2, secret("key")}};
  const auto read = read_settings(settings.file, &known);
  REQUIRE(read);
  CHECK(text_of((*read)->entry.key) == "key");
  CHECK((*read)->entry.begin == 1);
  CHECK((*read)->entry.end == 2);
  CHECK((*read)->file.mode == temporary_directory::status(settings.file).st_mode);

  settings.write(settings_before);
  CHECK(text_of((*read_settings(settings.file, &known))->entry.key) == "old");
}

TEST_CASE("update_key: only the key changes") {
  for (const std::string_view value : {"\"old\"", "\"\"", "null"}) {
    const settings_fixture settings(sample_settings::with_18_keys(value));
    CHECK(outcome(write_new_key(settings.file)) == "done");
    CHECK(settings.read() == settings_after);
    CHECK(settings.is_clean());
  }
}

TEST_CASE("update_key: what is returned can be used for the next update") {
  const settings_fixture settings(settings_before);
  std::optional<settings_content> seen = *read_settings(settings.file);
  for (const std::string key : {"longer-than-before", "k", "", "new"}) {
    auto written = detail::write_key(settings.file, seen, secret(key));
    REQUIRE(written);
    seen = std::move(*written);
    CHECK(settings.read() == sample_settings::with_18_keys('"' + key + '"'));
  }
}

TEST_CASE("update_key: a missing file is created with its directories") {
  const temporary_directory directory;
  const auto file = directory / "a/b/file";
  CHECK(outcome(write_new_key(file)) == "done");
  CHECK(read_text(file) == "{\"api_key\": \"new\"}\n");
  CHECK(temporary_directory::mode(file) == 0600);
  CHECK(temporary_directory::mode(directory / "a") == 0700);
  CHECK(temporary_directory::mode(directory / "a/b") == 0700);
}

TEST_CASE("update_key: the next key depends on the current one, which is read under the lock") {
  const settings_fixture settings(settings_before);
  const auto seen = read_settings(settings.file);
  settings.write(sample_settings::with_19_keys("\"other\""));
  const auto written = detail::update_key(settings.file, *seen, [&](const secret& current) {
    CHECK(text_of(current) == "other");
    return secret("new");
  });
  CHECK(written);
  CHECK(settings.read() == sample_settings::with_19_keys("\"new\""));
}

TEST_CASE("update_key: if another process has saved the same key meanwhile, nothing is written") {
  const settings_fixture settings(settings_before);
  const auto seen = read_settings(settings.file);
  settings.write(settings_after);
  const auto before = temporary_directory::status(settings.file);
  CHECK(detail::write_key(settings.file, *seen, secret("new")));
  CHECK(is_same_file(temporary_directory::status(settings.file), before));
}

TEST_CASE("update_key: a file that was removed meanwhile is not created") {
  const settings_fixture settings(settings_before);
  const auto seen = read_settings(settings.file);
  ::unlink(settings.file.c_str());
  const auto written = detail::write_key(settings.file, *seen, secret("new"));
  REQUIRE_FALSE(written);
  CHECK(written.error().message() ==
        error_text(errc::store_locked, settings.file, "another program has just removed it"));
  CHECK_FALSE(temporary_directory::exists(settings.file));
}

TEST_CASE("update_key: symbolic links are followed and stay") {
  const temporary_directory directory;
  ::mkdir((directory / "real").c_str(), 0700);
  ::mkdir((directory / "linked").c_str(), 0700);
  const auto target = directory.write("real/target.json", settings_before);
  const auto link = directory / "linked/settings.json";
  SUBCASE("an absolute link") { REQUIRE(::symlink(target.c_str(), link.c_str()) == 0); }
  SUBCASE("a relative link") { REQUIRE(::symlink("../real/target.json", link.c_str()) == 0); }
  SUBCASE("a link to a link") {
    REQUIRE(::symlink("between", link.c_str()) == 0);
    REQUIRE(::symlink("../linked/../real/target.json", (directory / "linked/between").c_str()) == 0);
  }

  const auto names_before = temporary_directory::names(directory / "linked");
  bool reached = false;
  const scoped_hook looking(
      on_fsync, before_commit([&] {
        reached = true;
        CHECK(temporary_directory::names(directory / "linked") == names_before);
        CHECK(temporary_directory::names(directory / "real").size() == 3);  // with lock and temporary
      }));
  CHECK(outcome(write_new_key(link)) == "done");
  CHECK(reached);
  CHECK(S_ISLNK(temporary_directory::status(link).st_mode));
  CHECK(read_text(target) == settings_after);
  CHECK(temporary_directory::names(directory / "linked") == names_before);
}

TEST_CASE("update_key: what another program writes at the last moment is not lost") {
  const settings_fixture settings(settings_before);
  int writes = 0;
  SUBCASE("it writes once") {
    const scoped_hook other(on_fsync, before_commit([&] {
                              if (writes++ == 0) settings.write(sample_settings::with_19_keys("\"old\""));
                            }));
    CHECK(outcome(write_new_key(settings.file)) == "done");
    CHECK(settings.read() == sample_settings::with_19_keys("\"new\""));
  }
  SUBCASE("it writes again and again") {
    std::string last;
    const scoped_hook other(on_fsync, before_commit([&] {
                              settings.write(last = "{\"api_key\": \"old\", \"n\": " + std::to_string(++writes) + "}");
                            }));
    CHECK(outcome(write_new_key(settings.file)) ==
          error_text(errc::store_locked, settings.file, "another program keeps changing it"));
    CHECK(writes == 3);
    CHECK(settings.read() == last);
  }
  SUBCASE("it removes the file") {
    const scoped_hook other(on_fsync, before_commit([&] { ::unlink(settings.file.c_str()); }));
    CHECK(outcome(write_new_key(settings.file)) ==
          error_text(errc::store_locked, settings.file, "another program has just removed it"));
    CHECK_FALSE(temporary_directory::exists(settings.file));
  }
  CHECK(settings.is_clean());
}
