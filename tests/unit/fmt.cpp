// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fmt.hpp"

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

TEST_CASE("fmt: kinds, sources and findings print as their names and words") {
  CHECK(fmt::format("{}", errc::rate_limited) == "rate_limited");
  CHECK(fmt::format("{:>9}", source::saved) == "    saved");
  CHECK(fmt::format("{}", source_status::no_cookies) == "no cookies to send");
}

TEST_CASE("fmt: errors print as their messages") {
  CHECK(fmt::format("{}", error_info{errc::store_locked, "settings.json.lock"}) ==
        "another process holds the saved settings: settings.json.lock");
  login_error error;
  error.code = errc::timed_out;
  error.host = "example.com";
  CHECK(fmt::format("{}", error) == "example.com: the service did not answer in time");
}

}  // namespace
