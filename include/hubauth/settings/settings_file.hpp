// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/settings/settings_location.hpp"
#include "hubauth/settings/settings_update.hpp"

namespace hubauth {

/// Saves the key in the settings file of the Python package: a user who signs in with either is signed in with both.
/// A model of `store`, for POSIX systems.
///
/// That file, `settings.json`, is never created, and nothing in it changes except the value of `api_key`: the Python
/// package resets a file that differs otherwise from what it expects. If there is no such file, the key is saved in
/// `hubauth.json` in the same directory. A file is replaced as a whole, gets the mode 0600, and is not written if
/// nothing changes.
///
/// \par Thread safety
/// Several threads and processes may use objects of this class for the same directory. An object keeps no file open.
class settings_file {
 public:
  /// The file that the Python package uses in this process's environment. Touches no file.
  settings_file() : settings_file(system_environment()) {}

  /// The file that the Python package would use in `env`. Touches no file.
  template <environment Env>
  explicit settings_file(const Env& env) : directories_(detail::settings_directories(env)) {}

  /// The file in this directory. Touches no file.
  explicit settings_file(std::string directory) : directories_(std::vector{std::move(directory)}) {}

  /// The saved text, not parsed.
  /// \returns nothing if no key is saved
  /// \retval errc::store_unreadable with the path and the reason
  result<std::optional<secret>> load() const {
    auto settings = find();
    if (!settings) return unexpected(std::move(settings).error());
    if (!has_key(*settings)) return std::optional<secret>();
    return std::move(settings->content->entry.key);
  }

  /// The path of the file that holds the key, if other users than its owner may read it: the Python package creates it
  /// that way. Nothing if they may not, or if no key is saved.
  /// \retval errc::store_unreadable with the path and the reason
  result<std::optional<std::string>> readable_by_others() const {
    constexpr mode_t others = S_IRGRP | S_IROTH;
    auto settings = find();
    if (!settings) return unexpected(std::move(settings).error());
    if (!has_key(*settings) || (settings->content->file.mode & others) == 0) return std::optional<std::string>();
    return std::move(settings->path);
  }

  /// Saves the key.
  /// \retval errc::store_unreadable, errc::store_unwritable or errc::store_locked with the path and the reason; nothing
  ///         was written
  /// \retval errc::store_conflict if another program has changed the key since, or if the file cannot be read again to
  ///         verify it
  result<void> save(const api_key& key) const {
    const auto text = key.with_exposed([](std::string_view bytes) { return secret(bytes); });
    auto settings = find();
    if (!settings) return unexpected(std::move(settings).error());
    if (auto written = write_if_changed(*settings, text); !written) return written;
    return verify_written(*settings, text);
  }

  /// Saves an empty key; also in `hubauth.json` if both files exist, so that its key does not come back.
  /// \retval errc::store_unreadable if one of the files cannot be read; nothing was written. Other errors as `save`;
  ///         `settings.json` is written first
  result<void> erase() const {
    auto shared = find_shared();
    if (!shared) return unexpected(std::move(shared).error());
    auto own = read(own_file());
    if (!own) return unexpected(std::move(own).error());
    for (auto* settings : {&*shared, &*own})
      if (settings->content)
        if (auto written = write_if_changed(*settings, secret()); !written) return written;
    return verify_written(shared->content ? *shared : *own, secret());
  }

 private:
  struct located_settings {
    std::string path{};
    std::optional<detail::settings_content> content{};  // nothing: the file does not exist
  };

  static bool has_key(const located_settings& settings) {
    return settings.content && !settings.content->entry.key.empty();
  }

  std::string own_file() const { return detail::join_path(directories_->front(), "hubauth.json"); }

  // In these functions `known` is an earlier content, or null: the same text is not parsed again.

  static result<located_settings> read(std::string path, const detail::settings_content* known = nullptr) {
    auto content = detail::read_settings(path, known);
    if (!content) return unexpected(std::move(content).error());
    return located_settings{std::move(path), std::move(*content)};
  }

  /// The first `settings.json` that exists; without content if none does.
  result<located_settings> find_shared(const detail::settings_content* known = nullptr) const {
    if (!directories_) return unexpected(directories_.error());
    for (const auto& directory : *directories_) {
      auto shared = read(detail::join_path(directory, "settings.json"), known);
      if (!shared || shared->content) return shared;
    }
    return located_settings{};
  }

  /// The file from which the key is loaded, and to which it is saved.
  result<located_settings> find(const detail::settings_content* known = nullptr) const {
    auto shared = find_shared(known);
    if (!shared || shared->content) return shared;
    return read(own_file(), known);
  }

  /// Afterwards `settings` is what the file holds.
  static result<void> write_if_changed(located_settings& settings, const secret& key) {
    if (settings.content && settings.content->entry.key == key) return {};
    auto written = detail::write_key(settings.path, settings.content, key);
    if (!written) return unexpected(std::move(written).error());
    settings.content = std::move(*written);
    return {};
  }

  /// Checks that no program that ignores our lock has changed the key since.
  result<void> verify_written(const located_settings& written, const secret& key) const {
    const auto settings = find(written.content ? &*written.content : nullptr);
    if (!settings) return fail(errc::store_conflict, settings.error().detail);
    if (settings->content ? settings->content->entry.key == key : key.empty()) return {};
    return detail::file_error(errc::store_conflict, settings->path, "another program has changed the key since");
  }

  result<std::vector<std::string>> directories_;
};

static_assert(check_store<settings_file>());

}  // namespace hubauth
