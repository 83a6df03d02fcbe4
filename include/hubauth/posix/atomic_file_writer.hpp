// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/environment/system_environment.hpp"
#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/open_file.hpp"
#include "hubauth/posix/path.hpp"
#include "hubauth/posix/read_file.hpp"
#include "hubauth/posix/retry_on_eintr.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

inline constexpr std::string_view temporary_suffix = ".hubauth-tmp";
inline constexpr std::size_t temporary_digits = 16;

/// `<target>.<16 random hex digits>.hubauth-tmp`. With a fixed name, a file that a crash left would block all later
/// writes.
inline std::string temporary_name(const std::string& target) {
  auto bits = system_environment().random();
  std::string digits(temporary_digits, '0');
  for (char& digit : digits) {
    digit = "0123456789abcdef"[bits % 16];
    bits /= 16;
  }
  return target + '.' + digits.append(temporary_suffix);
}

constexpr bool is_temporary_name(std::string_view name, std::string_view target_name) noexcept {
  return name.size() == target_name.size() + 1 + temporary_digits + temporary_suffix.size() &&
         name.starts_with(target_name) && name.ends_with(temporary_suffix);
}

/// \returns false, with `errno`, if not all bytes were written
inline bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = retry_on_eintr([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (size == -1) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

/// \returns false, with `errno`, if the file may not be on the disk
inline bool flush_to_disk(int fd) {
  return retry_on_eintr([&] { return ::fsync(fd); }) == 0;
}

/// Removes this user's temporary files of `target` that were last written before `limit`: crashes left them.
inline void remove_stale(const std::string& target, std::chrono::system_clock::time_point limit) {
  DIR* const directory = ::opendir(parent_directory(target).c_str());
  if (!directory) return;
  const auto target_name = std::string_view(target).substr(target.rfind('/') + 1);
  while (const dirent* entry = ::readdir(directory)) {
    if (!is_temporary_name(entry->d_name, target_name)) continue;
    struct stat status {};
    const int fd = ::dirfd(directory);
    if (::fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == ::geteuid() && std::chrono::system_clock::from_time_t(status.st_mtime) < limit)
      ::unlinkat(fd, entry->d_name, 0);
  }
  ::closedir(directory);
}

/// Replaces a file's content at once or not at all: `write` writes a temporary file in the target's directory, and
/// `commit` renames it to the target. The new file has the mode 0600.
class atomic_file_writer {
 public:
  /// Writes the content to a temporary file, and to the disk. Removes temporary files that are older than an hour.
  ///
  /// The destructor removes the temporary file unless it was committed.
  /// \pre `target` is not a symbolic link
  /// \param owner the owner that the new file gets; nothing if the target does not exist
  /// \retval errc::store_unwritable with the path and the reason; no file has changed
  static result<atomic_file_writer> write(const std::string& target, const secret& content,
                                          std::optional<file_owner> owner) {
    const auto error = [&](int error_number) { return file_error(errc::store_unwritable, target, error_number); };
    auto path = temporary_name(target);
    auto file = open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file) return error(errno);

    atomic_file_writer writer(target, std::move(path));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return error(errno);
    // The file system's clock decides what is stale: it may differ from this machine's.
    remove_stale(target, std::chrono::system_clock::from_time_t(status.st_mtime) - std::chrono::hours(1));

    if (!content.with_exposed([&](std::string_view bytes) { return write_all(file.get(), bytes); }))
      return error(errno);
    if (owner && *owner != file_owner{status.st_uid, status.st_gid} &&
        ::fchown(file.get(), owner->user, owner->group) != 0 && owner->user != status.st_uid)
      return error(errno);  // if only the group cannot be set, nobody loses access: the mode is 0600
    if (!flush_to_disk(file.get()) || !file.close()) return error(errno);
    return writer;
  }

  atomic_file_writer(atomic_file_writer&& other) noexcept
      : target_(std::move(other.target_)), path_(std::exchange(other.path_, std::string())) {}

  ~atomic_file_writer() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  /// Replaces the target.
  ///
  /// It succeeds even if the directory cannot be flushed to the disk afterwards: after a crash of the machine, the
  /// target may be the old file, but never a part of one.
  /// \retval errc::store_unwritable with the path and the reason; no file has changed
  result<void> commit() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      if (errno == EBUSY)
        return file_error(errc::store_unwritable, target_, "it is a mount point, which cannot be replaced");
      return file_error(errc::store_unwritable, target_, errno);
    }
    path_.clear();
    if (const auto directory = open_file(parent_directory(target_), O_RDONLY | O_DIRECTORY))
      flush_to_disk(directory.get());
    return {};
  }

 private:
  atomic_file_writer(std::string target, std::string path) : target_(std::move(target)), path_(std::move(path)) {}

  std::string target_;
  std::string path_;  // of the temporary file; empty if committed or moved from
};

}  // namespace hubauth::detail
