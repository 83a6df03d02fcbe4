// SPDX-License-Identifier: BSL-1.0
#include "hubauth/settings/settings_location.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/environment/system_environment.hpp"

namespace {

using hubauth::operating_system;
using hubauth::settings_directories;
using paths = std::vector<std::string>;

struct variables {
  std::map<std::string, std::string, std::less<>> values;

  std::optional<std::string_view> get_env(const char* name) const {
    const auto at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 0; }
};

struct row {
  const char* what;
  operating_system system;
  variables env;
  paths wanted;  // empty: none
};

constexpr auto linux_like = operating_system::linux_like;
constexpr auto macos = operating_system::macos;
constexpr auto windows = operating_system::windows;

const row rows[] = {
    {"a home", linux_like, {{{"HOME", "/home/me"}}}, {"/home/me/.config/Ultralytics"}},
    {"a home", macos, {{{"HOME", "/Users/me"}}}, {"/Users/me/Library/Application Support/Ultralytics"}},
    {"a home", windows, {{{"USERPROFILE", "C:\\Users\\me"}}}, {"C:\\Users\\me/AppData/Roaming/Ultralytics"}},
    {"a home with a slash behind", linux_like, {{{"HOME", "/home/me/"}}}, {"/home/me/.config/Ultralytics"}},
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

TEST_CASE("settings_location: the directories by the variables and the system") {
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const auto directories = settings_directories(row.env, row.system);
    if (row.wanted.empty()) {
      REQUIRE_FALSE(directories);
      CHECK(directories.error().code == hubauth::errc::store_unreadable);
    } else {
      REQUIRE(directories);
      CHECK(*directories == row.wanted);
    }
  }
}

TEST_CASE("settings_location: the error names the variable that a person must set") {
  CHECK(settings_directories(variables{}, linux_like).error().detail == "HOME is not an absolute path");
  CHECK(settings_directories(variables{}, windows).error().detail == "USERPROFILE is not an absolute path");
}

TEST_CASE("settings_location: the system is the one that the program runs on") {
  const variables env{{{"YOLO_CONFIG_DIR", ""}, {"HOME", "/h"}, {"USERPROFILE", "C:/h"}}};
  CHECK(*settings_directories(env) == *settings_directories(env, hubauth::this_system));
}

TEST_CASE("settings_location: a path is joined with one slash") {
  CHECK(hubauth::join_path("/a", "b") == "/a/b");
  CHECK(hubauth::join_path("/a/", "b") == "/a/b");
  CHECK(hubauth::join_path("/", "b") == "/b");
  CHECK(hubauth::join_path("", "b") == "b");
}
