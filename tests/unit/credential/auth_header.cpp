// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/auth_header.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace {

using hubauth::auth_header_format;
using hubauth::auth_header_view;

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!streamable<auth_header_view> && !fmt::is_formattable<auth_header_view>::value);
static_assert(!std::is_convertible_v<auth_header_view, std::string_view> &&
              !std::is_convertible_v<auth_header_view, bool> &&
              !std::is_constructible_v<auth_header_view, const char*>);

static_assert(auth_header_view::separator == ": ");
static_assert(!auth_header_view() && auth_header_view().name().empty() && auth_header_view().expose_value().empty() &&
              auth_header_view().expose_line().empty() && auth_header_view().expose_line().data() != nullptr);

constexpr auth_header_view example("x-api-key: key", 9);
static_assert(example && example.name() == "x-api-key" && example.expose_value() == "key" &&
              example.expose_line() == "x-api-key: key");

static_assert(auth_header_format{"authorization", "Bearer "} == auth_header_format{"authorization", "Bearer "} &&
              auth_header_format{"authorization", "Bearer "} != auth_header_format{"authorization", ""} &&
              auth_header_format{"authorization", ""} != auth_header_format{"x-api-key", ""});

TEST_CASE("auth_header_view: may be of no header") {
  const auth_header_view none;
  CHECK_FALSE(none);
  CHECK(none.name().empty());
  CHECK(none.expose_value().empty());
  CHECK(*none.expose_line().data() == '\0');
}

TEST_CASE("auth_header_view: splits a line into name and value") {
  const std::string line = "authorization: Bearer a: b";
  const auth_header_view header(line, std::string_view("authorization").size());
  CHECK(header);
  CHECK(header.name() == "authorization");
  CHECK(header.expose_value() == "Bearer a: b");
  CHECK(header.expose_line().data() == line.data());
}

}  // namespace
