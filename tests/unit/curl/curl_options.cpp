// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_options.hpp"

#include <chrono>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using namespace std::chrono_literals;

const curl_options custom{.ca_file = "ca.pem",
                          .cookie_file = "cookies.txt",
                          .connect_timeout = 1ms,
                          .total_timeout = 2ms,
                          .low_speed_limit = 3,
                          .low_speed_time = 4s,
                          .max_header_size = 5};

}  // namespace

TEST_CASE("curl_options: a connection has 10 s, a response 30 s, a pause 15 s, and a header 64 KiB") {
  const curl_options defaults;
  CHECK(defaults.connect_timeout == 10s);
  CHECK(defaults.total_timeout == 30s);
  CHECK(defaults.low_speed_limit == 1);
  CHECK(defaults.low_speed_time == 15s);
  CHECK(defaults.max_header_size == 65536);
  CHECK(defaults.ca_file.empty());
  CHECK(defaults.cookie_file.empty());
}

TEST_CASE("curl_options: limits that are positive are used") {
  CHECK(detail::with_valid_limits(custom) == custom);
  CHECK(detail::with_valid_limits({}) == curl_options());
}

TEST_CASE("curl_options: a limit that is not positive is replaced by its default") {
  for (const long off : {0L, -1L}) {
    CAPTURE(off);
    auto options = custom;
    options.connect_timeout = std::chrono::milliseconds(off);
    options.total_timeout = std::chrono::milliseconds(off);
    options.low_speed_limit = off;
    options.low_speed_time = std::chrono::seconds(off);
    options.max_header_size = 0;
    CHECK(detail::with_valid_limits(options) == curl_options{.ca_file = "ca.pem", .cookie_file = "cookies.txt"});
  }
}
