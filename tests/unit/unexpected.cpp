// SPDX-License-Identifier: BSL-1.0
#include "hubauth/unexpected.hpp"

#include <concepts>
#include <exception>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace {

using hubauth::bad_result_access;
using hubauth::unexpected;

static_assert(std::is_same_v<decltype(unexpected(7)), unexpected<int>>);
static_assert(std::is_same_v<decltype(unexpected(unexpected(7))), unexpected<int>>, "a copy, as of std::unexpected");
static_assert(std::is_constructible_v<unexpected<std::string>, const char*> &&
              !std::is_convertible_v<const char*, unexpected<std::string>> &&
              !std::is_constructible_v<unexpected<std::string>, int*>);
static_assert(std::copyable<unexpected<std::string>> && std::movable<unexpected<std::unique_ptr<int>>> &&
              !std::is_copy_constructible_v<unexpected<std::unique_ptr<int>>>);
static_assert(unexpected(1) == unexpected(1) && unexpected(1) == unexpected(1L) && unexpected(1) != unexpected(2));
static_assert(std::is_base_of_v<bad_result_access<void>, bad_result_access<int>> &&
              std::is_base_of_v<std::exception, bad_result_access<void>>);

TEST_CASE("unexpected: holds an error, which can be changed, moved and swapped") {
  unexpected<std::string> error("refused");
  error.error() += " twice";
  CHECK(std::as_const(error).error() == "refused twice");
  unexpected<std::string> other(std::in_place, 3u, 'x');
  swap(error, other);
  CHECK(error.error() == "xxx");
  error.swap(other);
  CHECK(error.error() == "refused twice");

  unexpected owner(std::make_unique<int>(7));
  const auto moved = std::move(owner).error();
  CHECK(*moved == 7);
  CHECK(owner.error() == nullptr);
}

TEST_CASE("bad_result_access: carries the error") {
  bad_result_access access(std::string("refused"));
  CHECK(access.error() == "refused");
  CHECK(std::as_const(access).error() == "refused");
  CHECK(std::move(access).error() == "refused");
  CHECK(std::string_view(access.what()) == "hubauth::result has an error instead of a value");
}

}  // namespace
