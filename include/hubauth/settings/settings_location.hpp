// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/policy/environment.hpp"
#include "hubauth/result.hpp"

namespace hubauth::detail {

/// The systems that differ in where programs keep their settings.
enum class operating_system : std::uint8_t {
  linux_like,  ///< Linux, the BSDs and the like
  macos,
  windows,
};

/// The system that this program is compiled for.
#if defined(_WIN32)
inline constexpr operating_system this_system = operating_system::windows;
#elif defined(__APPLE__)
inline constexpr operating_system this_system = operating_system::macos;
#else
inline constexpr operating_system this_system = operating_system::linux_like;
#endif

/// `name` in `directory`; an empty directory is the current one.
inline std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

constexpr bool is_absolute(std::string_view path, operating_system system) noexcept {
  if (system != operating_system::windows) return path.starts_with('/');
  return path.size() >= 3 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
}

/// The directory of a user's settings, relative to the home directory.
constexpr std::string_view config_directory(operating_system system) noexcept {
  switch (system) {
    case operating_system::macos: return "Library/Application Support";
    case operating_system::windows: return "AppData/Roaming";
    case operating_system::linux_like: break;
  }
  return ".config";
}

/// The directories in which the Python package looks for `settings.json`, in this order. Touches no file.
///
/// `$YOLO_CONFIG_DIR/Ultralytics`, then `$YOLO_CONFIG_DIR` itself (an older layout); otherwise
/// `$XDG_CONFIG_HOME/Ultralytics` if that is absolute; otherwise the system's directory for settings in the home
/// directory (`$HOME`, on Windows `%USERPROFILE%`). An empty variable counts as unset.
/// \returns at least one directory
/// \retval errc::store_unreadable if the home directory is needed, and is not an absolute path
/// \see XDG Base Directory Specification
template <environment Env>
result<std::vector<std::string>> settings_directories(const Env& env, operating_system system = this_system) {
  constexpr std::string_view subdirectory = "Ultralytics";
  const auto get_env = [&](const char* name) { return env.get_env(name).value_or(std::string_view()); };

  if (const auto yolo = get_env("YOLO_CONFIG_DIR"); !yolo.empty())
    return std::vector{join_path(yolo, subdirectory), std::string(yolo)};
  if (const auto xdg = get_env("XDG_CONFIG_HOME"); is_absolute(xdg, system))
    return std::vector{join_path(xdg, subdirectory)};

  const char* home_name = system == operating_system::windows ? "USERPROFILE" : "HOME";
  const auto home = get_env(home_name);
  if (!is_absolute(home, system))
    return fail(errc::store_unreadable, std::string(home_name) + " is not an absolute path");
  return std::vector{join_path(join_path(home, config_directory(system)), subdirectory)};
}

}  // namespace hubauth::detail
