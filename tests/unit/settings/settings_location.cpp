// SPDX-License-Identifier: BSL-1.0
#include "hubauth/settings/settings_location.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::join_path;
using hubauth::detail::operating_system;
using hubauth::detail::settings_directories;
using paths = std::vector<std::string>;

struct fake_variables {
  std::map<std::string, std::string, std::less<>> values{};

  std::optional<std::string_view> get_env(const char* name) const {
    const auto at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

struct test_case {
  const char* title;
  operating_system system;
  fake_variables env;
  paths directories;  // empty: an error
};

constexpr auto linux_like = operating_system::linux_like;
constexpr auto macos = operating_system::macos;
constexpr auto windows = operating_system::windows;

const test_case cases[] = {
    {"a home", linux_like, {{{"HOME", "/home/me"}}}, {"/home/me/.config/Ultralytics"}},
    {"a home", macos, {{{"HOME", "/Users/me"}}}, {"/Users/me/Library/Application Support/Ultralytics"}},
    {"a home", windows, {{{"USERPROFILE", "C:\\Users\\me"}}}, {"C:\\Users\\me/AppData/Roaming/Ultralytics"}},
    {"a home with a trailing slash", linux_like, {{{"HOME", "/home/me/"}}}, {"/home/me/.config/Ultralytics"}},
    {"the root as home", linux_like, {{{"HOME", "/"}}}, {"/.config/Ultralytics"}},

    {"no home", linux_like, {}, {}},
    {"an empty home", linux_like, {{{"HOME", ""}}}, {}},
    {"a relative home", linux_like, {{{"HOME", "home/me"}}}, {}},
    {"a relative home", macos, {{{"HOME", "."}}}, {}},
    {"another system's home", windows, {{{"HOME", "/home/me"}}}, {}},
    {"a home without a drive", windows, {{{"USERPROFILE", "\\Users\\me"}}}, {}},
    {"a home relative to its drive", windows, {{{"USERPROFILE", "C:me"}}}, {}},
    {"a drive alone", windows, {{{"USERPROFILE", "C:"}}}, {}},

    {"XDG", linux_like, {{{"XDG_CONFIG_HOME", "/etc/me"}}}, {"/etc/me/Ultralytics"}},
    {"XDG before home", linux_like, {{{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/home/me"}}}, {"/x/Ultralytics"}},
    {"a relative XDG", linux_like, {{{"XDG_CONFIG_HOME", "x"}, {"HOME", "/h"}}}, {"/h/.config/Ultralytics"}},
    {"an empty XDG", linux_like, {{{"XDG_CONFIG_HOME", ""}, {"HOME", "/h"}}}, {"/h/.config/Ultralytics"}},
    {"a relative XDG, no home", linux_like, {{{"XDG_CONFIG_HOME", "x"}}}, {}},
    {"XDG with a drive", windows, {{{"XDG_CONFIG_HOME", "D:/x"}}}, {"D:/x/Ultralytics"}},

    {"YOLO", linux_like, {{{"YOLO_CONFIG_DIR", "/y"}}}, {"/y/Ultralytics", "/y"}},
    {"YOLO before all",
     linux_like,
     {{{"YOLO_CONFIG_DIR", "/y/"}, {"XDG_CONFIG_HOME", "/x"}, {"HOME", "/h"}}},
     {"/y/Ultralytics", "/y/"}},
    {"YOLO, relative", macos, {{{"YOLO_CONFIG_DIR", "y"}}}, {"y/Ultralytics", "y"}},
    {"an empty YOLO", linux_like, {{{"YOLO_CONFIG_DIR", ""}, {"HOME", "/h"}}}, {"/h/.config/Ultralytics"}},
};

}  // namespace

TEST_CASE("settings_location: the variables and the system determine the directories") {
  for (const auto& each : cases) {
    CAPTURE(each.title);
    const auto directories = settings_directories(each.env, each.system);
    if (each.directories.empty()) {
      REQUIRE_FALSE(directories);
      CHECK(directories.error().code == hubauth::errc::store_unreadable);
    } else {
      REQUIRE(directories);
      CHECK(*directories == each.directories);
    }
  }
}

TEST_CASE("settings_location: the error names the variable that the user must set") {
  CHECK(settings_directories(fake_variables{}, linux_like).error().detail == "HOME is not an absolute path");
  CHECK(settings_directories(fake_variables{}, windows).error().detail == "USERPROFILE is not an absolute path");
}

TEST_CASE("settings_location: by default the system is the one that the program is compiled for") {
  const fake_variables env{{{"YOLO_CONFIG_DIR", ""}, {"HOME", "/h"}, {"USERPROFILE", "C:/h"}}};
  CHECK(*settings_directories(env) == *settings_directories(env, hubauth::detail::this_system));
}

TEST_CASE("settings_location: parts of a path are joined with one slash") {
  CHECK(join_path("/a", "b") == "/a/b");
  CHECK(join_path("/a/", "b") == "/a/b");
  CHECK(join_path("/", "b") == "/b");
  CHECK(join_path("", "b") == "b");
}
