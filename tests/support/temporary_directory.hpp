// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

inline void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A directory of its own below the system's temporary one; removed with all that is in it.
class temporary_directory {
 public:
  temporary_directory() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base ? base : "/tmp") + "/hubauth.XXXXXX";
    if (!::mkdtemp(path_.data())) std::abort();
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() { remove(path_); }

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// Writes a file in it, and gives its path.
  std::string write(std::string_view name, std::string_view text) const {
    write_text(*this / name, text);
    return *this / name;
  }

  std::string read(std::string_view name) const { return read_text(*this / name); }

  static bool exists(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
  }

  static struct stat status(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) std::abort();
    return status;
  }

  static mode_t mode(const std::string& path) { return status(path).st_mode & 07777; }

  /// The names in a directory, without `.` and `..`.
  static std::vector<std::string> names(const std::string& path) {
    std::vector<std::string> names;
    DIR* directory = ::opendir(path.c_str());
    if (!directory) return names;
    while (const dirent* entry = ::readdir(directory))
      if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
    ::closedir(directory);
    return names;
  }

 private:
  static void remove(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return;
    for (const auto& name : names(path)) remove(path + "/" + name);
    ::rmdir(path.c_str());
  }

  std::string path_;
};
