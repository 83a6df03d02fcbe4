// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/posix/file.hpp"

namespace hubauth::detail {

inline constexpr std::size_t random_bytes = 8;
inline constexpr std::string_view temporary_suffix = ".hubauth-tmp";

/// `<target>.<16 random hex digits>.hubauth-tmp`: a name that stays the same could not be used again after a crash.
///
/// Gives:   an empty one, with `errno`, when there is no randomness
inline std::string temporary_name(const std::string& target) {
  std::array<unsigned char, random_bytes> random{};
  if (::getentropy(random.data(), random.size()) != 0) return {};
  std::array<char, 2 * random_bytes> digits{};
  for (std::size_t i = 0; i != digits.size(); ++i) digits[i] = "0123456789abcdef"[random[i / 2] >> i % 2 * 4 & 15];
  return target + '.' + std::string(digits.data(), digits.size()).append(temporary_suffix);
}

constexpr bool is_temporary_name(std::string_view name, std::string_view target_name) noexcept {
  return name.size() == target_name.size() + 1 + 2 * random_bytes + temporary_suffix.size() &&
         name.starts_with(target_name) && name.ends_with(temporary_suffix);
}

inline bool write_all(int number, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = retry_on_eintr([&] { return ::write(number, bytes.data(), bytes.size()); });
    if (size == -1) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

inline bool sync(int number) {
  return retry_on_eintr([&] { return ::fsync(number); }) == 0;
}

/// Removes the temporary files that a crash has left beside `target`, if they were last written before `oldest`.
inline void remove_stale(const std::string& target, std::time_t oldest) {
  DIR* directory = ::opendir(parent_directory(target).c_str());
  if (!directory) return;
  const auto target_name = std::string_view(target).substr(target.rfind('/') + 1);
  while (const dirent* entry = ::readdir(directory)) {
    if (!is_temporary_name(entry->d_name, target_name)) continue;
    struct stat status {};
    const int number = ::dirfd(directory);
    if (::fstatat(number, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == ::geteuid() && status.st_mtime < oldest)
      ::unlinkat(number, entry->d_name, 0);
  }
  ::closedir(directory);
}

/// A new content for a file, which takes the old one's place at once or not at all.
///
/// Keeps:   a temporary file beside the target, for its owner alone; removed in the end unless it was committed
class atomic_file_writer {
 public:
  /// Writes the content beside the target, down to the disk. Sweeps up what crashes left there over an hour ago.
  ///
  /// Needs:   `target` is no symbolic link; `old` is what it holds, null when it does not exist: the owner stays
  /// Gives:   errc::store_unwritable, and then nothing has changed
  [[gnu::cold]] static result<atomic_file_writer> write(const std::string& target, const secret& text, const content* old) {
    const auto refuse = [&](int error_number) { return fail_at(errc::store_unwritable, target, error_number); };
    const auto path = detail::temporary_name(target);
    if (path.empty()) return refuse(errno);
    auto file = open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file) return refuse(errno);

    atomic_file_writer made(target, path);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return refuse(errno);
    constexpr std::time_t hour = 3600;
    detail::remove_stale(target, status.st_mtime - hour);  // by the file system's own clock

    if (!text.with_exposed([&](std::string_view bytes) { return detail::write_all(file.get(), bytes); }))
      return refuse(errno);
    if (old && (old->owner != status.st_uid || old->group != status.st_gid) &&
        ::fchown(file.get(), old->owner, old->group) != 0 && old->owner != status.st_uid)
      return refuse(errno);  // a group that can't be key_saved has no access to lose
    if (!detail::sync(file.get()) || !file.close()) return refuse(errno);
    return made;
  }

  atomic_file_writer(atomic_file_writer&& other) noexcept
      : target_(std::move(other.target_)), path_(std::exchange(other.path_, std::string())) {}

  ~atomic_file_writer() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  /// Puts the content in the target's place.
  ///
  /// Gives:   errc::store_unwritable, and then nothing has changed. Once it is there it counts as written, even where
  ///          the directory can't be synchronised: a crash right then brings back the old file, never a part of one
  result<void> commit() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      if (errno == EBUSY)
        return fail_at(errc::store_unwritable, target_, "it is a mount of its own, which can't be replaced");
      return fail_at(errc::store_unwritable, target_, errno);
    }
    path_.clear();
    if (const auto directory = open_file(parent_directory(target_), O_RDONLY | O_DIRECTORY)) detail::sync(directory.get());
    return {};
  }

 private:
  atomic_file_writer(std::string target, std::string path) : target_(std::move(target)), path_(std::move(path)) {}

  std::string target_;
  std::string path_;  // empty: committed, or moved from
};

}  // namespace hubauth::detail
