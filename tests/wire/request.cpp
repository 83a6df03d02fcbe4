// SPDX-License-Identifier: BSL-1.0
#include "hubauth/wire/request.hpp"

#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

static_assert(name(method::get) == std::string_view("GET"));
static_assert(name(method::post) == std::string_view("POST"));
static_assert(name(static_cast<method>(2)) == std::string_view());

TEST_CASE("request: a method has a name on the wire") {
  CHECK(name(method::get) == std::string_view("GET"));
  CHECK(name(method::post) == std::string_view("POST"));
  CHECK(name(static_cast<method>(2)) == std::string_view());
}

TEST_CASE("request: unless told otherwise it is a POST without a credential and without cookies") {
  const request asked{.url = "https://hub.test"};
  CHECK(asked.verb == method::post);
  CHECK_FALSE(asked.credential);
  CHECK_FALSE(asked.with_cookies);
}

}  // namespace
