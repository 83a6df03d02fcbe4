// SPDX-License-Identifier: BSL-1.0
#include "hubauth/result.hpp"

#include <any>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>
#include <version>
#if __cpp_lib_expected >= 202211L
#include <expected>
#endif

#include <doctest/doctest.h>

namespace {

/// The checks below are templates of a library, since hubauth::result promises what std::expected does: they must hold
/// for both. The standard's is checked only in a language mode that has it.
struct ours {
  template <class T, class E>
  using expected = hubauth::result<T, E>;
  template <class E>
  using unexpected = hubauth::unexpected<E>;
  template <class E>
  using bad_access = hubauth::bad_result_access<E>;
  static constexpr auto unexpect = hubauth::unexpect;
};

#if __cpp_lib_expected >= 202211L
struct standard {
  template <class T, class E>
  using expected = std::expected<T, E>;
  template <class E>
  using unexpected = std::unexpected<E>;
  template <class E>
  using bad_access = std::bad_expected_access<E>;
  static constexpr auto unexpect = std::unexpect;
};
#endif

template <class Lib, class T, class E>
using expected = typename Lib::template expected<T, E>;
template <class Lib, class E>
using failure = typename Lib::template unexpected<E>;

/// Can be moved, not copied; -1 after it was moved from.
struct move_only {
  int value;

  constexpr explicit move_only(int n) noexcept : value(n) {}
  constexpr move_only(move_only&& other) noexcept : value(std::exchange(other.value, -1)) {}
  constexpr move_only& operator=(move_only&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
};

/// Is made implicitly of a number, explicitly of text, and of a list.
struct number {
  int value = 0;

