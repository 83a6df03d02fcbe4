// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/posix/file.hpp"
#include "hubauth/posix/file_lock.hpp"
#include "hubauth/posix/atomic_file_writer.hpp"
#include "hubauth/settings/settings_text.hpp"

namespace hubauth {

/// A settings file as it was read.
struct settings_content {
  content file;
  settings_entry entry;
};

/// Reads a settings file. Takes no lock and writes nothing.
///
/// The Python package rewrites the file in place, so that it may be seen empty or half written: what can't be
/// understood is read again, 5 times over 250 ms.
/// Gives:   nothing when there is no such file; errc::store_unreadable with the path and the reason
[[gnu::cold]] inline result<std::optional<settings_content>> read_settings(const std::string& path) {
  constexpr int most_pauses = 5;
  constexpr long pause = 50;  // milliseconds
  for (int sleeps = 0;; ++sleeps) {
    auto file = read_file(path, max_settings_size);
    if (!file) return unexpected(std::move(file.error()));
    if (!*file) return std::optional<settings_content>();
    auto entry = (*file)->text.with_exposed([](std::string_view text) { return find_api_key(text); });
    if (entry) return settings_content{std::move(**file), std::move(*entry)};
    if (sleeps == most_pauses) return fail_at(errc::store_unreadable, path, entry.error().detail);
    system_environment().sleep_for(pause);
  }
}

namespace detail {

inline bool same_text(const std::optional<content>& now, const std::optional<settings_content>& before) {
  if (!now || !before) return !now && !before;
  return now->text == before->file.text;
}

inline secret text_with(const secret& key, const std::optional<settings_content>& before) {
  return key.with_exposed([&](std::string_view value) {
    if (!before) return new_settings(value);
    return before->file.text.with_exposed([&](std::string_view text) { return splice(text, before->entry, value); });
  });
}

}  // namespace detail

/// What to do where there is no file.
enum class if_missing : bool { give_up, create };

/// Puts another key, or an empty text, into a settings file; no other byte changes. Symbolic links are followed.
///
/// Our own processes wait for one another. Others do not know of the lock, so the file is read again just before it is
/// replaced, and when it has changed all starts over, at most 3 times in all.
/// Needs:   `next_key` gives an `api_key`'s text, or an empty one, when called with the present one, empty where there
///          is none; under the lock, at most 3 times
/// Gives:   errc::store_unreadable as `read_settings`; errc::store_locked when another keeps writing it, holds the lock
///          or has removed it; errc::store_unwritable; each with the path, and then the file is as it was
template <class F>
[[gnu::cold]] result<void> update_key(const std::string& path, if_missing missing, F next_key) {
  const auto target = resolve_symlinks(path);
  if (!target) return unexpected(target.error());
  if (missing == if_missing::create)
    if (auto made = create_directories(parent_directory(*target)); !made) return made;
  const auto lock = file_lock::acquire(*target);
  if (!lock) return unexpected(lock.error());

  constexpr int max_attempts = 3;
  const secret none;
  for (int tries = 0; tries != max_attempts; ++tries) {
    const auto before = read_settings(*target);
    if (!before) return unexpected(before.error());
    if (!*before && missing == if_missing::give_up)
      return fail_at(errc::store_locked, *target, "another program has removed it just now");
    const secret key = next_key(*before ? (*before)->entry.key : none);
    if (*before && (*before)->entry.key == key) return {};

    auto next =
        atomic_file_writer::write(*target, detail::text_with(key, *before), *before ? &(*before)->file : nullptr);
    if (!next) return unexpected(std::move(next.error()));
    const auto now = read_file(*target, max_settings_size);
    if (!now) return unexpected(now.error());
    if (detail::same_text(*now, *before)) return next->commit();
  }
  return fail_at(errc::store_locked, *target, "another program keeps writing it");
}

/// Puts this key, or an empty text, into a settings file, whatever is in it.
///
/// Gives:   as `update_key`
inline result<void> write_key(const std::string& path, const secret& key, if_missing missing) {
  return update_key(path, missing, [&](const secret&) { return key.clone(); });
}

}  // namespace hubauth
