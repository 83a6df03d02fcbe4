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

#include "../../support/temporary_directory.hpp"
#include "../verdicts.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/settings/settings_file.hpp"
#include "hubauth/testing/doctest.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// A right store, in plain text so that wrong ones are short. Its place outlives it.
struct plain_store {
  std::optional<std::string>* place;

  result<std::optional<secret>> load() { return *place ? std::optional<secret>(secret(**place)) : std::nullopt; }
  result<void> save(const api_key& key) {
    *place = text(key);
    return {};
  }
  result<void> erase() {
    place->reset();
    return {};
  }
  static std::string text(const api_key& key) {
    return key.with_exposed([](std::string_view bytes) { return std::string(bytes); });
  }
};

struct empty_for_nothing : plain_store {
  result<std::optional<secret>> load() { return std::optional<secret>(secret(place->value_or(""))); }
};
struct nothing_to_erase : plain_store {
  result<void> erase() {
    if (!*place) return fail(errc::store_unwritable);
    return plain_store::erase();
  }
};
struct forgetful : plain_store {
  result<void> save(const api_key&) { return {}; }
};
struct in_the_object_alone : memory_store {
  explicit in_the_object_alone(plain_store) {}
};
struct taken_by_load : plain_store {
  result<std::optional<secret>> load() {
    auto found = plain_store::load();
    place->reset();
    return found;
  }
};
struct first_stays : plain_store {
  result<void> save(const api_key& key) { return *place ? result<void>() : plain_store::save(key); }
};
struct in_place : plain_store {
  result<void> save(const api_key& key) {
    const auto now = text(key);
    if (!*place) *place = "";
    (*place)->replace(0, std::min((*place)->size(), now.size()), now);
    return {};
  }
};
struct same_is_a_failure : plain_store {
  result<void> save(const api_key& key) {
    if (*place == text(key)) return fail(errc::store_unwritable);
    return plain_store::save(key);
  }
};
struct plus_is_a_blank : plain_store {
  result<void> save(const api_key& key) {
    *place = text(key);
    std::replace((*place)->begin(), (*place)->end(), '+', ' ');
    return {};
  }
};
struct truncated : plain_store {
  result<void> save(const api_key& key) {
    *place = text(key).substr(0, 511);
    return {};
  }
};
struct divided : plain_store {
  result<void> save(const api_key& key) {
    const auto all = text(key);
    *place = all.substr(all.find('_') + 1);
    return {};
  }
};
struct never_erased : plain_store {
  result<void> erase() { return {}; }
};
struct erased_in_the_object_alone : plain_store {
  bool erased = false;
  explicit erased_in_the_object_alone(plain_store in) : plain_store(in) {}
  result<std::optional<secret>> load() { return erased ? std::nullopt : plain_store::load(); }
  result<void> erase() {
    erased = true;
    return {};
  }
};
struct shut_by_erase : plain_store {  // an empty text marks the place as shut
  result<std::optional<secret>> load() { return *place && (*place)->empty() ? std::nullopt : plain_store::load(); }
  result<void> save(const api_key& key) {
    if (*place && (*place)->empty()) return fail(errc::store_unwritable);
    return plain_store::save(key);
  }
  result<void> erase() {
    if (*place) *place = "";
    return {};
  }
};
struct erased_once : plain_store {
  result<void> erase() {
    static const std::string last = "later-key";
    return *place == last ? result<void>() : plain_store::erase();
  }
};

template <class Store>
void run(verdicts& report) {
  std::optional<std::string> place;
  store_laws([&] { return Store{plain_store{&place}}; }, report);
}

template <class Unwritable>
void run_unwritable(verdicts& report) {
  std::optional<std::string> place;
  unwritable_store_laws([&] { return plain_store{&place}; }, [&] { return Unwritable{plain_store{&place}}; }, report);
}

struct unwritable : plain_store {
  result<void> save(const api_key&) { return fail(errc::store_unwritable, "full"); }
  result<void> erase() { return fail(errc::store_unwritable, "full"); }
};
struct silent_about_save : unwritable {
  result<void> save(const api_key&) { return {}; }
};
struct silent_about_erase : unwritable {
  result<void> erase() { return {}; }
};
struct talkative : unwritable {
  result<void> save(const api_key& key) { return fail(errc::store_unwritable, "can't write " + text(key)); }
};
struct half_done : unwritable {
  result<void> erase() {
    place->reset();
    return fail(errc::store_unwritable, "full");
  }
};