  constexpr number() = default;
  constexpr number(int n) noexcept : value(n) {}
  constexpr explicit number(const char*) noexcept : value(-2) {}
  constexpr int twice() const noexcept { return 2 * value; }
  constexpr number(std::initializer_list<int> list, int more) noexcept : value(static_cast<int>(list.size()) + more) {}
  friend constexpr bool operator==(const number&, const number&) = default;
};

struct no_default {
  explicit no_default(int) {}
};

struct not_comparable {};

template <class A, class B>
concept comparable = requires(const A& a, const B& b) {
  a == b;
};

// Types

template <class Lib>
constexpr bool converts_as_explicitly_as_its_content() {
  using value = expected<Lib, number, number>;
  static_assert(std::is_convertible_v<int, value>);
  static_assert(std::is_constructible_v<value, const char*> && !std::is_convertible_v<const char*, value>);
  static_assert(!std::is_constructible_v<value, std::string>);
  static_assert(std::is_convertible_v<failure<Lib, int>, value>);
  static_assert(std::is_convertible_v<const failure<Lib, int>&, value>);
  static_assert(std::is_constructible_v<value, failure<Lib, const char*>>);
  static_assert(!std::is_convertible_v<failure<Lib, const char*>, value>);
  static_assert(!std::is_constructible_v<value, failure<Lib, std::string>>);
  static_assert(!std::is_convertible_v<number, failure<Lib, number>>);

  static_assert(std::is_convertible_v<expected<Lib, int, int>, value>);
  static_assert(std::is_constructible_v<value, expected<Lib, const char*, int>>);
  static_assert(!std::is_convertible_v<expected<Lib, const char*, int>, value>);
  static_assert(std::is_constructible_v<value, expected<Lib, int, const char*>>);
  static_assert(!std::is_convertible_v<expected<Lib, int, const char*>, value>);
  static_assert(!std::is_constructible_v<value, expected<Lib, std::string, int>>);
  static_assert(!std::is_constructible_v<value, expected<Lib, void, int>>);
  static_assert(!std::is_constructible_v<expected<Lib, void, int>, value>);
  static_assert(std::is_convertible_v<expected<Lib, void, int>, expected<Lib, void, long>>);
  static_assert(!std::is_constructible_v<expected<Lib, void, int>, int>);

  static_assert(!std::is_convertible_v<value, bool> && !std::is_convertible_v<expected<Lib, void, int>, bool>);
  static_assert(!std::is_convertible_v<value, number> && !std::is_constructible_v<int, value>);
  return true;
}

template <class Lib>
constexpr bool copies_and_moves_where_its_content_does() {
  static_assert(std::copyable<expected<Lib, number, std::string>> && std::copyable<expected<Lib, void, std::string>>);
  static_assert(std::movable<expected<Lib, move_only, int>> && std::movable<expected<Lib, int, move_only>>);
  static_assert(!std::is_copy_constructible_v<expected<Lib, move_only, int>>);
  static_assert(!std::is_copy_assignable_v<expected<Lib, move_only, int>>);
  static_assert(!std::is_copy_constructible_v<expected<Lib, int, move_only>>);
  static_assert(!std::is_copy_constructible_v<expected<Lib, void, move_only>>);
  static_assert(std::is_nothrow_move_constructible_v<expected<Lib, std::string, int>>);
  static_assert(std::is_nothrow_swappable_v<expected<Lib, number, int>>);
  static_assert(std::is_default_constructible_v<expected<Lib, void, no_default>>);
  static_assert(!std::is_default_constructible_v<expected<Lib, no_default, int>>);
  return true;
}

template <class Lib>
constexpr bool names_its_types() {
  using value = expected<Lib, int, long>;
  static_assert(std::is_same_v<typename value::value_type, int> && std::is_same_v<typename value::error_type, long>);
  static_assert(std::is_same_v<typename value::unexpected_type, failure<Lib, long>>);
  static_assert(std::is_same_v<typename value::template rebind<char>, expected<Lib, char, long>>);
  static_assert(std::is_same_v<decltype(*std::declval<value&>()), int&>);
  static_assert(std::is_same_v<decltype(*std::declval<const value&>()), const int&>);
  static_assert(std::is_same_v<decltype(*std::declval<value>()), int&&>);
  static_assert(std::is_same_v<decltype(*std::declval<const value>()), const int&&>);
  static_assert(std::is_same_v<decltype(std::declval<const value>().value()), const int&&>);
  static_assert(std::is_same_v<decltype(std::declval<value&>().error()), long&>);
  static_assert(std::is_same_v<decltype(std::declval<const value>().error()), const long&&>);
  static_assert(std::is_same_v<decltype(*std::declval<expected<Lib, void, int>&>()), void>);
  static_assert(std::is_same_v<decltype(std::declval<expected<Lib, void, int>>().value()), void>);
  return true;
}

/// Types that can be made of anything.
template <class Lib>
constexpr bool unwraps_no_more_than_the_standard_says() {
  using any = expected<Lib, std::any, int>;
  static_assert(std::copyable<any>);
  static_assert(std::is_same_v<decltype(any(std::declval<any&>())), any>);
  using nested = expected<Lib, expected<Lib, int, int>, int>;
  static_assert(std::is_convertible_v<expected<Lib, int, int>, nested> &&
                std::is_convertible_v<int, expected<Lib, int, int>>);
  static_assert(!std::is_constructible_v<expected<Lib, int, std::any>, expected<Lib, long, int>>);
  static_assert(std::is_constructible_v<expected<Lib, std::any, std::any>, failure<Lib, int>>);
  return true;
}

// Values

template <class Lib>
constexpr bool has_a_value_or_an_error() {
  const expected<Lib, int, int> value = 3, error = failure<Lib, int>(4), none;
  const expected<Lib, void, int> success, void_error = failure<Lib, int>(4);
  *success;
  success.value();
  return value && value.has_value() && *value == 3 && value.value() == 3 && *none == 0 && none.has_value() &&  //
         !error && !error.has_value() && error.error() == 4 &&                                                 //
         success && success.has_value() && !void_error && !void_error.has_value() && void_error.error() == 4;
}

template <class Lib>
constexpr bool constructs_in_place() {
  const expected<Lib, number, number> text(std::in_place, "text"), list(std::in_place, {1, 2}, 3), none(std::in_place);
  const expected<Lib, number, number> text_error(Lib::unexpect, "text"), list_error(Lib::unexpect, {1, 2}, 3);
  const expected<Lib, void, number> success(std::in_place), void_error(Lib::unexpect, {1, 2}, 3);
  const failure<Lib, number> text_failure(std::in_place, "text"), list_failure(std::in_place, {1, 2}, 3);
  return text->value == -2 && list->value == 5 && none->value == 0 && text_error.error().value == -2 &&
         list_error.error().value == 5 && success && void_error.error().value == 5 &&
         text_failure.error().value == -2 && list_failure.error().value == 5;
}

template <class Lib>
constexpr bool reaches_its_value_as_a_pointer_does() {
  expected<Lib, number, number> value = 3;
  value->value += 1;
  (*value).value += 1;
  value.value().value += 1;
  expected<Lib, number, number> error = failure<Lib, number>(3);
  error.error().value += 1;
  const auto& constant = value;
  expected<Lib, move_only, int> movable(std::in_place, 7);
  const move_only moved = *std::move(movable);
  return constant->value == 6 && error.error().value == 4 && moved.value == 7 && movable->value == -1;
}

template <class Lib>
constexpr bool converts_from_a_result_of_other_types() {
  const expected<Lib, int, int> value = 3, error = failure<Lib, int>(4);
  const expected<Lib, number, number> a = value, b = error;
  const expected<Lib, number, number> c = expected<Lib, int, int>(5), d = expected<Lib, int, int>(failure<Lib, int>(6));
  expected<Lib, number, number> assigned = 1;
  assigned = value;
  const expected<Lib, void, number> success = expected<Lib, void, int>(),
                                    failed = expected<Lib, void, int>(Lib::unexpect, 7);
  return a->value == 3 && b.error().value == 4 && c->value == 5 && d.error().value == 6 && assigned->value == 3 &&
         success && failed.error().value == 7;
}

template <class Lib>
constexpr bool a_bool_is_the_value_and_not_whether_there_is_one() {
  const expected<Lib, bool, int> no = false;
  const expected<Lib, bool, int> of_zero(expected<Lib, int, int>(0)),
      of_error(expected<Lib, int, int>(Lib::unexpect, 7));
  const expected<Lib, std::optional<int>, int> none = std::optional<int>();
  return no.has_value() && !*no && of_zero.has_value() && !*of_zero && !of_error && of_error.error() == 7 &&
         none.has_value() && !none->has_value();
}

template <class Lib>
constexpr bool assigns_between_all_pairs_of_states() {
  using value = expected<Lib, number, int>;
  for (const value& before : {value(1), value(2), value(Lib::unexpect, 3)})
    for (const value& after : {value(1), value(2), value(Lib::unexpect, 3), value(Lib::unexpect, 4)}) {
      value copied = before, moved = before, swapped = before, other = after;
      copied = after;
      moved = value(after);
      swap(swapped, other);
      if (copied != after || moved != after || swapped != after || other != before) return false;
      other.swap(other);
      if (other != before) return false;
    }
  using nothing = expected<Lib, void, int>;
  for (const nothing& before : {nothing(), nothing(Lib::unexpect, 3)})
    for (const nothing& after : {nothing(), nothing(Lib::unexpect, 3), nothing(Lib::unexpect, 4)}) {
      nothing copied = before, moved = before, swapped = before, other = after;
      copied = after;
      moved = nothing(after);
      swapped.swap(other);
      if (copied != after || moved != after || swapped != after || other != before) return false;
    }
  return true;
}

template <class Lib>
constexpr bool assigns_values_and_errors() {
  expected<Lib, number, number> it = 1;
  it = 2;
  if (it != 2) return false;
  const failure<Lib, int> error(3);
  it = error;
  if (it != error) return false;
  it = number(4);
  if (it != 4) return false;
  it = failure<Lib, int>(5);
  if (it.error() != 5) return false;
  it = {};
  if (it != 0) return false;
  expected<Lib, void, number> nothing;
  nothing = failure<Lib, int>(5);
  if (nothing.error() != 5) return false;
  nothing = {};
  return nothing.has_value();
}

template <class Lib>
constexpr bool emplaces() {
  expected<Lib, number, int> it(Lib::unexpect, 3);
  number& first = it.emplace(1);
  if (&first != &*it || it != 1) return false;
  it.emplace({1, 2}, 3);
  if (it != 5) return false;
  it.emplace();
  if (it != 0) return false;
  expected<Lib, void, int> nothing(Lib::unexpect, 3);
  nothing.emplace();
  return nothing.has_value();
}

template <class Lib>
constexpr bool leaves_a_moved_from_result_with_a_moved_from_content() {
  expected<Lib, move_only, move_only> value(std::in_place, 1), error(Lib::unexpect, 2);
  const auto a = std::move(value), b = std::move(error);
  return value.has_value() && value->value == -1 && !error.has_value() && error.error().value == -1 && a->value == 1 &&
         b.error().value == 2;
}

template <class Lib>
constexpr bool has_alternatives() {
  const expected<Lib, number, number> value = 1, error(Lib::unexpect, 2);
  const expected<Lib, void, int> nothing, failed(Lib::unexpect, 2);
  expected<Lib, move_only, move_only> movable(std::in_place, 1), unmovable(Lib::unexpect, 2);
  return value.value_or(3) == number(1) && error.value_or(3) == number(3) && value.error_or(4) == number(4) &&
         error.error_or(4) == number(2) && nothing.error_or(4) == 4 && failed.error_or(4) == 2 &&
         std::move(movable).value_or(move_only(3)).value == 1 && movable->value == -1 &&
         std::move(unmovable).error_or(move_only(3)).value == 2 && unmovable.error().value == -1;
}

template <class Lib>
constexpr bool compares() {
  using value = expected<Lib, int, int>;
  const value one = 1, two = 2, error_one(Lib::unexpect, 1), error_two(Lib::unexpect, 2);
  const expected<Lib, void, int> success, failed_one(Lib::unexpect, 1), failed_two(Lib::unexpect, 2);
  const expected<Lib, long, long> long_one = 1L, long_error_one(Lib::unexpect, 1L);
  return one == one && one != two && one != error_one && error_one == error_one && error_one != error_two &&  //
         one == 1 && 1 == one && one != 2 && error_one != 1 && one == 1L &&                                   //
         error_one == failure<Lib, int>(1) && failure<Lib, int>(1) == error_one && one != failure<Lib, int>(1) &&
         error_one != failure<Lib, long>(2) &&                                                    //
         one == long_one && long_one == one && two != long_one && error_one == long_error_one &&  //
         success == success && success != failed_one && failed_one == failed_one && failed_one != failed_two &&
         failed_one == failure<Lib, int>(1) && success != failure<Lib, int>(1) &&  //
         failure<Lib, int>(1) == failure<Lib, int>(1) && failure<Lib, int>(1) != failure<Lib, int>(2);
}

// The monadic operations

/// The value category and constness in which a function received its argument.
enum class passed_as { lvalue, const_lvalue, rvalue, const_rvalue };

struct category_of {
  constexpr passed_as operator()(int&) const { return passed_as::lvalue; }
  constexpr passed_as operator()(const int&) const { return passed_as::const_lvalue; }
  constexpr passed_as operator()(int&&) const { return passed_as::rvalue; }
  constexpr passed_as operator()(const int&&) const { return passed_as::const_rvalue; }
};

template <class Lib>
constexpr bool passes_its_content_on_in_its_own_value_category() {
  const auto in_all_categories = [](auto it, auto call) {
    const auto& constant = it;
    return call(it) == passed_as::lvalue && call(constant) == passed_as::const_lvalue &&
           call(std::move(it)) == passed_as::rvalue && call(std::move(constant)) == passed_as::const_rvalue;
  };
  using value = expected<Lib, int, int>;
  const auto wrapped_value = [](auto&& x) {
    return expected<Lib, passed_as, int>(category_of()(std::forward<decltype(x)>(x)));
  };
  const auto wrapped_error = [](auto&& x) {
    return expected<Lib, int, passed_as>(Lib::unexpect, category_of()(std::forward<decltype(x)>(x)));
  };
  return in_all_categories(value(1),
                           [&](auto&& it) { return *std::forward<decltype(it)>(it).and_then(wrapped_value); }) &&
         in_all_categories(value(1),
                           [&](auto&& it) { return *std::forward<decltype(it)>(it).transform(category_of()); }) &&
         in_all_categories(value(Lib::unexpect, 1),
                           [&](auto&& it) { return std::forward<decltype(it)>(it).or_else(wrapped_error).error(); }) &&
         in_all_categories(value(Lib::unexpect, 1), [&](auto&& it) {
           return std::forward<decltype(it)>(it).transform_error(category_of()).error();
         });
}

template <class Lib>
constexpr bool chains() {
  using value = expected<Lib, int, int>;
  using nothing = expected<Lib, void, int>;
  const auto half = [](int n) { return n % 2 == 0 ? value(n / 2) : value(Lib::unexpect, n); };
  const auto check = [](int n) { return n > 0 ? nothing() : nothing(Lib::unexpect, n); };
  const auto twelve = [] { return value(12); };
  const auto no_error_above_3 = [](int e) {
    return e > 3 ? expected<Lib, int, long>(0) : expected<Lib, int, long>(Lib::unexpect, e);
  };
  const auto no_failure_above_3 = [](int e) {
    return e > 3 ? expected<Lib, void, long>() : expected<Lib, void, long>(Lib::unexpect, e);
  };
  const auto plus_one = [](int n) { return n + 1L; };

  return value(12).and_then(half).and_then(half) == 3 && value(6).and_then(half).and_then(half).error() == 3 &&
         value(Lib::unexpect, 5).and_then(half).error() == 5 &&                                          //
         value(1).and_then(check).has_value() && value(0).and_then(check).error() == 0 &&                //
         nothing().and_then(twelve) == 12 && nothing(Lib::unexpect, 5).and_then(twelve).error() == 5 &&  //
         value(7).or_else(no_error_above_3) == 7 && value(Lib::unexpect, 4).or_else(no_error_above_3) == 0 &&
         value(Lib::unexpect, 3).or_else(no_error_above_3).error() == 3 &&
         nothing().or_else(no_failure_above_3).has_value() &&
         nothing(Lib::unexpect, 4).or_else(no_failure_above_3).has_value() &&
         nothing(Lib::unexpect, 3).or_else(no_failure_above_3).error() == 3 &&  //
         value(7).transform(plus_one) == 8 && value(Lib::unexpect, 7).transform(plus_one).error() == 7 &&
         value(7).transform([](int) {}).has_value() && value(Lib::unexpect, 7).transform([](int) {}).error() == 7 &&
         nothing().transform([] { return 9; }) == 9 && nothing().transform([] {}).has_value() &&
         nothing(Lib::unexpect, 7).transform([] { return 9; }).error() == 7 &&  //
         value(7).transform_error(plus_one) == 7 && value(Lib::unexpect, 7).transform_error(plus_one).error() == 8 &&
         nothing().transform_error(plus_one).has_value() &&
         nothing(Lib::unexpect, 7).transform_error(plus_one).error() == 8;
}

template <class Lib>
constexpr bool chains_members_and_what_can_only_be_moved() {
  const expected<Lib, number, int> it = 7;
  const auto copied = it.transform(&number::twice);
  const auto moved =
      expected<Lib, move_only, int>(std::in_place, 7).transform([](move_only&& m) { return move_only(m.value + 1); });
  const auto error = expected<Lib, int, move_only>(Lib::unexpect, 7).transform([](int n) { return n; });
  return copied == 14 && moved->value == 8 && error.error().value == 7;
}

struct check {
  std::string_view name;
  bool (*holds)();
};

template <class Lib>
constexpr check checks[]{
    {"converts as explicitly as its content", &converts_as_explicitly_as_its_content<Lib>},
    {"copies and moves where its content does", &copies_and_moves_where_its_content_does<Lib>},
    {"names its types", &names_its_types<Lib>},
    {"unwraps no more than the standard says", &unwraps_no_more_than_the_standard_says<Lib>},
    {"has a value or an error", &has_a_value_or_an_error<Lib>},
    {"constructs in place", &constructs_in_place<Lib>},
    {"reaches its value as a pointer does", &reaches_its_value_as_a_pointer_does<Lib>},
    {"converts from a result of other types", &converts_from_a_result_of_other_types<Lib>},
    {"a bool is the value, and not whether there is one", &a_bool_is_the_value_and_not_whether_there_is_one<Lib>},
    {"assigns between all pairs of states", &assigns_between_all_pairs_of_states<Lib>},
    {"assigns values and errors", &assigns_values_and_errors<Lib>},
    {"emplaces", &emplaces<Lib>},
    {"leaves a moved-from result with a moved-from content",
     &leaves_a_moved_from_result_with_a_moved_from_content<Lib>},
    {"has alternatives", &has_alternatives<Lib>},
    {"compares", &compares<Lib>},
    {"passes its content on in its own value category", &passes_its_content_on_in_its_own_value_category<Lib>},
    {"chains", &chains<Lib>},
    {"chains members and what can only be moved", &chains_members_and_what_can_only_be_moved<Lib>},
};

template <class Lib>
constexpr std::string_view first_failed() {
  for (const auto& check : checks<Lib>)
    if (!check.holds()) return check.name;
  return "";
}

static_assert(first_failed<ours>() == "");
#if __cpp_lib_expected >= 202211L
static_assert(first_failed<standard>() == "");
#endif

TEST_CASE("result: does what std::expected does, at compile time and at run time") {
  for (const auto& check : checks<ours>) {
    CAPTURE(std::string(check.name));
    CHECK(check.holds());
  }
}

// What is not constexpr, and what is ours alone

using namespace hubauth;

/// Calls the operations of a result in one value category.
template <class Result>
int chain(Result&& result) {
  const auto pass = [&]() -> Result&& { return std::forward<Result>(result); };
  const auto value = [](const auto&... values) { return (0 + ... + values); };
  int sum = 0;
  sum += pass().and_then([&](auto&&... values) { return hubauth::result<int, int>(value(values...)); }).value_or(10);
  sum += pass().transform([&](auto&&... values) { return value(values...) + 1; }).value_or(20);
  static_cast<void>(pass().transform([&](auto&&... values) { sum += value(values...); }));
  sum += pass().or_else([](int error) { return std::remove_cvref_t<Result>(hubauth::unexpect, error + 1); }).error_or(30);
  sum += pass().transform_error([](int error) { return error + 2; }).error_or(40);
  sum += pass().error_or(50);
  return sum;
}

template <class Result>
int chain_in_every_category(Result result) {
  const Result constant = result;
  const int sum = chain(constant);
  CHECK(chain(std::move(constant)) == sum);
  CHECK(chain(result) == sum);
  CHECK(chain(std::move(result)) == sum);
  return sum;
}

TEST_CASE("result: the operations run in every value category") {
  CHECK(chain_in_every_category(hubauth::result<int, int>(3)) == 3 + 4 + 3 + 30 + 40 + 50);
  CHECK(chain_in_every_category(hubauth::result<int, int>(hubauth::unexpect, 7)) == 10 + 20 + 8 + 9 + 7);
  CHECK(chain_in_every_category(hubauth::result<void, int>()) == 0 + 1 + 0 + 30 + 40 + 50);
  CHECK(chain_in_every_category(hubauth::result<void, int>(hubauth::unexpect, 7)) == 10 + 20 + 8 + 9 + 7);
}

TEST_CASE("result: value() throws the error where there is no value") {
  const result<std::string, int> error(unexpect, 7);
  CHECK_THROWS_AS(static_cast<void>(error.value()), bad_result_access<int>);
  CHECK_THROWS_AS(static_cast<void>(error.value()), bad_result_access<void>);
  CHECK_THROWS_AS(result<void>(fail(errc::rejected)).value(), bad_result_access<error_info>);
  try {
    static_cast<void>(result<int, std::unique_ptr<int>>(unexpect, std::make_unique<int>(7)).value());
    FAIL("value() returned");
  } catch (bad_result_access<std::unique_ptr<int>>& access) {
    CHECK(*access.error() == 7);
    CHECK(std::string_view(access.what()) == "hubauth::result has an error instead of a value");
  }
}

/// Throws where it is copied or made from a text.
struct throwing {
  int value = 0;

