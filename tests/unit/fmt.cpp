// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fmt.hpp"

#include <ostream>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

TEST_CASE("fmt: codes, sources and statuses are formatted as their names") {
  CHECK(fmt::format("{}", errc::rate_limited) == "rate_limited");
  CHECK(fmt::format("{:>9}", source::saved) == "    saved");
  CHECK(fmt::format("{}", source_status::no_cookies) == "no_cookies");
}

TEST_CASE("fmt: errors are formatted as their messages") {
  CHECK(fmt::format("{}", error_info{errc::store_locked, "settings.json.lock"}) ==
        "the settings file is locked by another process: settings.json.lock");
  CHECK(fmt::format("{}", login_error{.code = errc::timed_out, .host = "example.com"}) ==
        "example.com: the service did not respond in time");
}

}  // namespace
