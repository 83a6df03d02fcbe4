// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/retry_after.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::requested_delay;

/// Calls the function with seconds since 1970.
constexpr std::optional<std::int64_t> delay_of(std::string_view retry_after, std::string_view rate_limit_reset,
                                               std::int64_t now) {
  const auto delay =
      requested_delay(retry_after, rate_limit_reset, std::chrono::sys_seconds(std::chrono::seconds(now)));
  return delay ? std::optional<std::int64_t>(delay->count()) : std::nullopt;
}

constexpr std::array<int, 12> days_in_month{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr bool is_leap(int year) { return year % 400 == 0 || (year % 100 != 0 && year % 4 == 0); }

constexpr int days_in(int year, int month) {
  return month == 2 && is_leap(year) ? 29 : days_in_month[static_cast<std::size_t>(month - 1)];
}

/// Seconds since 1970, counted year by year and month by month.
constexpr std::int64_t utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  std::int64_t days = day - 1;
  for (int y = 1970; y < year; ++y) days += is_leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += days_in(year, m);
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

static_assert(utc(1970, 1, 1) == 0);
static_assert(utc(2001, 9, 9, 1, 46, 40) == 1'000'000'000);

struct row {
  std::string_view retry_after, reset;
  std::int64_t now;
  std::optional<std::int64_t> delay;

  constexpr bool holds() const { return delay_of(retry_after, reset, now) == delay; }
};

/// Retry-After at the start of 1970: the delay equals the time.
constexpr row ok(std::string_view retry_after, std::int64_t delay) { return {retry_after, "", 0, delay}; }
constexpr row bad(std::string_view retry_after) { return {retry_after, "", 0, std::nullopt}; }

/// X-RateLimit-Reset at the start of 1970.
constexpr row reset(std::string_view value, std::int64_t delay) { return {"", value, 0, delay}; }
constexpr row bad_reset(std::string_view value) { return {"", value, 0, std::nullopt}; }

constexpr auto latest = utc(2262, 1, 1);  // a clock that counts nanoseconds ends in this year
constexpr auto rfc_example = utc(1994, 11, 6, 8, 49, 37);

constexpr row seconds[]{
    ok("0", 0),
    ok("1", 1),
    ok("120", 120),
    ok("007", 7),
    ok(" 5 ", 5),
    ok("\t5\r\n", 5),
    ok("9876543210", 9876543210),
    ok("999999999999999999", 999'999'999'999'999'999),
    ok("000000000000000001", 1),
    bad(""),
    bad(" "),
    bad("1000000000000000000"),
    bad("0000000000000000001"),
    bad("99999999999999999999999999999999"),
    bad("-1"),
    bad("+1"),
    bad("1.5"),
    bad("1e3"),
    bad("1s"),
    bad("1 2"),
    bad("1, 2"),
    bad("0x10"),
    bad("5/"),
    bad("5:"),
    bad("/5"),
    bad(":5"),
    bad("soon"),
    bad("\xd9\xa1"),
    {"5", "", 100, 5},
    {"5", "", latest, 5},
    {"5", "", -100, 5},
    {"5", "1000", 0, 5},
};

constexpr row dates[]{
    // The three formats of RFC 9110
    ok("Sun, 06 Nov 1994 08:49:37 GMT", rfc_example),
    ok("Sunday, 06-Nov-70 08:49:37 GMT", utc(1970, 11, 6, 8, 49, 37)),
    ok("Sun Nov  6 08:49:37 1994", rfc_example),
    ok(" Sun, 06 Nov 1994 08:49:37 GMT\t", rfc_example),
    {"Sunday, 06-Nov-94 08:49:37 GMT", "", rfc_example - 5, 5},
    ok("Sun Nov 16 08:49:37 1994", utc(1994, 11, 16, 8, 49, 37)),

    // Before, at and after the date
    {"Sun, 06 Nov 1994 08:49:37 GMT", "", rfc_example - 1, 1},
    {"Sun, 06 Nov 1994 08:49:37 GMT", "", rfc_example, 0},
    {"Sun, 06 Nov 1994 08:49:37 GMT", "", rfc_example + 1, std::nullopt},
    {"Sun, 06 Nov 1994 08:49:37 GMT", "", -5, rfc_example},
    {"Thu, 01 Jan 1970 00:00:05 GMT", "", -1, 5},
    {"Sun, 06 Nov 1994 08:49:37 GMT", "", latest, std::nullopt},
    {"Sunday, 06-Nov-94 08:49:37 GMT", "", latest, utc(2294, 11, 6, 8, 49, 37) - latest},
    {"Sunday, 06-Nov-13 08:49:37 GMT", "", latest, std::nullopt},

    // The limits of each field
    ok("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ok("Thu, 01 Jan 1970 00:00:01 GMT", 1),
    ok("Thu, 01 Jan 1970 23:59:59 GMT", 86399),
    ok("Thu, 01 Jan 1970 23:59:60 GMT", 86400),
    bad("Thu, 01 Jan 1970 23:59:61 GMT"),
    bad("Thu, 01 Jan 1970 23:60:00 GMT"),
    bad("Thu, 01 Jan 1970 24:00:00 GMT"),
    bad("Wed, 31 Dec 1969 23:59:59 GMT"),
    bad("Sat, 01 Jan 0000 00:00:00 GMT"),
    ok("Fri, 31 Dec 9999 23:59:59 GMT", utc(9999, 12, 31, 23, 59, 59)),
    bad("Sat, 01 Jan 10000 00:00:00 GMT"),
    bad("Sun, 00 Nov 1994 08:49:37 GMT"),
    ok("Sun, 01 Nov 1994 08:49:37 GMT", utc(1994, 11, 1, 8, 49, 37)),
    ok("Sun, 30 Nov 1994 08:49:37 GMT", utc(1994, 11, 30, 8, 49, 37)),
    bad("Sun, 31 Nov 1994 08:49:37 GMT"),
    ok("Sun, 31 Dec 1994 08:49:37 GMT", utc(1994, 12, 31, 8, 49, 37)),
    bad("Sun, 32 Dec 1994 08:49:37 GMT"),
    ok("Sun, 31 Jan 1994 08:49:37 GMT", utc(1994, 1, 31, 8, 49, 37)),
    bad("Sun, 32 Jan 1994 08:49:37 GMT"),
    bad("Sun Nov  0 08:49:37 1994"),
    bad("Sun Nov 31 08:49:37 1994"),
    bad("Sunday, 31-Nov-70 08:49:37 GMT"),

    // Leap years
    ok("Mon, 28 Feb 2000 00:00:00 GMT", utc(2000, 2, 28)),
    ok("Tue, 29 Feb 2000 00:00:00 GMT", utc(2000, 2, 29)),
    ok("Wed, 01 Mar 2000 00:00:00 GMT", utc(2000, 3, 1)),
    bad("Wed, 30 Feb 2000 00:00:00 GMT"),
    bad("Thu, 29 Feb 1900 00:00:00 GMT"),
    bad("Thu, 28 Feb 1900 00:00:00 GMT"),
    ok("Sun, 28 Feb 2100 00:00:00 GMT", utc(2100, 2, 28)),
    bad("Mon, 29 Feb 2100 00:00:00 GMT"),
    ok("Mon, 01 Mar 2100 00:00:00 GMT", utc(2100, 3, 1)),
    ok("Thu, 29 Feb 2024 00:00:00 GMT", utc(2024, 2, 29)),
    ok("Tue, 29 Feb 1972 00:00:00 GMT", utc(1972, 2, 29)),
    bad("Thu, 29 Feb 2025 00:00:00 GMT"),
    bad("Fri, 29 Feb 2026 00:00:00 GMT"),
    ok("Tue, 29 Feb 2400 00:00:00 GMT", utc(2400, 2, 29)),
    bad("Thu Feb 29 00:00:00 2100"),

    // Not a date
    bad("Sun, 06 Nov 1994 08:49:37"),
    bad("Sun, 06 Nov 1994 08:49:37 UTC"),
    bad("Sun, 06 Nov 1994 08:49:37 gmt"),
    bad("Sun, 06 Nov 1994 08:49:37 GMT+1"),
    bad("Sun, 06 Nov 1994 08:49 GMT"),
    bad("Sun, 6 Nov 1994 08:49:37 GMT"),
    bad("Sun, 006 Nov 1994 08:49:37 GMT"),
    bad("Sun, 06 Nov 94 08:49:37 GMT"),
    bad("Sun, 06 Nov 994 08:49:37 GMT"),
    bad(", 06 Nov 1994 08:49:37 GMT"),
    bad("Sun, 06  1994 08:49:37 GMT"),
    bad("Sun, 06 Nov 01994 08:49:37 GMT"),
    bad("Sun, 06 Nov 1994 008:49:37 GMT"),
    bad("Sun, 06 Nov 1994 08:049:37 GMT"),
    bad("Sun, 06 Nov 1994 08:49:037 GMT"),
    bad("Sun, 06 Nov 1994 8:49:37 GMT"),
    bad("Sun, 06 Nov 1994 08:9:37 GMT"),
    bad("Sun, 06 Nov 1994 08:49:7 GMT"),
    bad("Sun, 06 Nov 1994 08.49:37 GMT"),
    bad("Sun, 06 Nov 1994 08:49.37 GMT"),
    bad("Sun, 06 nov 1994 08:49:37 GMT"),
    bad("Sun, 06 November 1994 08:49:37 GMT"),
    bad("Sun, 06-Nov-1994 08:49:37 GMT"),
    bad("Sun, 06 Nov  1994 08:49:37 GMT"),
    bad("Sun 06 Nov 1994 08:49:37 GMT"),
    bad("Sun,06 Nov 1994 08:49:37 GMT"),
    bad("sun, 06 Nov 1994 08:49:37 GMT"),
    bad("Xyz, 06 Nov 1994 08:49:37 GMT"),
    bad("06 Nov 1994 08:49:37 GMT"),
    bad("Sunday, 06 Nov 1994 08:49:37 GMT"),
    bad("Sunday, 06-Nov-1994 08:49:37 GMT"),
    bad("Sunday, 6-Nov-70 08:49:37 GMT"),
    bad("Sunday, 006-Nov-70 08:49:37 GMT"),
    bad("Sunday, 06-Nov-070 08:49:37 GMT"),
    bad("Sunday, 06-Nov-7 08:49:37 GMT"),
    bad("Sunday, 06-Nov-70 08:49:37"),
    bad("Sunday, 06-Nov-70 08:49:37 GMTx"),
    bad("Sunday 06-Nov-70 08:49:37 GMT"),
    bad("Sunday, 06 Nov-70 08:49:37 GMT"),
    bad("Sunday, 06-Nov 70 08:49:37 GMT"),
    bad("Sunday, 06-Nov-70T08:49:37 GMT"),
    bad("Funday, 06-Nov-70 08:49:37 GMT"),
    bad("Sunday, 06-Xyz-70 08:49:37 GMT"),
    bad("Sun Nov  6 08:49:37 1994 GMT"),
    bad("Sun Nov  6 08:49:37 94"),
    bad("Sun Nov  6 08:49:37 01994"),
    bad("Sun Nov   6 08:49:37 1994"),
    bad("Sun Nov 006 08:49:37 1994"),
    bad("Sun Nov 08:49:37 1994"),
    bad("Sun Xyz  6 08:49:37 1994"),
    bad("Xyz Nov  6 08:49:37 1994"),
    bad("Sun-Nov  6 08:49:37 1994"),
    bad("Sun Nov-06 08:49:37 1994"),
    bad("Sun Nov  6-08:49:37 1994"),
    bad("Sun Nov  6 08:49:37-1994"),
    bad("1994-11-06T08:49:37Z"),
    bad("Sun, 06 Nov 1994 08:49:37 GMT, 5"),
};

// A year of two digits that seems to be more than 50 years ahead is the most recent such year in the past (RFC 9110
// section 5.6.7).
constexpr row two_digit_years[]{
    {"Friday, 01-Jan-26 00:00:10 GMT", "", utc(2026, 1, 1), 10},
    {"Friday, 01-Jan-27 00:00:10 GMT", "", utc(2026, 1, 1), utc(2027, 1, 1, 0, 0, 10) - utc(2026, 1, 1)},
    {"Friday, 01-Jan-25 00:00:10 GMT", "", utc(2026, 1, 1), std::nullopt},
    {"Friday, 01-Jan-76 00:00:00 GMT", "", utc(2026, 6, 1), utc(2076, 1, 1) - utc(2026, 6, 1)},
    {"Friday, 01-Jan-78 00:00:00 GMT", "", utc(2026, 6, 1), std::nullopt},
    {"Friday, 31-Dec-77 23:59:59 GMT", "", utc(2026, 6, 1), std::nullopt},
    {"Friday, 01-Jan-99 00:00:00 GMT", "", utc(2026, 6, 1), std::nullopt},
    {"Friday, 01-Jan-00 00:00:00 GMT", "", utc(2026, 6, 1), std::nullopt},
    {"Friday, 01-Jan-00 00:00:00 GMT", "", utc(1999, 12, 31, 23, 59, 50), 10},
    {"Friday, 01-Jan-00 00:00:00 GMT", "", utc(2099, 12, 31, 23, 59, 50), 10},
    {"Friday, 01-Jan-10 00:00:00 GMT", "", utc(2060, 6, 1), utc(2110, 1, 1) - utc(2060, 6, 1)},
    {"Friday, 01-Jan-11 00:00:00 GMT", "", utc(2060, 6, 1), std::nullopt},
    {"Friday, 01-Jan-00 00:00:00 GMT", "", utc(2050, 6, 1), utc(2100, 1, 1) - utc(2050, 6, 1)},
    {"Friday, 31-Dec-49 23:59:59 GMT", "", utc(2049, 12, 31, 23, 59, 58), 1},
    {"Friday, 29-Feb-00 00:00:00 GMT", "", utc(2000, 2, 28), 86400},
    {"Friday, 29-Feb-00 00:00:00 GMT", "", utc(2100, 2, 27), std::nullopt},
    {"Thursday, 01-Jan-70 00:00:07 GMT", "", 0, 7},
    {"Thursday, 01-Jan-20 00:00:00 GMT", "", 0, utc(2020, 1, 1)},
    {"Thursday, 01-Jan-21 00:00:00 GMT", "", 0, std::nullopt},
    {"Thursday, 01-Jan-21 00:00:00 GMT", "", utc(1971, 1, 1) - 1, std::nullopt},
    {"Thursday, 01-Jan-21 00:00:00 GMT", "", utc(1971, 1, 1), utc(2021, 1, 1) - utc(1971, 1, 1)},
};

constexpr row resets[]{
    reset("0", 0),
    reset("1784000000", 1784000000),
    reset(" 60\n", 60),
    {"", "1000", 990, 10},
    {"", "1000", 1000, 0},
    {"", "1000", 1001, std::nullopt},
    {"", "1000", latest, std::nullopt},
    {"", "1000", -10, 1000},
    bad_reset(""),
    bad_reset("-1"),
    bad_reset("1000.5"),
    bad_reset("1000000000000000000"),

    // RFC 3339
    reset("1970-01-01T00:00:07Z", 7),
    reset("1994-11-06T08:49:37Z", rfc_example),
    reset("1994-11-06 08:49:37Z", rfc_example),
    reset(" 1994-11-06T08:49:37Z ", rfc_example),
    reset("1994-11-06T08:49:37.5Z", rfc_example),
    reset("1994-11-06T08:49:37.999999999Z", rfc_example),
    reset("1994-11-06T08:49:37.123456789012345678Z", rfc_example),
    bad_reset("1994-11-06T08:49:37.1234567890123456789Z"),
    bad_reset("1969-12-31T23:59:60Z"),
    reset("1994-11-06T08:49:37+00:00", rfc_example),
    reset("1994-11-06T08:49:37-00:00", rfc_example),
    reset("1994-11-06T10:49:37+02:00", rfc_example),
    reset("1994-11-06T10:19:37+01:30", rfc_example),
    reset("1994-11-06T03:19:37-05:30", rfc_example),
    reset("1994-11-06T10:49:37.25+02:00", rfc_example),
    reset("1994-11-07T08:48:37+23:59", rfc_example),
    reset("9999-12-31T23:59:59Z", utc(9999, 12, 31, 23, 59, 59)),
    reset("9999-12-31T23:59:59-23:59", utc(9999, 12, 31, 23, 59, 59) + (23 * 60 + 59) * 60),
    reset("2000-02-29T00:00:00Z", utc(2000, 2, 29)),
    reset("1994-12-31T23:59:60Z", utc(1995, 1, 1)),
    {"", "1994-11-06T08:49:37Z", rfc_example + 1, std::nullopt},
    bad_reset("1970-01-01T00:00:00+00:01"),
    bad_reset("1994-11-07T08:49:37+24:00"),
    bad_reset("1994-11-07T08:49:37+00:60"),
    bad_reset("1994-11-06T08:49:37"),
    bad_reset("1994-11-06T08:49:37ZZ"),
    bad_reset("1994-11-06T08:49:37Z+00:00"),
    bad_reset("1994-11-06T08:49:37.Z"),
    bad_reset("1994-11-06T08:49:37,5Z"),
    bad_reset("1994-11-06T08:49:37+0200"),
    bad_reset("1994-11-06T08:49:37+2:00"),
    bad_reset("1994-11-06T08:49:37+02:0"),
    bad_reset("1994-11-06T08:49:37+02-00"),
    bad_reset("1994-11-06T08:49:37+002:00"),
    bad_reset("1994-11-06T08:49:37+02:000"),
    bad_reset("1994-11-06T08:49:37+02"),
    bad_reset("1994-11-06T08:49:37 02:00"),
    bad_reset("1994-11-06T08:49Z"),
    bad_reset("1994-11-06T08:49:7Z"),
    bad_reset("1994-11-06X08:49:37Z"),
    bad_reset("1994-11-06"),
    bad_reset("94-11-06T08:49:37Z"),
    bad_reset("01994-11-06T08:49:37Z"),
    bad_reset("1994-011-06T08:49:37Z"),
    bad_reset("1994-11-006T08:49:37Z"),
    bad_reset("1994-1-06T08:49:37Z"),
    bad_reset("1994-11-6T08:49:37Z"),
    bad_reset("1994/11-06T08:49:37Z"),
    bad_reset("1994-11/06T08:49:37Z"),
    bad_reset("19941106T084937Z"),
    bad_reset("1994-00-06T08:49:37Z"),
    bad_reset("1994-13-06T08:49:37Z"),
    bad_reset("1994-11-00T08:49:37Z"),
    bad_reset("1994-11-31T08:49:37Z"),
    bad_reset("2100-02-29T00:00:00Z"),
    bad_reset("1969-12-31T23:59:59Z"),
    bad_reset("1994-11-06T24:00:00Z"),
    bad_reset("Sun, 06 Nov 1994 08:49:37 GMT"),

    // Retry-After takes precedence; the other field is used if it cannot be parsed.
    {"Thu, 01 Jan 1970 00:00:05 GMT", "1000", 0, 5},
    {"soon", "1000", 0, 1000},
    {"-5", "1970-01-01T00:00:07Z", 0, 7},
    {"soon", "later", 0, std::nullopt},
};

template <std::size_t Size>
constexpr std::size_t first_wrong(const row (&rows)[Size]) {
  std::size_t i = 0;
  while (i != Size && rows[i].holds()) ++i;
  return i;
}

static_assert(first_wrong(seconds) == std::size(seconds));
static_assert(first_wrong(dates) == std::size(dates));
static_assert(first_wrong(two_digit_years) == std::size(two_digit_years));
static_assert(first_wrong(resets) == std::size(resets));

template <std::size_t Size>
void check(const row (&rows)[Size]) {
  for (const auto& row : rows) {
    CAPTURE(std::string(row.retry_after));
    CAPTURE(std::string(row.reset));
    CAPTURE(row.now);
    CHECK(delay_of(row.retry_after, row.reset, row.now).value_or(-1) == row.delay.value_or(-1));
  }
}

TEST_CASE("retry_after: a number of seconds") { check(seconds); }
TEST_CASE("retry_after: a date in any of the three formats") { check(dates); }
TEST_CASE("retry_after: a year of two digits is at most 50 years ahead") { check(two_digit_years); }
TEST_CASE("retry_after: the reset of a rate limit, as seconds since 1970 or as a date") { check(resets); }

std::string digits(int number, std::size_t count) {
  std::string text(count, '0');
  for (auto at = count; number != 0; number /= 10) text[--at] = static_cast<char>('0' + number % 10);
  return text;
}

TEST_CASE("retry_after: every day of 292 years, in every format") {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::array<std::string_view, 7> weekdays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  std::int64_t days_since_1970 = 0;
  std::int64_t wrong = 0;
  for (int year = 1970; year != 2262; ++year)
    for (int month = 1; month != 13; ++month)
      for (int day = 1; day <= days_in(year, month); ++day, ++days_since_1970) {
        const std::string weekday(weekdays[static_cast<std::size_t>(days_since_1970 % 7)]);
        const std::string month_name(months[static_cast<std::size_t>(month - 1)]);
        const std::string y = digits(year, 4), m = digits(month, 2), d = digits(day, 2);
        const auto now = days_since_1970 * 86400;
        wrong += delay_of(weekday + ", " + d + " " + month_name + " " + y + " 00:00:01 GMT", "", now) != 1;
        wrong += delay_of(weekday + " " + month_name + " " + d + " 00:00:01 " + y, "", now) != 1;
        wrong += delay_of("", y + "-" + m + "-" + d + "T00:00:01Z", now) != 1;
        const bool last = day == days_in(year, month);
        wrong += last && delay_of("", y + "-" + m + "-" + digits(day + 1, 2) + "T00:00:01Z", now).has_value();
      }
  CHECK(wrong == 0);
}

TEST_CASE("retry_after: the delay is a duration, and a fraction of the current second does not shorten it") {
  using namespace std::chrono_literals;
  const auto now = std::chrono::sys_seconds(100s) + 999ms;
  CHECK(requested_delay("7", "", now) == 7s);
  CHECK(requested_delay("Thu, 01 Jan 1970 00:01:45 GMT", "", now) == 5s);
  CHECK(requested_delay("", "100", now) == 0s);
  CHECK(requested_delay("", "99", now) == std::nullopt);
}

TEST_CASE("retry_after: every weekday has a long name") {
  for (std::string_view weekday : {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}) {
    CAPTURE(std::string(weekday));
    CHECK(delay_of(std::string(weekday) + ", 01-Jan-70 00:00:05 GMT", "", 0) == 5);
    CHECK(delay_of(std::string(weekday) + "s, 01-Jan-70 00:00:05 GMT", "", 0) == std::nullopt);
  }
}

}  // namespace
