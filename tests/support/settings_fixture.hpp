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

#include "support/sample_settings.hpp"
#include "support/temporary_directory.hpp"

namespace hubauth::testing {

inline const std::string settings_before = sample_settings::with_18_keys("\"old\"");
inline const std::string settings_after = sample_settings::with_18_keys("\"new\"");

inline api_key make_key(std::string_view text) { return api_key::parse(text)->key.clone(); }

/// The loaded key, `(none)`, or the error's message.
inline std::string load_text(const settings_file& store) {
  const auto saved = store.load();
  if (!saved) return saved.error().message();
  if (!*saved) return "(none)";
  return (*saved)->with_exposed([](std::string_view text) { return std::string(text); });
}

/// `done`, or the error's message.
inline std::string outcome(const result<void>& done) { return done ? "done" : done.error().message(); }

inline std::error_code code_of(const result<void>& done) { return done ? std::error_code() : done.error().code; }

/// The message of an error with a path and a reason.
inline std::string error_text(errc code, const std::string& path, std::string_view reason) {
  return std::string(message(code)) + ": " + path + ": " + std::string(reason);
}

/// True if the file was not written, replaced, or given another mode or owner.
inline bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_mode == b.st_mode && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

/// A directory that contains a settings.json with this text.
struct settings_fixture {
  explicit settings_fixture(std::string_view text) { write(text); }

  void write(std::string_view text) const { write_text(file, text); }
  std::string read() const { return read_text(file); }

  /// True if the directory contains only the file and its lock.
  bool is_clean() const {
    for (const auto& name : temporary_directory::names(directory.path()))
      if (name != "settings.json" && name != "settings.json.lock") return false;
    return true;
  }

  temporary_directory directory;
  std::string file = directory / "settings.json";
  std::string own_file = directory / "hubauth.json";
  settings_file store{directory.path()};
};

/// Runs `check` in a child process without privileges.
/// \returns what it returned; false if the child failed
inline bool check_unprivileged(const std::function<bool()>& check) {
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

}  // namespace hubauth::testing
