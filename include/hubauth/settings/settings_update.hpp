// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/posix/atomic_file_writer.hpp"
#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/file_lock.hpp"
#include "hubauth/posix/path.hpp"
#include "hubauth/posix/read_file.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/settings/settings_text.hpp"

namespace hubauth::detail {

/// A settings file that was read and parsed.
struct settings_content {
  file_content file;
  settings_entry entry;
};

/// Reads a settings file. Takes no lock and writes nothing.
///
/// The Python package rewrites the file in place, so it may be found empty or half written. Text that is not valid is
/// read again, 5 times within 250 ms.
/// \param known an earlier content, or null: the same text is not parsed again
/// \returns nothing if there is no such file
/// \retval errc::store_unreadable with the path and the reason
inline result<std::optional<settings_content>> read_settings(const std::string& path,
                                                             const settings_content* known = nullptr) {
  constexpr int max_retries = 5;
  constexpr std::chrono::milliseconds interval{50};
  for (int retries = 0;; ++retries) {
    auto file = read_file(path, max_settings_size, errc::store_unreadable);
    if (!file) return unexpected(std::move(file).error());
    if (!*file) return std::optional<settings_content>();
    if (known && (*file)->text == known->file.text)
      return settings_content{std::move(**file), {known->entry.begin, known->entry.end, known->entry.key.clone()}};

    auto entry = (*file)->text.with_exposed([](std::string_view text) { return find_api_key(text); });
    if (entry) return settings_content{std::move(**file), std::move(*entry)};
    if (retries == max_retries) return file_error(errc::store_unreadable, path, entry.error().detail);
    system_environment().sleep_for(interval);
  }
}

/// The same file with another key; no other byte differs.
inline settings_content with_key(const settings_content& before, const secret& key) {
  return key.with_exposed([&](std::string_view value) {
    auto text = before.file.text.with_exposed([&](std::string_view old) { return splice(old, before.entry, value); });
    const auto quoted_size = value.size() + 2;
    return settings_content{{std::move(text), before.file.owner, before.file.mode},
                            {before.entry.begin, before.entry.begin + quoted_size, key.clone()}};
  });
}

/// A file of our own with this key.
inline settings_content new_content(const secret& key) {
  auto text = key.with_exposed([](std::string_view value) { return new_settings(value); });
  auto entry = text.with_exposed([](std::string_view bytes) { return find_api_key(bytes); });
  return {{std::move(text), {}, {}}, std::move(*entry)};
}

/// Sets the key, or an empty string, in a settings file. Symbolic links are followed.
///
/// Processes that use this function wait for each other. Other programs do not know the lock, so the file is read again
/// just before it is replaced; if it has changed, everything is repeated, at most 3 times in all.
/// \pre `next_key(current)` returns the text of an `api_key`, or an empty one; `current` is empty if there is no key.
///      It is called under the lock, at most 3 times.
/// \param seen what the file held when it was read last; if nothing, the file is created
/// \returns what the file holds now
/// \retval errc::store_unreadable as `read_settings`
/// \retval errc::store_locked if another program keeps changing the file, holds the lock, or has removed the file
/// \retval errc::store_unwritable if the file cannot be written; after each of these errors the file is unchanged
template <class F>
result<settings_content> update_key(const std::string& path, const std::optional<settings_content>& seen, F next_key) {
  const auto target = resolve_symlinks(path);
  if (!target) return unexpected(target.error());
  if (!seen)
    if (auto created = create_directories(parent_directory(*target)); !created) return unexpected(created.error());
  const auto lock = file_lock::acquire(*target);
  if (!lock) return unexpected(lock.error());

  constexpr int max_attempts = 3;
  const secret no_key;
  for (int attempt = 0; attempt != max_attempts; ++attempt) {
    auto before = read_settings(*target, seen ? &*seen : nullptr);
    if (!before) return unexpected(std::move(before).error());
    if (seen && !*before) return file_error(errc::store_locked, *target, "another program has just removed it");
    const secret key = next_key(*before ? (*before)->entry.key : no_key);
    if (*before && (*before)->entry.key == key) return std::move(**before);

    auto after = *before ? with_key(**before, key) : new_content(key);
    auto writer = atomic_file_writer::write(*target, after.file.text,
                                            *before ? std::optional((*before)->file.owner) : std::nullopt);
    if (!writer) return unexpected(std::move(writer).error());
    const auto now = read_file(*target, max_settings_size, errc::store_unreadable);
    if (!now) return unexpected(now.error());
    const bool unchanged = *now && *before ? (*now)->text == (*before)->file.text : !*now && !*before;
    if (!unchanged) continue;
    if (auto committed = writer->commit(); !committed) return unexpected(std::move(committed).error());
    return after;
  }
  return file_error(errc::store_locked, *target, "another program keeps changing it");
}

/// Sets this key, or an empty string, in a settings file, whatever key is in it. As `update_key`.
inline result<settings_content> write_key(const std::string& path, const std::optional<settings_content>& seen,
                                          const secret& key) {
  return update_key(path, seen, [&](const secret&) { return key.clone(); });
}

}  // namespace hubauth::detail
