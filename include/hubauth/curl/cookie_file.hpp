// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include "hubauth/posix/file_error.hpp"
#include "hubauth/posix/read_file.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/text/ascii.hpp"

namespace hubauth::detail {

/// The largest cookie file that is read, in bytes.
inline constexpr std::size_t max_cookie_file_size = 1024 * 1024;

/// Removes the text up to the first `separator` from `text`, and returns it; the separator is removed, too.
constexpr std::string_view next_field(std::string_view& text, char separator) noexcept {
  const auto field = text.substr(0, text.find(separator));
  text.remove_prefix(field.size() == text.size() ? field.size() : field.size() + 1);
  return field;
}

/// True for a line of Netscape's format: domain, TRUE or FALSE, path, TRUE or FALSE, seconds since 1970, name and
/// value, separated by tabs. A line with any other control character is none: its characters would be sent in a header.
constexpr bool is_cookie(std::string_view line) noexcept {
  const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  if (std::any_of(line.begin(), line.end(), is_control)) return false;

  constexpr std::string_view http_only = "#HttpOnly_";
  if (line.starts_with(http_only)) line.remove_prefix(http_only.size());
  const auto domain = next_field(line, '\t');
  const auto include_subdomains = next_field(line, '\t');
  const auto path = next_field(line, '\t');
  const auto https_only = next_field(line, '\t');
  const auto expires = next_field(line, '\t');
  const auto name = next_field(line, '\t');
  const auto is_flag = [](std::string_view text) { return text == "TRUE" || text == "FALSE"; };
  return !domain.empty() && domain.front() != '#' && is_flag(include_subdomains) && path.starts_with('/') &&
         is_flag(https_only) && !expires.empty() && std::all_of(expires.begin(), expires.end(), is_digit) &&
         !name.empty() && line.find('\t') == std::string_view::npos;
}

/// Reads a browser's cookies from a file in Netscape's format, which curl writes, too.
///
/// Calls `f` with each cookie: its line as a null-terminated string, which is wiped afterwards. Comments and other
/// lines that are not cookies are skipped.
/// \retval errc::cookies_unreadable with the path and the reason, if the file cannot be read, is not a regular file, is
///         larger than `max_cookie_file_size`, or contains no cookie
template <class F>
result<void> read_cookies(const std::string& path, F&& f) {
  const auto file = read_file(path, max_cookie_file_size, errc::cookies_unreadable);
  if (!file) return unexpected(file.error());
  if (!*file) return file_error(errc::cookies_unreadable, path, ENOENT);

  const bool found = (*file)->text.with_exposed([&](std::string_view rest) {
    bool any = false;
    while (!rest.empty()) {
      auto line = next_field(rest, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!is_cookie(line)) continue;
      secret(line).with_exposed([&](std::string_view cookie) { f(cookie.data()); });
      any = true;
    }
    return any;
  });
  if (!found) return file_error(errc::cookies_unreadable, path, "it contains no cookie in Netscape's format");
  return {};
}

}  // namespace hubauth::detail
