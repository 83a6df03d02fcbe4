// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/text/sanitize.hpp"

/// Files as POSIX has them, with errors that name the path and the reason.
namespace hubauth::detail {

inline unexpected<error_info> fail_at(errc kind, std::string_view path, std::string_view reason) {
  return fail(kind, detail::sanitize(path).append(": ").append(reason));
}

/// Needs:   `error_number` is an `errno`
inline unexpected<error_info> fail_at(errc kind, std::string_view path, int error_number) {
  return fail_at(kind, path, std::generic_category().message(error_number));
}

/// Makes a system call until no signal interrupts it.
template <class F>
auto retry_on_eintr(F call) {
  auto answer = call();
  while (answer == -1 && errno == EINTR) answer = call();
  return answer;
}

/// An open file, closed in the end.
class unique_fd {
 public:
  explicit unique_fd(int number) noexcept : number_(number) {}
  unique_fd(unique_fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  unique_fd& operator=(unique_fd&&) = delete;
  ~unique_fd() { close(); }

  explicit operator bool() const noexcept { return number_ != -1; }
  [[nodiscard]] int get() const noexcept { return number_; }

  /// Gives:   false, with `errno`, when what was written may be lost
  bool close() noexcept { return number_ == -1 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

/// Needs:   nothing
/// Gives:   one that is false, with `errno`, when it can't be opened. New files are for their owner alone.
inline unique_fd open_file(const std::string& path, int flags) {
  constexpr mode_t owner_only = 0600;
  return unique_fd(retry_on_eintr([&] { return ::open(path.c_str(), flags | O_CLOEXEC, owner_only); }));
}

/// What a file held, whose it is, and who may read it.
struct content {
  secret text;
  uid_t owner;
  gid_t group;
  mode_t mode;
};

/// Reads from the beginning until the end or until `size` bytes are there.
///
/// Gives:   how many bytes were read; -1 with `errno`
inline ssize_t read_up_to(int number, char* bytes, std::size_t size) {
  std::size_t got = 0;
  while (got != size) {
    const auto more = retry_on_eintr([&] { return ::pread(number, bytes + got, size - got, static_cast<off_t>(got)); });
    if (more == -1) return -1;
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return static_cast<ssize_t>(got);
}

/// Reads a whole file, symbolic links followed.
///
/// Gives:   nothing when there is no such file; errc::store_unreadable when it can't be read, is no regular file, or
///          has more than `most` bytes
[[gnu::cold]] inline result<std::optional<content>> read_file(const std::string& path, std::size_t most) {
  const auto refuse = [&](auto reason) { return fail_at(errc::store_unreadable, path, reason); };
  const auto file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);  // a pipe must not keep us waiting
  if (!file && errno == ENOENT) return std::optional<content>();
  if (!file) return refuse(errno);

  for (;;) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return refuse(errno);
    if (!S_ISREG(status.st_mode)) return refuse("it is not a regular file");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > most) return refuse("it is too large");

    std::string buffer(size + 1, '\0');
    const auto got = detail::read_up_to(file.get(), buffer.data(), buffer.size());
    const int error_number = errno;
    const bool grown = got == static_cast<ssize_t>(buffer.size());
    secret text(std::string_view(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
    secure_zero(buffer);
    if (got == -1) return refuse(error_number);
    if (!grown) return content{std::move(text), status.st_uid, status.st_gid, status.st_mode};
  }
}

/// The directory that `path` is in.
inline std::string parent_directory(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

/// Makes a directory, and those that it is in, for their owner alone; one that is there stays as it is.
///
/// Gives:   errc::store_unwritable when that can't be
inline result<void> create_directories(const std::string& path) {
  const auto make = [&] { return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST; };
  if (make()) return {};
  if (errno == ENOENT && parent_directory(path) != path) {
    if (auto parent = create_directories(parent_directory(path)); !parent) return parent;
    if (make()) return {};
  }
  return fail_at(errc::store_unwritable, path, errno);
}

/// Where the symbolic links end that begin at `path`; the file there need not exist.
///
/// Gives:   errc::store_unwritable when there are more than 8, or one can't be read
[[gnu::cold]] inline result<std::string> resolve_symlinks(std::string path) {
  constexpr int max_links = 8;
  std::string target(4096, '\0');
  for (int links = 0; links <= max_links; ++links) {
    const auto size = ::readlink(path.c_str(), target.data(), target.size());
    if (size == -1 && (errno == EINVAL || errno == ENOENT)) return path;  // no link; no such file
    if (size == -1) return fail_at(errc::store_unwritable, path, errno);
    const auto aim = std::string_view(target).substr(0, static_cast<std::size_t>(size));
    path = aim.starts_with('/') ? std::string(aim) : parent_directory(path).append("/").append(aim);
  }
  return fail_at(errc::store_unwritable, path, ELOOP);
}

}  // namespace hubauth::detail
