// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/settings/settings_location.hpp"
#include "hubauth/settings/settings_update.hpp"

namespace hubauth {

/// Keeps the key in the settings file that the Python package keeps it in, so that who signs in here is signed in
/// there. A model of `store`, for POSIX systems.
///
/// That file, `settings.json`, is never created, and nothing but the text of its `api_key` ever changes: the Python
/// package resets a file in which anything else is odd. Where there is none, the key goes into `hubauth.json` beside.
/// Files that are written are for their owner alone (0600) and replaced as a whole; nothing is written where nothing
/// changes.
/// Keeps:   directories' names only, no open file; may be used by several threads and processes at once
class settings_file {
 public:
  /// Where the Python package looks for it in this process's environment. Touches no file.
  settings_file() : settings_file(system_environment()) {}

  /// Where the Python package would look for it in `env`. Touches no file.
  template <environment Env>
  explicit settings_file(const Env& env) : directories_(settings_directories(env)) {}

  /// In a directory of one's own choice. Touches no file.
  explicit settings_file(std::string directory) : directories_(std::vector{std::move(directory)}) {}

  /// The key's text as it stands.
  ///
  /// Gives:   nothing when none is saved; errc::store_unreadable with the path and the reason
  result<std::optional<secret>> load() const {
    auto there = find();
    if (!there) return unexpected(std::move(there.error()));
    if (!there->content || there->content->entry.key.empty()) return std::optional<secret>();
    return std::move(there->content->entry.key);
  }

  /// Whether others than its owner may read the file that holds the key, as the Python package makes it. Only before
  /// something is saved here: what is written is for its owner alone.
  ///
  /// Gives:   the file's path; nothing when it is for its owner alone or holds no key; errc::store_unreadable
  result<std::optional<std::string>> readable_by_others() const {
    constexpr mode_t others = S_IRGRP | S_IROTH;
    auto there = find();
    if (!there) return unexpected(std::move(there.error()));
    if (!there->content || there->content->entry.key.empty() || (there->content->file.mode & others) == 0)
      return std::optional<std::string>();
    return std::move(there->path);
  }

  /// Gives:   errc::store_unreadable, errc::store_unwritable or errc::store_locked, and then nothing was written;
  ///          errc::store_conflict when another program has written something else since, or when it can't be read
  ///          again to make sure
  result<void> save(const api_key& key) const {
    const auto there = find();
    if (!there) return unexpected(there.error());
    const auto text = key.with_exposed([](std::string_view bytes) { return secret(bytes); });
    if (auto changed = change(*there, text); !changed) return changed;
    return verify_written(text);
  }

  /// Writes an empty key, also into `hubauth.json` where both files are there: a key must not come back.
  ///
  /// Gives:   as `save`; both files are read before one is written, the shared one is written first
  result<void> erase() const {
    const auto shared = find_shared();
    if (!shared) return unexpected(shared.error());
    const auto own = read(own_file());
    if (!own) return unexpected(own.error());
    for (const auto* there : {&*shared, &*own}) {
      if (!there->content) continue;
      if (auto changed = change(*there, secret()); !changed) return changed;
    }
    return verify_written(secret());
  }

 private:
  struct place {
    std::string path;
    std::optional<settings_content> content;  // nothing: no such file
  };

  static result<place> read(std::string path) {
    auto content = read_settings(path);
    if (!content) return unexpected(std::move(content.error()));
    return place{std::move(path), std::move(*content)};
  }

  std::string own_file() const { return join_path(directories_->front(), "hubauth.json"); }

  /// The first `settings.json` that is there; without content when none is.
  [[gnu::cold]] result<place> find_shared() const {
    if (!directories_) return unexpected(directories_.error());
    for (const auto& directory : *directories_) {
      auto shared = read(join_path(directory, "settings.json"));
      if (!shared || shared->content) return shared;
    }
    return place{};
  }

  /// The file that counts.
  [[gnu::cold]] result<place> find() const {
    auto shared = find_shared();
    if (!shared || shared->content) return shared;
    return read(own_file());
  }

  static result<void> change(const place& there, const secret& key) {
    if (there.content && there.content->entry.key == key) return {};
    return write_key(there.path, key, there.content ? if_missing::give_up : if_missing::create);
  }

  /// Another program does not know of our lock: only what is there afterwards shows that it was not overwritten.
  result<void> verify_written(const secret& key) const {
    const auto there = find();
    if (!there) return fail(errc::store_conflict, there.error().detail);
    if (there->content ? there->content->entry.key == key : key.empty()) return {};
    return fail_at(errc::store_conflict, there->path, "another program has written it since");
  }

  result<std::vector<std::string>> directories_;
};

}  // namespace hubauth
