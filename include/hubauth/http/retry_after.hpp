// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "hubauth/text/ascii.hpp"
#include "hubauth/text/trim.hpp"
#include "hubauth/version.hpp"

namespace hubauth::detail {

/// Reads a text from left to right. Once something does not match, `ok` stays false.
struct scanner {
  std::string_view rest;
  bool ok = true;

  constexpr void skip(std::string_view text) noexcept {
    ok = ok && rest.starts_with(text);
    if (ok) rest.remove_prefix(text.size());
  }

  /// A number of `min_digits` to `max_digits` digits, at most 18.
  constexpr long long number(std::size_t min_digits, std::size_t max_digits) noexcept {
    long long value = 0;
    std::size_t digits = 0;
    while (digits != max_digits && digits != rest.size() && is_digit(rest[digits]))
      value = value * 10 + (rest[digits++] - '0');
    ok = ok && digits >= min_digits;
    rest.remove_prefix(digits);
    return value;
  }

  /// The index of the name, in a list separated by spaces, that comes next.
  constexpr int name_of(std::string_view names) noexcept {
    for (int index = 0; !names.empty(); ++index) {
      const auto name = names.substr(0, names.find(' '));
      if (rest.starts_with(name)) {
        rest.remove_prefix(name.size());
        return index;
      }
      names.remove_prefix(name.size() < names.size() ? name.size() + 1 : name.size());
    }
    ok = false;
    return 0;
  }
};

/// A date and a time of day in UTC, not yet checked.
struct civil_time {
  long long year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;  // month and day count from 1

  /// The point in time; none for a date before 1970 or after 9999, and for one that does not exist. A leap second counts
  /// as the next second.
  constexpr std::optional<std::chrono::sys_seconds> to_sys_time() const noexcept {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(static_cast<int>(year)),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1970 || year > 9999 || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  }
};

/// Reads a time by a format with the letters of POSIX's strptime, which itself depends on the locale.
constexpr void scan_time(scanner& in, std::string_view format, civil_time& time) noexcept {
  for (std::size_t i = 0; i != format.size(); ++i) {
    if (format[i] != '%') {
      in.skip(format.substr(i, 1));
      continue;
    }
    switch (format[++i]) {
      case 'a': in.name_of("Mon Tue Wed Thu Fri Sat Sun"); break;
      case 'A': in.name_of("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"); break;
      case 'b': time.month = in.name_of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec") + 1; break;
      case 'm': time.month = in.number(2, 2); break;
      case 'd': time.day = in.number(2, 2); break;
      case 'e':
        if (in.rest.starts_with(' ')) in.skip(" ");
        time.day = in.number(1, 2);
        break;
      case 'y': time.year = in.number(2, 2); break;
      case 'Y': time.year = in.number(4, 4); break;
      case 'H': time.hour = in.number(2, 2); break;
      case 'M': time.minute = in.number(2, 2); break;
      case 'S': time.second = in.number(2, 2); break;
    }
  }
}

/// Parses the three date formats that a recipient must accept.
/// \see RFC 9110 section 5.6.7
constexpr std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                                  std::chrono::sys_seconds now) noexcept {
  civil_time time;
  const auto matches = [&](std::string_view format) {
    scanner in{text};
    scan_time(in, format, time);
    return in.ok && in.rest.empty();
  };
  if (matches("%a, %d %b %Y %H:%M:%S GMT") || matches("%a %b %e %H:%M:%S %Y")) return time.to_sys_time();
  if (!matches("%A, %d-%b-%y %H:%M:%S GMT")) return std::nullopt;

  // Two digits of a year: a date that seems to be more than 50 years ahead is in the past.
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int latest_year = static_cast<int>(today.year()) + 50;
  time.year += latest_year / 100 * 100;
  if (time.year > latest_year) time.year -= 100;
  return time.to_sys_time();
}

/// Parses a date such as 2026-11-24T15:00:00Z, also with a fraction of a second or an offset.
/// \see RFC 3339
constexpr std::optional<std::chrono::sys_seconds> parse_iso_date(std::string_view text) noexcept {
  civil_time time;
  scanner in{text};
  scan_time(in, "%Y-%m-%d", time);
  in.skip(in.rest.starts_with(' ') ? " " : "T");
  scan_time(in, "%H:%M:%S", time);
  if (in.rest.starts_with('.')) {
    in.skip(".");
    in.number(1, 18);
  }
  std::chrono::minutes offset(0);
  if (in.rest.starts_with('+') || in.rest.starts_with('-')) {
    const int sign = in.rest.front() == '+' ? 1 : -1;
    in.rest.remove_prefix(1);
    const auto hours = in.number(2, 2);
    in.skip(":");
    const auto minutes = in.number(2, 2);
    in.ok = in.ok && hours < 24 && minutes < 60;
    offset = std::chrono::minutes(sign * (hours * 60 + minutes));
  } else {
    in.skip("Z");
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  const auto local = time.to_sys_time();
  return local ? std::optional(*local - offset) : std::nullopt;
}

constexpr std::optional<std::chrono::seconds> parse_seconds(std::string_view text) noexcept {
  scanner in{text};
  const auto value = in.number(1, 18);
  return in.ok && in.rest.empty() ? std::optional(std::chrono::seconds(value)) : std::nullopt;
}

/// How long the service asks to wait, from now: Retry-After (seconds or a date), else X-RateLimit-Reset (seconds since
/// 1970, or a date as in RFC 3339). None if no time was named, if it cannot be parsed, or if it is in the past.
/// \see RFC 9110 section 10.2.3
constexpr std::optional<std::chrono::seconds> requested_delay(std::string_view retry_after,
                                                              std::string_view rate_limit_reset,
                                                              std::chrono::system_clock::time_point now) noexcept {
  using std::chrono::sys_seconds;
  const auto second = (std::max)(std::chrono::floor<std::chrono::seconds>(now), sys_seconds());
  if (const auto delay = parse_seconds(trim(retry_after))) return delay;

  auto time = parse_http_date(trim(retry_after), second);
  if (const auto epoch = parse_seconds(trim(rate_limit_reset)); !time && epoch) time = sys_seconds(*epoch);
  if (!time) time = parse_iso_date(trim(rate_limit_reset));
  return time && *time >= second ? std::optional(*time - second) : std::nullopt;
}

}  // namespace hubauth::detail
