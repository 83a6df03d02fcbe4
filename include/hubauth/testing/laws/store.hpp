// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "hubauth/policy/store.hpp"
#include "hubauth/testing/detail/law_helpers.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

namespace detail {

template <class Store>
bool has(Store& store, std::string_view text) {
  const auto loaded = store.load();
  return loaded && *loaded && detail::equals(**loaded, text);
}

template <class Store>
bool has_nothing(Store& store) {
  const auto loaded = store.load();
  return loaded && !*loaded;
}

template <class Store>
bool saves(Store& store, std::string_view text) {
  return store.save(detail::make_key(text)) && detail::has(store, text);
}

template <class Store>
bool erases(Store& store) {
  return store.erase() && detail::has_nothing(store);
}

}  // namespace detail

/// Reports for each law of a store whether it holds.
///
///     store_laws([&] { return settings_file(directory); }, doctest_report);
///
/// \param open  returns a store of the same place each time, by value or, if the store itself is the place, by
/// reference.
///              Nothing is saved there before, and nothing is afterwards.
template <class Open, reporter Report>
void store_laws(Open open, Report&& report) {
  static_assert(check_store<std::remove_cvref_t<decltype(open())>>());
  const auto opened = [&](auto law) {
    auto&& store = open();
    return law(store);
  };
  const auto has = [&](std::string_view text) { return opened([&](auto& store) { return detail::has(store, text); }); };
  const auto saves = [&](std::string_view text) {
    return opened([&](auto& store) { return detail::saves(store, text); });
  };
  const auto has_nothing = [&] { return opened([](auto& store) { return detail::has_nothing(store); }); };
  const auto erases = [&] { return opened([](auto& store) { return detail::erases(store); }); };

  report(has_nothing(), "store: load returns nothing before a key is saved");
  report(erases(), "store: erase succeeds if nothing is saved");
  report(saves("first-key"), "store: load returns the saved key");
  report(has("first-key"), "store: another object loads the saved key");
  const bool still_saved = has("first-key");
  report(still_saved && has("first-key"), "store: load changes nothing");
  report(saves("another-key"), "store: save replaces the saved key");
  report(saves("short"), "store: a shorter key replaces a longer one completely");
  report(saves("short"), "store: the same key can be saved again");
  report(saves(detail::key_of_all_characters()), "store: every character of a key is saved");
  report(saves(detail::longest_key()), "store: the longest key is saved completely");
  report(saves("ul_" + detail::key_of_all_characters()), "store: a Platform key is saved with its prefix");
  report(erases(), "store: load returns nothing after erase");
  report(has_nothing(), "store: another object does not load an erased key");
  report(saves("later-key"), "store: a key can be saved after erase");
  report(opened([](auto& store) { return store.erase().has_value(); }) && has_nothing(),
         "store: erase can be called again");
}

/// Reports for each law of a store that cannot write whether it holds.
/// \param open             as for `store_laws`
/// \param open_unwritable  returns a store of the same place, to which nothing can be written until that store is
/// destroyed
template <class Open, class OpenUnwritable, reporter Report>
void unwritable_store_laws(Open open, OpenUnwritable open_unwritable, Report&& report) {
  const auto opened = [&](auto law) {
    auto&& store = open();
    return law(store);
  };
  report(opened([](auto& store) { return detail::saves(store, "old-key"); }), "store: load returns the saved key");
  {
    auto&& store = open_unwritable();
    const auto saved = store.save(detail::make_key("new-key"));
    report(!saved, "store: save fails if it cannot write");
    const auto erased = store.erase();
    report(!erased, "store: erase fails if it cannot write");
    report(detail::hides(saved, "new-key") && detail::hides(saved, "old-key") && detail::hides(erased, "old-key"),
           "store: an error contains no key");
  }
  report(opened([](auto& store) { return detail::has(store, "old-key"); }), "store: a call that fails changes nothing");
  static_cast<void>(opened([](auto& store) { return store.erase(); }));
}

/// Reports whether a store fails that cannot read.
/// \param open_unreadable  returns a store of a place that cannot be read, or whose content is not valid
template <class OpenUnreadable, reporter Report>
void unreadable_store_laws(OpenUnreadable open_unreadable, Report&& report) {
  auto&& store = open_unreadable();
  report(detail::fails_with(store.load(), errc::store_unreadable),
         "store: load is errc::store_unreadable, and not empty, if it cannot read");
}

}  // namespace hubauth::testing
