// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hubauth/settings/settings_file.hpp"

#include "sample_settings.hpp"
#include "support/temporary_directory.hpp"

/// What the tests of the settings file and of its parts share.
namespace store_test {

using hubauth::errc;
using hubauth::settings_file;
using names = std::vector<std::string>;

inline const std::string with_old = sample_settings::with_18_keys("\"old\"");

inline hubauth::api_key key(std::string_view text) { return hubauth::api_key::parse(text)->key.clone(); }

/// What is loaded: the key, or `(none)`, or the error in words.
inline std::string loaded(settings_file& store) {
  const auto saved = store.load();
  if (!saved) return saved.error().message();
  if (!*saved) return "(none)";
  return (*saved)->with_exposed([](std::string_view text) { return std::string(text); });
}

/// `done`, or the error in words.
inline std::string outcome(const hubauth::result<void>& done) { return done ? "done" : done.error().message(); }

inline std::error_code code_of(const hubauth::result<void>& done) {
  return done ? std::error_code() : done.error().code;
}

inline std::string words(errc kind, const std::string& path, std::string_view reason) {
  return std::string(describe(kind)) + ": " + path + ": " + std::string(reason);
}

/// Nobody has written to it, or changed its mode, or put another in its place.
inline bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_mode == b.st_mode && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

/// A directory with a settings file in it, and a store there.
struct shared_settings {
  explicit shared_settings(std::string_view text) { write(text); }

  void write(std::string_view text) const { write_text(file, text); }
  std::string read() const { return read_text(file); }

  /// Only the file is there, and what its lock needs.
  bool nothing_left() const {
    for (const auto& name : temporary_directory::names(directory.path()))
      if (name != "settings.json" && name != "settings.json.lock") return false;
    return true;
  }

  temporary_directory directory;
  std::string file = directory / "settings.json";
  std::string own = directory / "hubauth.json";
  settings_file store{directory.path()};
};

/// Whether `check` holds in a process of its own, which has no privileges.
inline bool in_child(const std::function<bool()>& check) {
  const auto child = ::fork();
  if (child == 0) {
    constexpr unsigned nobody = 65534;
    const bool ready =
        ::geteuid() != 0 || (::setgroups(0, nullptr) == 0 && ::setgid(nobody) == 0 && ::setuid(nobody) == 0);
    ::_exit(ready && check() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace store_test
