// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "hubauth/policy/store.hpp"
#include "hubauth/testing/laws/common.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

namespace laws {

template <class Store>
bool gives(Store& store, std::string_view text) {
  const auto found = store.load();
  return found && *found && is_text(**found, text);
}

template <class Store>
bool gives_nothing(Store& store) {
  const auto found = store.load();
  return found && !*found;
}

template <class Store>
bool keeps(Store& store, std::string_view text) {
  return store.save(made_up_key(text)) && gives(store, text);
}

}  // namespace laws

/// Tells of each law of a store whether it holds.
///
///     store_laws([&] { return settings_file(directory); }, doctest_report);
/// Needs:   `open()` opens the same place each time, by value or, where the place is the store itself, by reference.
///          Nothing is saved there before; nothing is afterwards
template <class Open, reporter Report>
void store_laws(Open open, Report&& report) {
  static_assert(check_store<std::remove_cvref_t<decltype(open())>>());
  const auto opened = [&](auto law) {
    auto&& store = open();
    return law(store);
  };
  const auto key_saved = [&](std::string_view text) {
    return opened([&](auto& store) { return laws::keeps(store, text); });
  };
  const auto found = [&](std::string_view text) {
    return opened([&](auto& store) { return laws::gives(store, text); });
  };
  const auto nothing_found = [&] { return opened([](auto& store) { return laws::gives_nothing(store); }); };

  report(nothing_found(), "store: where nothing was saved, load gives nothing");
  report(opened([](auto& store) { return store.erase() && laws::gives_nothing(store); }),
         "store: to erase where nothing was saved is no error_info");
  report(key_saved("first-key"), "store: what is saved is loaded");
  report(found("first-key"), "store: who opens it again finds what was saved");
  report(found("first-key") && found("first-key"), "store: load changes nothing");
  report(key_saved("another-key"), "store: what was saved last is loaded");
  report(key_saved("short"), "store: a shorter key takes the whole place of a longer one");
  report(key_saved("short"), "store: the same key can be saved again");
  report(key_saved(laws::every_character()), "store: each character that a key may have is key_saved");
  report(key_saved(laws::longest_key()), "store: the longest key is key_saved whole");
  report(key_saved("ul_" + laws::every_character()), "store: a key of the Platform is key_saved with its prefix");
  report(opened([](auto& store) { return store.erase() && laws::gives_nothing(store); }),
         "store: what is erased is gone");
  report(nothing_found(), "store: who opens it again does not find what was erased");
  report(key_saved("later-key"), "store: a key can be saved after one was erased");
  report(opened([](auto& store) { return store.erase().has_value(); }) && nothing_found(),
         "store: it can be erased again");
}

/// Tells of each law of a store that can't write whether it holds.
///
/// Needs:   `open()` as for `store_laws`; `open_unwritable()` opens the same place, where nothing can be written until
///          the store that it gives ends
template <class Open, class OpenUnwritable, reporter Report>
void unwritable_store_laws(Open open, OpenUnwritable open_unwritable, Report&& report) {
  const auto opened = [&](auto law) {
    auto&& store = open();
    return law(store);
  };
  report(opened([](auto& store) { return laws::keeps(store, "old-key"); }), "store: what is saved is loaded");
  {
    auto&& store = open_unwritable();
    const auto saved = store.save(laws::made_up_key("new-key"));
    report(!saved, "store: a save that can't write is a error_info");
    const auto erased = store.erase();
    report(!erased, "store: an erase that can't write is a error_info");
    report(laws::keeps_to_itself(saved, "new-key") && laws::keeps_to_itself(saved, "old-key") &&
               laws::keeps_to_itself(erased, "old-key"),
           "store: a error_info says nothing of a key");
  }
  report(opened([](auto& store) { return laws::gives(store, "old-key"); }), "store: what fails changes nothing");
  static_cast<void>(opened([](auto& store) { return store.erase(); }));
}

/// Tells whether a store that can't read says so.
///
/// Needs:   `open_unreadable()` opens a place that can't be read, or where nobody can tell what is saved
template <class OpenUnreadable, reporter Report>
void unreadable_store_laws(OpenUnreadable open_unreadable, Report&& report) {
  auto&& store = open_unreadable();
  const auto found = store.load();
  report(!found && laws::is_kind(found.error().code, errc::store_unreadable),
         "store: what can't be read is a error_info, never nothing");
}

}  // namespace hubauth::testing
