// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/credential/secure_zero.hpp"
#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/open_file.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth::detail {

struct file_owner {
  uid_t user;
  gid_t group;

  friend bool operator==(const file_owner&, const file_owner&) = default;
};

struct file_content {
  secret text;
  file_owner owner;
  mode_t mode;
};

/// Bytes that are wiped before they are freed.
class wiped_buffer {
 public:
  explicit wiped_buffer(std::size_t size) : bytes_(size, '\0') {}
  wiped_buffer(const wiped_buffer&) = delete;
  wiped_buffer& operator=(const wiped_buffer&) = delete;
  ~wiped_buffer() { secure_zero(bytes_); }

  char* data() noexcept { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  std::string bytes_;
};

/// Reads from the beginning of a file until its end or until the buffer is full.
/// \returns the number of bytes that were read; -1, with `errno`, if an error occurred
inline ssize_t read_from_start(int fd, wiped_buffer& buffer) {
  std::size_t size = 0;
  while (size != buffer.size()) {
    const auto more = retry_on_eintr(
        [&] { return ::pread(fd, buffer.data() + size, buffer.size() - size, static_cast<off_t>(size)); });
    if (more == -1) return -1;
    if (more == 0) break;
    size += static_cast<std::size_t>(more);
  }
  return static_cast<ssize_t>(size);
}

/// Reads a regular file that may hold secrets. Symbolic links are followed. Nothing that was read stays in freed
/// memory.
/// \returns nothing if there is no such file
/// \retval error_code with the path and the reason, if the file cannot be read, is not a regular file, or is larger
///         than `max_size` bytes
inline result<std::optional<file_content>> read_file(const std::string& path, std::size_t max_size, errc error_code) {
  const auto error = [&](auto reason) { return file_error(error_code, path, reason); };
  const auto too_large = [&] { return error("it is larger than " + std::to_string(max_size) + " bytes"); };

  const auto file = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);  // opening a FIFO must not block
  if (!file && errno == ENOENT) return std::optional<file_content>();
  if (!file) return error(errno);

  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return error(errno);
  if (!S_ISREG(status.st_mode)) return error("it is not a regular file");
  if (static_cast<std::size_t>(status.st_size) > max_size) return too_large();

  // One byte more than the file has: a full buffer means that it has grown.
  for (auto capacity = static_cast<std::size_t>(status.st_size) + 1;;) {
    wiped_buffer buffer(capacity);
    const auto size = read_from_start(file.get(), buffer);
    if (size == -1) return error(errno);
    if (static_cast<std::size_t>(size) != capacity)
      return file_content{secret(std::string_view(buffer.data(), static_cast<std::size_t>(size))),
                          {status.st_uid, status.st_gid},
                          status.st_mode};
    if (capacity > max_size) return too_large();
    capacity = (std::min)(2 * capacity, max_size + 1);
  }
}

}  // namespace hubauth::detail
