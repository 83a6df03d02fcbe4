// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/posix/file_error.hpp"
#include "hubauth/result.hpp"

// <filesystem> does not do the same: its create_directories makes directories that others may enter, and its
// weakly_canonical does not resolve a link whose target does not exist.
namespace hubauth::detail {

/// The directory that contains `path`; "." for a name alone.
inline std::string parent_directory(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

/// Creates a directory and its missing parents with the mode 0700. Directories that exist are not changed.
/// \retval errc::store_unwritable with the path and the reason
inline result<void> create_directories(const std::string& path) {
  const auto create = [&] { return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST; };
  if (create()) return {};
  if (errno == ENOENT && parent_directory(path) != path) {
    if (auto created = create_directories(parent_directory(path)); !created) return created;
    if (create()) return {};
  }
  return file_error(errc::store_unwritable, path, errno);
}

/// Follows symbolic links from `path` to a path that is not one. The target need not exist.
/// \retval errc::store_unwritable if there are more than 8 links, or one cannot be read
inline result<std::string> resolve_symlinks(std::string path) {
  constexpr int max_links = 8;
  std::string buffer(4096, '\0');
  for (int links = 0; links <= max_links; ++links) {
    const auto size = ::readlink(path.c_str(), buffer.data(), buffer.size());
    if (size == -1 && (errno == EINVAL || errno == ENOENT)) return path;  // not a link; does not exist
    if (size == -1) return file_error(errc::store_unwritable, path, errno);
    const auto target = std::string_view(buffer).substr(0, static_cast<std::size_t>(size));
    path = target.starts_with('/') ? std::string(target) : parent_directory(path).append("/").append(target);
  }
  return file_error(errc::store_unwritable, path, ELOOP);
}

}  // namespace hubauth::detail
