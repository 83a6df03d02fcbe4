// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth {

/// The largest cookie file that is read, in bytes.
inline constexpr std::size_t max_cookie_file = 1024 * 1024;

namespace detail {

/// The next part of `text`, which loses it and the `separator` behind it.
constexpr std::string_view next_field(std::string_view& text, char separator) noexcept {
  const auto field = text.substr(0, text.find(separator));
  text.remove_prefix(field.size() == text.size() ? field.size() : field.size() + 1);
  return field;
}

/// True for a line of Netscape's format: domain, TRUE or FALSE, path, TRUE or FALSE, seconds since 1970, name, value,
/// with a tab between each two. A control character anywhere would have been put into a header.
constexpr bool is_cookie(std::string_view line) noexcept {
  for (char c : line)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;

  constexpr std::string_view http_only = "#HttpOnly_";
  if (line.starts_with(http_only)) line.remove_prefix(http_only.size());
  const auto domain = next_field(line, '\t');
  const auto with_subdomains = next_field(line, '\t');
  const auto path = next_field(line, '\t');
  const auto https_only = next_field(line, '\t');
  const auto expires = next_field(line, '\t');
  const auto name = next_field(line, '\t');
  const auto flag = [](std::string_view text) { return text == "TRUE" || text == "FALSE"; };
  return !domain.empty() && domain.front() != '#' && flag(with_subdomains) && path.starts_with('/') &&
         flag(https_only) && !expires.empty() && expires.find_first_not_of("0123456789") == std::string_view::npos &&
         !name.empty() && line.find('\t') == std::string_view::npos;
}

/// The content of a cookie file; closed and wiped at its end.
class cookie_text {
 public:
  explicit cookie_text(const std::string& path) noexcept
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}  // a FIFO must not block
  cookie_text(const cookie_text&) = delete;
  cookie_text& operator=(const cookie_text&) = delete;
  ~cookie_text() {
    secure_zero(bytes_);
    if (file_ >= 0) ::close(file_);
  }

  /// Why it can't be read; empty when it was.
  std::string read() {
    struct stat about {};
    if (file_ < 0 || ::fstat(file_, &about) != 0) return reason(errno);
    if (S_ISDIR(about.st_mode)) return reason(EISDIR);
    if (!S_ISREG(about.st_mode)) return "not a file";
    if (about.st_size > static_cast<off_t>(max_cookie_file)) return "larger than 1 MiB";

    bytes_.resize(static_cast<std::size_t>(about.st_size));
    std::size_t size = 0;
    while (size != bytes_.size()) {
      const auto more = ::read(file_, bytes_.data() + size, bytes_.size() - size);
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return reason(errno);
      if (more == 0) break;  // it became shorter meanwhile
      size += static_cast<std::size_t>(more);
    }
    bytes_.resize(size);
    return {};
  }

  std::string& bytes() noexcept { return bytes_; }

 private:
  static std::string reason(int error) { return std::generic_category().message(error); }

  int file_;
  std::string bytes_;
};

}  // namespace detail

/// Reads a browser's cookies from a file in Netscape's format, the one that curl writes.
///
/// `take` is called with each cookie: its line as a NUL-terminated `const char*`, with `#HttpOnly_` in front where the
/// file has it. Comments and other lines that are no cookies are passed over.
/// Gives:   errc::cookies_unreadable with the path and the reason when there is no such file, no right to read it, when
///          it is something else than a file, larger than `max_cookie_file`, or has no cookie in it
/// Keeps:   the lines only during the call; wiped when it returns
template <class F>
[[gnu::cold]] result<void> read_cookies(const std::string& path, F&& take) {
  const auto unreadable = [&](const std::string& reason) {
    return fail(errc::cookies_unreadable, detail::sanitize(path) + ": " + reason);
  };

  detail::cookie_text text(path);
  if (const auto reason = text.read(); !reason.empty()) return unreadable(reason);

  bool any = false;
  for (std::string_view rest = text.bytes(); !rest.empty();) {
    auto line = detail::next_field(rest, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!detail::is_cookie(line)) continue;
    text.bytes()[static_cast<std::size_t>(line.data() - text.bytes().data()) + line.size()] = '\0';
    take(line.data());
    any = true;
  }
  if (!any) return unreadable("no cookie in it (Netscape's format is wanted)");
  return {};
}

}  // namespace hubauth
