// SPDX-License-Identifier: BSL-1.0
#include "hubauth/session.hpp"

#include <chrono>
#include <ostream>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using std::chrono::seconds;

TEST_CASE("session: says of itself no more than it knows") {
  const session fresh;
  CHECK(fresh.source == source::argument);
  CHECK_FALSE(fresh.verified);
  CHECK_FALSE(fresh.saved);
  CHECK_FALSE(fresh.save_error.has_value());
  CHECK(fresh.host.empty());
  for (source from : all_sources) CHECK(fresh.trace[from] == source_status::not_tried);
}

TEST_CASE("session: is equal only if every member is") {
  session verified{.verified = true}, saved{.saved = true}, elsewhere{.host = "hub.test"}, traced;
  traced.trace.set(source::saved, source_status::verified);
  const session all[]{
      {},    {.source = source::saved}, verified, saved, {.save_error = error_info{errc::store_locked}}, elsewhere,
      traced};
  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

TEST_CASE("login_error: its message has all that is known, in one line") {
  login_error error{.code = errc::rejected};
  for (source from : all_sources) CHECK(error.trace[from] == source_status::not_tried);
  const std::string code = message(errc::rejected);
  CHECK(error.message() == code);

  error.host = "hub.test";
  CHECK(error.message() == "hub.test: " + code);
  error.source_description = "the variable KEY";
  CHECK(error.message() == "hub.test: " + code + " (from the variable KEY)");
  error.detail = "expired";
  CHECK(error.message() == "hub.test: " + code + " (from the variable KEY): expired");
  error.retry_after = seconds(0);
  CHECK(error.message() == "hub.test: " + code + " (from the variable KEY): expired; try again in 0 s");
  error.retry_after = seconds(90);
  error.hint = "create a new one";
  CHECK(error.message() ==
        "hub.test: " + code + " (from the variable KEY): expired; try again in 90 s; create a new one");

  error.host.clear();
  error.source_description.clear();
  error.retry_after.reset();
  CHECK(error.message() == code + ": expired; create a new one");
}

TEST_CASE("login_error: is equal only if every member is") {
  login_error traced{.code = errc::rejected};
  traced.trace.set(source::saved, source_status::rejected);
  const login_error all[]{{.code = errc::rejected},
                          {.code = errc::unreachable},
                          {.code = errc::rejected, .detail = "expired"},
                          {.code = errc::rejected, .source = source::saved},
                          {.code = errc::rejected, .source_description = "the saved settings"},
                          {.code = errc::rejected, .host = "hub.test"},
                          {.code = errc::rejected, .hint = "create a new one"},
                          {.code = errc::rejected, .retry_after = seconds(1)},
                          traced};
  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

static_assert(std::is_same_v<login_result, result<session, login_error>>);

}  // namespace
