// SPDX-License-Identifier: BSL-1.0
#include "hubauth/http/request.hpp"

#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

static_assert(to_string(http_method::get) == std::string_view("GET"));
static_assert(to_string(http_method::post) == std::string_view("POST"));
static_assert(to_string(static_cast<http_method>(2)) == std::string_view());

TEST_CASE("request: a method has the name that is sent") {
  CHECK(to_string(http_method::get) == std::string_view("GET"));
  CHECK(to_string(http_method::post) == std::string_view("POST"));
  CHECK(to_string(static_cast<http_method>(2)) == std::string_view());
}

TEST_CASE("request: the default is a POST without a credential and without cookies") {
  const request request{.url = "https://hub.test"};
  CHECK(request.method == http_method::post);
  CHECK_FALSE(request.credential);
  CHECK_FALSE(request.send_cookies);
}

}  // namespace
