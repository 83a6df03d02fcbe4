// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/store.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/settings/settings_file.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/doctest.hpp"
#include "support/law_reports.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// A correct store, which the faulty ones derive from. The saved text outlives it.
struct correct_store {
  std::optional<std::string>* saved;

  result<std::optional<secret>> load() { return *saved ? std::optional<secret>(secret(**saved)) : std::nullopt; }
  result<void> save(const api_key& key) {
    *saved = text(key);
    return {};
  }
  result<void> erase() {
    saved->reset();
    return {};
  }
  static std::string text(const api_key& key) {
    return key.with_exposed([](std::string_view bytes) { return std::string(bytes); });
  }
};

struct nothing_is_empty : correct_store {
  result<std::optional<secret>> load() { return std::optional<secret>(secret(saved->value_or(""))); }
};
struct erase_needs_a_key : correct_store {
  result<void> erase() {
    if (!*saved) return fail(errc::store_unwritable);
    return correct_store::erase();
  }
};
struct does_not_save : correct_store {
  result<void> save(const api_key&) { return {}; }
};
struct saves_in_memory : memory_store {
  explicit saves_in_memory(correct_store) {}
};
struct load_erases : correct_store {
  result<std::optional<secret>> load() {
    auto found = correct_store::load();
    saved->reset();
    return found;
  }
};
struct keeps_first_key : correct_store {
  result<void> save(const api_key& key) { return *saved ? result<void>() : correct_store::save(key); }
};
struct overwrites_in_place : correct_store {
  result<void> save(const api_key& key) {
    const auto now = text(key);
    if (!*saved) *saved = "";
    (*saved)->replace(0, std::min((*saved)->size(), now.size()), now);
    return {};
  }
};
struct same_key_is_an_error : correct_store {
  result<void> save(const api_key& key) {
    if (*saved == text(key)) return fail(errc::store_unwritable);
    return correct_store::save(key);
  }
};
struct plus_becomes_space : correct_store {
  result<void> save(const api_key& key) {
    *saved = text(key);
    std::replace((*saved)->begin(), (*saved)->end(), '+', ' ');
    return {};
  }
};
struct saves_511_bytes : correct_store {
  result<void> save(const api_key& key) {
    *saved = text(key).substr(0, 511);
    return {};
  }
};
struct drops_prefix : correct_store {
  result<void> save(const api_key& key) {
    const auto all = text(key);
    *saved = all.substr(all.find('_') + 1);
    return {};
  }
};
struct does_not_erase : correct_store {
  result<void> erase() { return {}; }
};
struct erases_in_memory : correct_store {
  bool erased = false;
  explicit erases_in_memory(correct_store in) : correct_store(in) {}
  result<std::optional<secret>> load() { return erased ? std::nullopt : correct_store::load(); }
  result<void> erase() {
    erased = true;
    return {};
  }
};
struct closed_by_erase : correct_store {  // an empty text means closed
  result<std::optional<secret>> load() { return *saved && (*saved)->empty() ? std::nullopt : correct_store::load(); }
  result<void> save(const api_key& key) {
    if (*saved && (*saved)->empty()) return fail(errc::store_unwritable);
    return correct_store::save(key);
  }
  result<void> erase() {
    if (*saved) *saved = "";
    return {};
  }
};
struct erases_once : correct_store {
  result<void> erase() {
    static const std::string last = "later-key";
    return *saved == last ? result<void>() : correct_store::erase();
  }
};

template <class Store>
void run(law_report& report) {
  std::optional<std::string> saved;
  store_laws([&] { return Store{correct_store{&saved}}; }, report);
}

template <class Unwritable>
void run_unwritable(law_report& report) {
  std::optional<std::string> saved;
  unwritable_store_laws([&] { return correct_store{&saved}; }, [&] { return Unwritable{correct_store{&saved}}; },
                        report);
}

struct unwritable : correct_store {
  result<void> save(const api_key&) { return fail(errc::store_unwritable, "full"); }
  result<void> erase() { return fail(errc::store_unwritable, "full"); }
};
struct save_hides_error : unwritable {
  result<void> save(const api_key&) { return {}; }
};
struct erase_hides_error : unwritable {
  result<void> erase() { return {}; }
};
struct error_contains_key : unwritable {
  result<void> save(const api_key& key) { return fail(errc::store_unwritable, "can't write " + text(key)); }
};
struct save_changes_before_error : unwritable {
  result<void> erase() {
    saved->reset();
    return fail(errc::store_unwritable, "full");
  }
};

