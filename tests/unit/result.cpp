// SPDX-License-Identifier: BSL-1.0
#include "hubauth/result.hpp"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

static_assert(!std::is_convertible_v<result<int>, bool> && !std::is_convertible_v<result<void>, bool>);
static_assert(std::is_constructible_v<result<std::string>, const char*> &&
              !std::is_constructible_v<result<std::string>, int>);
static_assert(!std::is_default_constructible_v<result<int>>);
static_assert(!std::is_copy_constructible_v<result<std::unique_ptr<int>>> &&
              std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);

/// A error_info of another type than `error_info`, at compile time too.
constexpr result<int, std::string_view> half_of(int number) {
  if (number % 2 != 0) return unexpected(std::string_view("it is odd"));
  return number / 2;
}

constexpr result<void, int> check_even(int number) {
  if (number % 2 != 0) return unexpected(number);
  return {};
}

constexpr bool holds_one_of_two() {
  const auto half = half_of(4);
  const auto none = half_of(3);
  auto changed = half_of(4);
  *changed += 5;
  auto worse = half_of(5);
  worse.error() = "it is very odd";
  return half && half.has_value() && *half == 2 && !none && !none.has_value() && none.error() == "it is odd" &&
         *changed == 7 && worse.error() == "it is very odd";
}

constexpr bool holds_nothing_or_why() {
  const auto none = check_even(3);
  auto changed = check_even(5);
  changed.error() += 2;
  return check_even(4) && check_even(4).has_value() && !none && !none.has_value() && none.error() == 3 &&
         changed.error() == 7;
}

static_assert(holds_one_of_two());
static_assert(holds_nothing_or_why());

TEST_CASE("result: a value, or why there is none") {
  CHECK(holds_one_of_two());
  CHECK(holds_nothing_or_why());
}

TEST_CASE("result: a value is reached like a pointer's, and may only be movable") {
  result<std::string> text = "text";
  CHECK(text->size() == 4);
  text->push_back('s');
  CHECK(std::as_const(text)->ends_with("ts"));

  result<std::unique_ptr<int>> first = std::make_unique<int>(7);
  const auto second = std::move(first);
  REQUIRE(second);
  CHECK(**second == 7);
}

TEST_CASE("result: a value of false, or of none, is a value all the same") {
  const result<bool> no = false;
  CHECK(no.has_value());
  CHECK_FALSE(*no);
  const result<std::optional<int>> none = std::optional<int>();
  CHECK(none.has_value());
  CHECK_FALSE(none->has_value());
}

TEST_CASE("result: fail gives a error_info of a kind, with words or without") {
  const result<int> odd = fail(errc::rejected, "it is odd");
  REQUIRE_FALSE(odd);
  CHECK(odd.error().code == errc::rejected);
  CHECK(odd.error().code != errc::invalid_response);
  CHECK(odd.error().code == recovery::user_action);
  CHECK(odd.error().detail == "it is odd");
  CHECK_FALSE(odd.error().retry_after.has_value());

  const result<void> none = fail(errc::unreachable);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == errc::unreachable);
  CHECK(none.error().detail.empty());

  result<std::string> other = unexpected(none.error());
  REQUIRE_FALSE(other);
  CHECK(other.error().code == errc::unreachable);
}

TEST_CASE("result: a error_info's message is the kind, and the detail when there is one") {
  CHECK(error_info{errc::unreachable}.message() == describe(errc::unreachable));
  CHECK(error_info{errc::unreachable, "refused"}.message() == std::string(describe(errc::unreachable)) + ": refused");

  const auto foreign = std::make_error_code(std::errc::io_error);
  CHECK(error_info{foreign, "key.txt"}.message() == foreign.message() + ": key.txt");
}

}  // namespace