  throwing() = default;
  explicit throwing(const char*) { throw std::runtime_error("constructed"); }
  throwing(throwing&&) noexcept = default;
  throwing(const throwing&) { throw std::runtime_error("copied"); }
  throwing& operator=(throwing&&) noexcept = default;
  throwing& operator=(const throwing&) = delete;
};

TEST_CASE("result: nothing changes when a constructor throws") {
  const auto unchanged = [](auto&& change) {
    for (const bool has_value : {true, false}) {
      auto it = has_value ? result<throwing, std::string>()
                          : result<throwing, std::string>(unexpect, "an error that allocates memory");
      if (has_value) it->value = 7;
      CHECK_THROWS_AS(change(it), std::runtime_error);
      REQUIRE(it.has_value() == has_value);
      if (has_value) CHECK(it->value == 7);
      if (!has_value) CHECK(it.error() == "an error that allocates memory");
    }
  };
  const result<throwing, std::string> other;
  unchanged([](auto& it) { it.emplace("text"); });
  unchanged([&](auto& it) { it = other; });
  CHECK_THROWS_AS(static_cast<void>(result<throwing>(std::in_place, "text")), std::runtime_error);
  CHECK_THROWS_AS(static_cast<void>(result<int, throwing>(unexpect, "text")), std::runtime_error);
  CHECK_THROWS_AS(static_cast<void>(result<throwing, std::string>(other)), std::runtime_error);
}

TEST_CASE("result: assigned to itself or from a part of itself, it keeps its content") {
  result<std::string> it = "a text that is long enough to be allocated";
  const auto before = *it;
  auto& same = it;
  it = same;
  CHECK(it == before);
  it = std::move(same);
  CHECK(it == before);
  it.emplace(*it);
  CHECK(it == before);
  it = *it;
  CHECK(it == before);

  struct node {
    int value;
    std::unique_ptr<result<node>> next{};
  };
  result<node> list = node{1, std::make_unique<result<node>>(node{2})};
  list = std::move(*list->next);
  CHECK(list->value == 2);

  result<std::string, std::string> error(unexpect, before);
  error = unexpected(error.error());
  CHECK(error == unexpected(before));
  error.emplace(error.error());
  CHECK(error == before);
}

TEST_CASE("result: of a type that is made of anything, the value is what was given") {
  const result<int> number = 7;
  const result<std::any> any = number;  // as in std::expected
  REQUIRE(any);
  CHECK(std::any_cast<result<int>>(&*any));
  CHECK(std::any_cast<int>(*result<std::any>(7)) == 7);
  CHECK_FALSE(result<std::any>(fail(errc::rejected)));
  const auto copy = any;
  CHECK(std::any_cast<result<int>>(&*copy));

  const result<result<int>> inner_failed = result<int>(fail(errc::rejected));
  REQUIRE(inner_failed);
  CHECK_FALSE(*inner_failed);
  const result<result<int>> outer_failed = fail(errc::rejected);
  CHECK_FALSE(outer_failed);
}

TEST_CASE("result: its content is destroyed once") {
  const auto shared = std::make_shared<int>(7);
  using counted = result<std::shared_ptr<int>, std::shared_ptr<const int>>;
  {
    counted a = shared, b(unexpect, shared);
    CHECK(shared.use_count() == 3);
    a = b;
    b = counted(shared);
    a.swap(b);
    a.emplace(shared);
    auto c = std::move(a).and_then([](auto&& value) { return counted(std::move(value)); });
    CHECK(shared.use_count() == 3);  // in b and in c
    c = unexpected(shared);
    CHECK(shared.use_count() == 3);
  }
  CHECK(shared.use_count() == 1);
}

static_assert(std::is_same_v<decltype(unexpected(7)), unexpected<int>>);
static_assert(unexpected(1) == unexpected(1L) && unexpected(1) != unexpected(2L));
static_assert(!comparable<result<not_comparable>, result<not_comparable>> && !comparable<result<int>, std::string> &&
              !comparable<result<int>, result<void>> && !comparable<result<int>, unexpected<int>> &&
              comparable<result<int>, result<int>>);
static_assert(!std::is_convertible_v<errc, result<int>> && !std::is_convertible_v<error_info, result<int>> &&
                  !std::is_constructible_v<result<bool>, errc>,
              "an error is returned by fail or unexpected only");

TEST_CASE("result: fail makes an error of a code, with a detail or without") {
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

}  // namespace
