// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "hubauth/api_key.hpp"
#include "hubauth/wire/reply.hpp"

namespace hubauth::wire {

namespace detail {

/// Reads a text from left to right; once something did not fit, `ok` stays false.
struct scanner {
  std::string_view rest;
  bool ok = true;

  constexpr void skip(std::string_view text) noexcept {
    ok = ok && rest.starts_with(text);
    if (ok) rest.remove_prefix(text.size());
  }

  /// A number of `least` to `most` digits, at most 18.
  constexpr std::int64_t number(std::size_t least, std::size_t most) noexcept {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits != most && digits != rest.size() && rest[digits] >= '0' && rest[digits] <= '9')
      value = value * 10 + (rest[digits++] - '0');
    ok = ok && digits >= least;
    rest.remove_prefix(digits);
    return value;
  }

  /// Which of the names, with a blank between them, comes next; counted from 0.
  constexpr int one_of(std::string_view names) noexcept {
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

struct civil_time {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;  // month and day count from 1
};

/// Seconds since 1970 of a time in UTC; nothing for a time that no calendar has. A leap second counts as the next.
constexpr std::optional<std::int64_t> seconds_since_1970(const civil_time& t) noexcept {
  constexpr std::array<int, 12> before_month{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  constexpr std::array<int, 12> days_in_month{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (t.year % 4 == 0 && t.year % 100 != 0) || t.year % 400 == 0;
  if (t.year < 1970 || t.year > 9999 || t.month < 1 || t.month > 12) return std::nullopt;
  const auto month = static_cast<std::size_t>(t.month - 1);
  if (t.day < 1 || t.day > days_in_month[month] || (month == 1 && t.day == 29 && !leap)) return std::nullopt;
  if (t.hour > 23 || t.minute > 59 || t.second > 60) return std::nullopt;

  const auto past = t.year - 1;
  const auto leap_days = past / 4 - past / 100 + past / 400 - 477;  // 477 before 1970
  const auto days = (t.year - 1970) * 365 + leap_days + before_month[month] + (month > 1 && leap ? 1 : 0) + t.day - 1;
  return ((days * 24 + t.hour) * 60 + t.minute) * 60 + t.second;
}

/// Reads what a form says, in the letters of POSIX's strptime; that one itself reads names by the user's locale.
[[gnu::cold]] constexpr void read_time(scanner& in, std::string_view form, civil_time& t) noexcept {
  for (std::size_t i = 0; i != form.size(); ++i) {
    if (form[i] != '%') {
      in.skip(form.substr(i, 1));
      continue;
    }
    switch (form[++i]) {
      case 'a': in.one_of("Mon Tue Wed Thu Fri Sat Sun"); break;
      case 'A': in.one_of("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"); break;
      case 'b': t.month = in.one_of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec") + 1; break;
      case 'm': t.month = in.number(2, 2); break;
      case 'd': t.day = in.number(2, 2); break;
      case 'e':
        if (in.rest.starts_with(' ')) in.skip(" ");
        t.day = in.number(1, 2);
        break;
      case 'y': t.year = in.number(2, 2); break;
      case 'Y': t.year = in.number(4, 4); break;
      case 'H': t.hour = in.number(2, 2); break;
      case 'M': t.minute = in.number(2, 2); break;
      case 'S': t.second = in.number(2, 2); break;
    }
  }
}

/// RFC 9110 section 5.6.7: the three forms of a date that a recipient must accept.
constexpr std::optional<std::int64_t> read_http_date(std::string_view text, std::int64_t now) noexcept {
  civil_time t;
  const auto is = [&](std::string_view form) {
    scanner in{text};
    read_time(in, form, t);
    return in.ok && in.rest.empty();
  };
  if (is("%a, %d %b %Y %H:%M:%S GMT") || is("%a %b %e %H:%M:%S %Y")) return seconds_since_1970(t);
  if (!is("%A, %d-%b-%y %H:%M:%S GMT")) return std::nullopt;

  constexpr std::int64_t year_in_seconds = 31'556'952;
  const auto this_year = 1970 + now / year_in_seconds;
  t.year += (this_year + 50) / 100 * 100;
  if (t.year > this_year + 50) t.year -= 100;  // a date seemingly over 50 years ahead is in the past
  return seconds_since_1970(t);
}

/// RFC 3339: 2026-11-24T15:00:00Z, with a fraction or an offset too.
[[gnu::cold]] constexpr std::optional<std::int64_t> read_iso_date(std::string_view text) noexcept {
  civil_time t;
  scanner in{text};
  read_time(in, "%Y-%m-%d", t);
  in.skip(in.rest.starts_with(' ') ? " " : "T");
  read_time(in, "%H:%M:%S", t);
  if (in.rest.starts_with('.')) {
    in.skip(".");
    in.number(1, 18);
  }
  std::int64_t offset = 0;
  if (in.rest.starts_with('+') || in.rest.starts_with('-')) {
    const std::int64_t sign = in.rest.front() == '+' ? 1 : -1;
    in.rest.remove_prefix(1);
    const auto hours = in.number(2, 2);
    in.skip(":");
    const auto minutes = in.number(2, 2);
    in.ok = in.ok && hours < 24 && minutes < 60;
    offset = sign * (hours * 60 + minutes) * 60;
  } else {
    in.skip("Z");
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  const auto local = seconds_since_1970(t);
  return local ? std::optional(*local - offset) : std::nullopt;
}

constexpr std::optional<std::int64_t> read_seconds(std::string_view text) noexcept {
  scanner in{text};
  const auto value = in.number(1, 18);
  return in.ok && in.rest.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace detail

/// Seconds from `now` until the service wants to be asked again: Retry-After (RFC 9110 section 10.2.3, seconds or a
/// date), else X-RateLimit-Reset (seconds since 1970, or RFC 3339).
///
/// Needs:   `now` is in seconds since 1970
/// Gives:   nothing when no time was named, when it can't be read, or when it is past
constexpr std::optional<std::int64_t> retry_delay(std::string_view retry_after, std::string_view rate_limit_reset,
                                                  std::int64_t now) noexcept {
  if (now < 0) now = 0;
  retry_after = trim(retry_after);
  if (const auto seconds = detail::read_seconds(retry_after)) return seconds;

  auto when = detail::read_http_date(retry_after, now);
  if (!when) when = detail::read_seconds(trim(rate_limit_reset));
  if (!when) when = detail::read_iso_date(trim(rate_limit_reset));
  return when && *when >= now ? std::optional(*when - now) : std::nullopt;
}

}  // namespace hubauth::wire
