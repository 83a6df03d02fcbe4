// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/policy/environment.hpp"
#include "hubauth/result.hpp"

namespace hubauth {

/// Whose habits decide where programs keep their settings.
enum class operating_system : std::uint8_t {
  linux_like,  ///< Linux, the BSDs and the like
  macos,
  windows,
};

/// The one that this program is compiled for.
#if defined(_WIN32)
inline constexpr operating_system this_system = operating_system::windows;
#elif defined(__APPLE__)
inline constexpr operating_system this_system = operating_system::macos;
#else
inline constexpr operating_system this_system = operating_system::linux_like;
#endif

/// `name` in `directory`; in the current directory when that is empty.
inline std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

namespace detail {

constexpr bool is_absolute(std::string_view path, operating_system system) noexcept {
  if (system != operating_system::windows) return path.starts_with('/');
  return path.size() >= 3 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
}

/// Where a user's programs keep their settings, below the home directory.
constexpr std::string_view settings_home(operating_system system) noexcept {
  switch (system) {
    case operating_system::macos: return "Library/Application Support";
    case operating_system::windows: return "AppData/Roaming";
    case operating_system::linux_like: break;
  }
  return ".config";
}

}  // namespace detail

/// The directories in which the Python package keeps `settings.json`, the one to prefer first. Touches no file.
///
/// `$YOLO_CONFIG_DIR/Ultralytics`, then `$YOLO_CONFIG_DIR` itself (an older layout); else
/// `$XDG_CONFIG_HOME/Ultralytics` when that is absolute (XDG Base Directory Specification); else the system's directory
/// for settings in the home directory (`$HOME`, on Windows `%USERPROFILE%`). A variable that is empty counts as unset.
/// Gives:   at least one directory; errc::store_unreadable when it takes a home directory and there is no absolute one
template <environment Env>
result<std::vector<std::string>> settings_directories(const Env& env, operating_system system = this_system) {
  constexpr std::string_view own = "Ultralytics";
  const auto variable = [&](const char* name) { return env.get_env(name).value_or(std::string_view()); };

  if (const auto chosen = variable("YOLO_CONFIG_DIR"); !chosen.empty())
    return std::vector{join_path(chosen, own), std::string(chosen)};
  if (const auto xdg = variable("XDG_CONFIG_HOME"); detail::is_absolute(xdg, system))
    return std::vector{join_path(xdg, own)};

  const char* home_name = system == operating_system::windows ? "USERPROFILE" : "HOME";
  const auto home = variable(home_name);
  if (!detail::is_absolute(home, system))
    return fail(errc::store_unreadable, std::string(home_name) + " is not an absolute path");
  return std::vector{join_path(join_path(home, detail::settings_home(system)), own)};
}

}  // namespace hubauth
