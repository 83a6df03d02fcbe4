// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace hubauth::testing {

inline void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A new directory, which the destructor removes with its content.
class temporary_directory {
 public:
  temporary_directory() {
    path_ = (std::filesystem::temp_directory_path() / "hubauth.XXXXXX").string();
    if (!::mkdtemp(path_.data())) std::abort();
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// Writes a file in it.
  /// \returns the file's path
  std::string write(std::string_view name, std::string_view text) const {
    write_text(*this / name, text);
    return *this / name;
  }

  std::string read(std::string_view name) const { return read_text(*this / name); }

  /// True also for a symbolic link without a target.
  static bool exists(const std::string& path) { return std::filesystem::exists(std::filesystem::symlink_status(path)); }

  /// Of a symbolic link itself.
  static struct stat status(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) std::abort();
    return status;
  }

  static mode_t mode(const std::string& path) { return status(path).st_mode & 07777; }

  /// The names in a directory.
  static std::vector<std::string> names(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path))
      names.push_back(entry.path().filename().string());
    return names;
  }

 private:
  std::string path_;
};

}  // namespace hubauth::testing
