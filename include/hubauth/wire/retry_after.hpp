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

  /// Which of the names comes next, counted from 0.
  template <std::size_t N>
  constexpr int one_of(const std::array<std::string_view, N>& names) noexcept {
    for (std::size_t i = 0; i != N; ++i)
      if (rest.starts_with(names[i])) {
        rest.remove_prefix(names[i].size());
        return static_cast<int>(i);
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

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

constexpr void read_clock(scanner& in, civil_time& t) noexcept {
  t.hour = in.number(2, 2);
  in.skip(":");
  t.minute = in.number(2, 2);
  in.skip(":");
  t.second = in.number(2, 2);
}

/// RFC 9110 section 5.6.7: the three forms of a date that a recipient must accept.
constexpr std::optional<std::int64_t> read_http_date(std::string_view text, std::int64_t now) noexcept {
  civil_time t;
  scanner fixed{text};  // Sun, 06 Nov 1994 08:49:37 GMT
  fixed.one_of(days);
  fixed.skip(", ");
  t.day = fixed.number(2, 2);
  fixed.skip(" ");
  t.month = fixed.one_of(months) + 1;
  fixed.skip(" ");
  t.year = fixed.number(4, 4);
  fixed.skip(" ");
  read_clock(fixed, t);
  fixed.skip(" GMT");
  if (fixed.ok && fixed.rest.empty()) return seconds_since_1970(t);

  scanner rfc850{text};  // Sunday, 06-Nov-94 08:49:37 GMT
  rfc850.one_of(long_days);
  rfc850.skip(", ");
  t.day = rfc850.number(2, 2);
  rfc850.skip("-");
  t.month = rfc850.one_of(months) + 1;
  rfc850.skip("-");
  t.year = rfc850.number(2, 2);
  rfc850.skip(" ");
  read_clock(rfc850, t);
  rfc850.skip(" GMT");
  if (rfc850.ok && rfc850.rest.empty()) {
    constexpr std::int64_t year_in_seconds = 31'556'952;
    const auto this_year = 1970 + now / year_in_seconds;
    t.year += (this_year + 50) / 100 * 100;
    if (t.year > this_year + 50) t.year -= 100;  // a date seemingly over 50 years ahead is in the past
    return seconds_since_1970(t);
  }

  scanner asctime{text};  // Sun Nov  6 08:49:37 1994
  asctime.one_of(days);
  asctime.skip(" ");
  t.month = asctime.one_of(months) + 1;
  asctime.skip(" ");
  if (asctime.rest.starts_with(' ')) asctime.skip(" ");
  t.day = asctime.number(1, 2);
  asctime.skip(" ");
  read_clock(asctime, t);
  asctime.skip(" ");
  t.year = asctime.number(4, 4);
  if (asctime.ok && asctime.rest.empty()) return seconds_since_1970(t);
  return std::nullopt;
}

/// RFC 3339: 2026-11-24T15:00:00Z, with a fraction or an offset too.
constexpr std::optional<std::int64_t> read_iso_date(std::string_view text) noexcept {
  civil_time t;
  scanner in{text};
  t.year = in.number(4, 4);
  in.skip("-");
  t.month = in.number(2, 2);
  in.skip("-");
  t.day = in.number(2, 2);
  in.skip(in.rest.starts_with(' ') ? " " : "T");
  read_clock(in, t);
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
