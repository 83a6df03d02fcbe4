// SPDX-License-Identifier: BSL-1.0
//
// Parsing JSON while memory is exhausted, and what freed memory holds afterwards.
// Replaces operator new and operator delete: fails the n-th allocation, and searches what is freed.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <malloc.h>

#include "hubauth/json/find_members.hpp"

namespace {

bool counting = false;
int allocations = 0;
int failing = 0;  // which allocation fails, counted from 1

std::string_view looked_for;  // in memory that is freed, if not empty
int found_in_freed = 0;

void* allocate(std::size_t size) {
  if (counting && ++allocations == failing) throw std::bad_alloc();
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return std::memset(memory, 0, malloc_usable_size(memory));  // what was in it before is not to be found
}

void deallocate(void* memory) noexcept {
  if (memory && !looked_for.empty()) {
    const std::string_view bytes(static_cast<const char*>(memory), malloc_usable_size(memory));
    if (bytes.find(looked_for) != std::string_view::npos) ++found_in_freed;
  }
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { deallocate(memory); }
void operator delete(void* memory, std::size_t) noexcept { deallocate(memory); }

namespace {

using hubauth::detail::find_members;

constexpr std::string_view secret_part = "CANARY";

std::string response() {
  return R"({"success":true,"message":"\ud83d\ude00 \udc80","data":{"idToken":"CANARY\u0041CANARY)" +
         std::string(200, 'x') + R"(","other":["CANARY",1,null,{"a":"CANARY"}]}})";
}

bool parse(std::string_view text) {
  return find_members(text, {"/success", "/message", "/data/idToken"}, {1 << 20, 16}).has_value();
}

/// What a call of `parse` throws if its n-th allocation fails.
enum class outcome { accepted, refused, out_of_memory };

outcome parse_failing(std::string_view text, int nth) {
  failing = nth;
  allocations = 0;
  counting = true;
  auto result = outcome::out_of_memory;
  try {
    result = parse(text) ? outcome::accepted : outcome::refused;
  } catch (const std::bad_alloc&) {
  }
  counting = false;
  return result;
}

}  // namespace

TEST_CASE("JSON: every allocation that fails is reported as std::bad_alloc") {
  for (const auto& text : {response(), response() + "x"}) {
    const auto expected = parse(text) ? outcome::accepted : outcome::refused;
    int nth = 1;
    while (parse_failing(text, nth) != expected) {
      CHECK(parse_failing(text, nth) == outcome::out_of_memory);
      ++nth;
      REQUIRE(nth < 1000);
    }
    CHECK(nth > 1);
    CHECK(allocations < nth);  // the last call was not spared by chance
    CHECK((parse(text) ? outcome::accepted : outcome::refused) == expected);
  }
}

TEST_CASE("JSON: no memory that is freed holds a string or a part of the text") {
  const auto complete = response();
  const auto cut_off = complete.substr(0, complete.size() - 1);
  auto with_error = complete;
  with_error[with_error.find("xxx")] = '\n';
  auto with_invalid_utf8 = complete;
  with_invalid_utf8[with_invalid_utf8.find("xxx")] = '\xff';
  const auto duplicate = cut_off + R"(,"success":1})";
  const std::string* const texts[] = {&complete, &cut_off, &with_error, &with_invalid_utf8, &duplicate};
  for (const auto* text : texts) {
    CAPTURE(*text);
    found_in_freed = 0;
    looked_for = secret_part;
    for (int nth = 0; nth != 8; ++nth) static_cast<void>(parse_failing(*text, nth));
    looked_for = {};
    CHECK(found_in_freed == 0);
  }
}