template <errc Kind>
struct unreadable {
  result<std::optional<secret>> load() { return fail(Kind); }
};

/// A settings file whose lock can't be made until it ends.
struct locked_out : settings_file {
  std::string lock;
  explicit locked_out(const std::string& directory) : settings_file(directory), lock(directory + "/hubauth.json.lock") {
    ::unlink(lock.c_str());
    ::mkdir(lock.c_str(), 0700);
  }
  locked_out(const locked_out&) = delete;
  locked_out& operator=(const locked_out&) = delete;
  ~locked_out() { ::rmdir(lock.c_str()); }
};

}  // namespace

TEST_CASE("store_laws: memory_store keeps them") {
  memory_store store;
  store_laws([&]() -> memory_store& { return store; }, doctest_report);
}

TEST_CASE("store_laws: settings_file keeps them, in a file of its own and in the shared one") {
  for (const char* shared : {"", R"({"api_key": "", "theme": "dark"})"}) {
    const temporary_directory directory;
    if (*shared) directory.write("settings.json", shared);
    store_laws([&] { return settings_file(directory.path()); }, doctest_report);
    if (*shared) CHECK(directory.read("settings.json") == shared);
  }
}

TEST_CASE("store_laws: each fault is caught by the law that names it, and no law is without one") {
  check_caught({
      {"store: where nothing was saved, load gives nothing", run<empty_for_nothing>},
      {"store: to erase where nothing was saved is no error_info", run<nothing_to_erase>},
      {"store: what is saved is loaded", run<forgetful>},
      {"store: who opens it again finds what was saved", run<in_the_object_alone>},
      {"store: load changes nothing", run<taken_by_load>},
      {"store: what was saved last is loaded", run<first_stays>},
      {"store: a shorter key takes the whole place of a longer one", run<in_place>},
      {"store: the same key can be saved again", run<same_is_a_failure>},
      {"store: each character that a key may have is key_saved", run<plus_is_a_blank>},
      {"store: the longest key is key_saved whole", run<truncated>},
      {"store: a key of the Platform is key_saved with its prefix", run<divided>},
      {"store: what is erased is gone", run<never_erased>},
      {"store: who opens it again does not find what was erased", run<erased_in_the_object_alone>},
      {"store: a key can be saved after one was erased", run<shut_by_erase>},
      {"store: it can be erased again", run<erased_once>},
  });
  verdicts right;
  run<plain_store>(right);
  check_held(right);
}

TEST_CASE("unwritable_store_laws: settings_file keeps them where its lock can't be made") {
  const temporary_directory directory;
  unwritable_store_laws([&] { return settings_file(directory.path()); }, [&] { return locked_out(directory.path()); },
                        doctest_report);
}

TEST_CASE("unwritable_store_laws: each fault is caught by the law that names it, and no law is without one") {
  check_caught({
      {"store: what is saved is loaded",
       [](verdicts& report) {
         std::optional<std::string> place;
         const auto open = [&] { return forgetful{plain_store{&place}}; };
         unwritable_store_laws(
             open, [&] { return unwritable{plain_store{&place}}; }, report);
       }},
      {"store: a save that can't write is a error_info", run_unwritable<silent_about_save>},
      {"store: an erase that can't write is a error_info", run_unwritable<silent_about_erase>},
      {"store: a error_info says nothing of a key", run_unwritable<talkative>},
      {"store: what fails changes nothing", run_unwritable<half_done>},
  });
  verdicts right;
  run_unwritable<unwritable>(right);
  check_held(right);
}

TEST_CASE("unreadable_store_laws: settings_file keeps them; nothing, or another kind, is caught") {
  const temporary_directory directory;
  directory.write("settings.json", R"({"api_key": )");
  unreadable_store_laws([&] { return settings_file(directory.path()); }, doctest_report);
  const std::string law = "store: what can't be read is a error_info, never nothing";
  check_caught({
      {law, [](verdicts& report) { unreadable_store_laws([] { return memory_store(); }, report); }},
      {law, [](verdicts& report) { unreadable_store_laws([] { return unreadable<errc::not_signed_in>(); }, report); }},
  });
}