template <errc Code>
struct unreadable {
  result<std::optional<secret>> load() { return fail(Code); }
};

/// A settings file whose lock cannot be created until it is destroyed.
struct locked_settings_file : settings_file {
  std::string lock;
  explicit locked_settings_file(const std::string& directory)
      : settings_file(directory), lock(directory + "/hubauth.json.lock") {
    ::unlink(lock.c_str());
    ::mkdir(lock.c_str(), 0700);
  }
  locked_settings_file(const locked_settings_file&) = delete;
  locked_settings_file& operator=(const locked_settings_file&) = delete;
  ~locked_settings_file() { ::rmdir(lock.c_str()); }
};

}  // namespace

TEST_CASE("store_laws: memory_store keeps them") {
  memory_store store;
  store_laws([&]() -> memory_store& { return store; }, doctest_report);
}

TEST_CASE("store_laws: settings_file keeps them, in its own file and in the shared one") {
  for (const char* shared : {"", R"({"api_key": "", "theme": "dark"})"}) {
    const temporary_directory directory;
    if (*shared) directory.write("settings.json", shared);
    store_laws([&] { return settings_file(directory.path()); }, doctest_report);
    if (*shared) CHECK(directory.read("settings.json") == shared);
  }
}

TEST_CASE("store_laws: each law finds its fault") {
  check_faults_are_found({
      {"store: load returns nothing before a key is saved", run<nothing_is_empty>},
      {"store: erase succeeds if nothing is saved", run<erase_needs_a_key>},
      {"store: load returns the saved key", run<does_not_save>},
      {"store: another object loads the saved key", run<saves_in_memory>},
      {"store: load changes nothing", run<load_erases>},
      {"store: save replaces the saved key", run<keeps_first_key>},
      {"store: a shorter key replaces a longer one completely", run<overwrites_in_place>},
      {"store: the same key can be saved again", run<same_key_is_an_error>},
      {"store: every character of a key is saved", run<plus_becomes_space>},
      {"store: the longest key is saved completely", run<saves_511_bytes>},
      {"store: a Platform key is saved with its prefix", run<drops_prefix>},
      {"store: load returns nothing after erase", run<does_not_erase>},
      {"store: another object does not load an erased key", run<erases_in_memory>},
      {"store: a key can be saved after erase", run<closed_by_erase>},
      {"store: erase can be called again", run<erases_once>},
  });
  law_report report;
  run<correct_store>(report);
  check_all_hold(report);
}

TEST_CASE("unwritable_store_laws: settings_file keeps them if its lock cannot be created") {
  const temporary_directory directory;
  unwritable_store_laws([&] { return settings_file(directory.path()); },
                        [&] { return locked_settings_file(directory.path()); }, doctest_report);
}

TEST_CASE("unwritable_store_laws: each law finds its fault") {
  check_faults_are_found({
      {"store: load returns the saved key",
       [](law_report& report) {
         std::optional<std::string> saved;
         const auto open = [&] { return does_not_save{correct_store{&saved}}; };
         unwritable_store_laws(
             open, [&] { return unwritable{correct_store{&saved}}; }, report);
       }},
      {"store: save fails if it cannot write", run_unwritable<save_hides_error>},
      {"store: erase fails if it cannot write", run_unwritable<erase_hides_error>},
      {"store: an error contains no key", run_unwritable<error_contains_key>},
      {"store: a call that fails changes nothing", run_unwritable<save_changes_before_error>},
  });
  law_report report;
  run_unwritable<unwritable>(report);
  check_all_hold(report);
}

TEST_CASE("unreadable_store_laws: settings_file keeps them, and each law finds its fault") {
  const temporary_directory directory;
  directory.write("settings.json", R"({"api_key": )");
  unreadable_store_laws([&] { return settings_file(directory.path()); }, doctest_report);
  const std::string law = "store: load is errc::store_unreadable, and not empty, if it cannot read";
  check_faults_are_found({
      {law, [](law_report& report) { unreadable_store_laws([] { return memory_store(); }, report); }},
      {law,
       [](law_report& report) { unreadable_store_laws([] { return unreadable<errc::not_signed_in>(); }, report); }},
  });
}
