// SPDX-License-Identifier: BSL-1.0
//
// Interposes munmap: looks whether the pages of a large secret are wiped when they are given back.
#include "hubauth/secret.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <sys/syscall.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace {

std::string_view watched;  // the bytes of a secret
bool unmapped_clean = false;
std::size_t unmapped = 0;  // bytes, of all calls

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

}  // namespace

extern "C" int munmap(void* pages, std::size_t size) noexcept {
  unmapped += size;
  if (pages == watched.data()) unmapped_clean = is_zero(std::exchange(watched, {}));
  return static_cast<int>(::syscall(SYS_munmap, pages, size));
}

namespace {

using hubauth::secret;
using namespace std::string_view_literals;

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(streamable<std::string_view> && fmt::is_formattable<std::string_view>::value);
static_assert(!streamable<secret> && !fmt::is_formattable<secret>::value);
static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);
static_assert(std::is_nothrow_default_constructible_v<secret>);
static_assert(!std::is_convertible_v<secret, std::string_view> && !std::is_convertible_v<secret, std::string>);
static_assert(!std::is_convertible_v<std::string_view, secret> && !std::is_convertible_v<const char*, secret>);
static_assert(!std::is_constructible_v<std::string_view, secret> && !std::is_constructible_v<bool, secret>);
static_assert(!std::is_constructible_v<secret, const char*, std::size_t>, "a size is not a second part");

bool holds(const secret& value, std::string_view bytes) {
  return value.empty() == bytes.empty() && value.with_exposed([&](std::string_view text) {
    return text == bytes && text.data() != nullptr && text.data()[text.size()] == '\0';
  });
}

const char* address_of(const secret& value) {
  return value.with_exposed([](std::string_view text) { return text.data(); });
}

void watch(const secret& value) {
  value.with_exposed([](std::string_view text) { watched = text; });
}

/// \pre `watched` fitted into a slot of the pool, whose memory stays mapped
bool wiped() {
  hubauth::detail::asan_unpoison(watched.data(), watched.size());
  const bool clean = is_zero(watched);
  hubauth::detail::asan_poison(watched.data(), watched.size());
  return clean;
}

TEST_CASE("secret: holds its bytes, whatever they are, and a NUL follows them") {
  CHECK(holds(secret(), ""));
  for (const auto bytes : {""sv, "k"sv, "key"sv, "a\0b"sv, "\0"sv, "\xff\x80"sv}) {
    CAPTURE(bytes.size());
    CHECK(holds(secret(bytes), bytes));
  }
  for (const std::size_t size : {1022u, 1023u, 1024u, 4095u, 4096u, 100'000u}) {
    CAPTURE(size);
    const std::string bytes(size, 'x');
    CHECK(holds(secret(bytes), bytes));
  }
}

TEST_CASE("secret: joins its parts") {
  CHECK(holds(secret("a", "bc", "def"), "abcdef"));
  CHECK(holds(secret("a", "bc"), "abc"));
  CHECK(holds(secret("", "bc", ""), "bc"));
  CHECK(holds(secret("a", "", "d"), "ad"));
  CHECK(holds(secret("", "", ""), ""));
}

TEST_CASE("secret: a move does not copy the bytes, and leaves an empty secret") {
  secret first("first");
  const char* const bytes = address_of(first);
  secret second(std::move(first));
  CHECK(address_of(second) == bytes);
  CHECK(holds(second, "first"));
  CHECK(holds(first, ""));

  secret third("third");
  third = std::move(second);
  CHECK(address_of(third) == bytes);
  CHECK(holds(third, "first"));
  CHECK(holds(second, ""));

  secret& same = third;
  third = std::move(same);
  CHECK(holds(third, "first"));

  second = secret("again");
  first = secret();
  CHECK(holds(second, "again"));
  CHECK(holds(first, ""));
}

TEST_CASE("secret: a clone has the same bytes in memory of its own") {
  const secret first("first");
  const secret second = first.clone();
  CHECK(holds(first, "first"));
  CHECK(holds(second, "first"));
  CHECK(address_of(first) != address_of(second));
  CHECK(holds(secret().clone(), ""));
}

TEST_CASE("secret: is equal to a secret with the same bytes only") {
  const std::string_view all[]{"",    "a",    "ab",    "ba",    "abc",   "abd",    "acc",   "bbc",
                               "ABC", "abcd", "a\xff", "a\x7f", "a\0"sv, "a\0b"sv, "a\0c"sv};
  for (const auto a : all)
    for (const auto b : all) {
      CAPTURE(std::string(a));
      CAPTURE(std::string(b));
      CHECK((secret(a) == secret(b)) == (a == b));
    }
}

TEST_CASE("secret: with_exposed returns what the function returns") {
  const secret value("abc");
  std::size_t seen = 0;
  std::size_t& same = value.with_exposed([&](std::string_view text) -> std::size_t& { return seen = text.size(); });
  CHECK(&same == &seen);
  CHECK(seen == 3);
}

TEST_CASE("secret: the bytes are wiped before their memory is given back") {
  SUBCASE("by the destructor") {
    secret value("first ", "second ", "third");
    watch(value);
    { const secret gone(std::move(value)); }
    CHECK(wiped());
  }
  SUBCASE("by assignment") {
    secret value("first");
    watch(value);
    value = secret("second");
    CHECK(wiped());
    CHECK(holds(value, "second"));
  }
  SUBCASE("but not by a move") {
    secret value("first");
    watch(value);
    const secret moved(std::move(value));
    CHECK_FALSE(is_zero(watched));
    CHECK(holds(moved, "first"));
  }
  SUBCASE("also of a large secret") {
    secret value(std::string(5000, 'x'));
    watch(value);
    value = secret();
    CHECK(unmapped_clean);
  }
}

TEST_CASE("secret: the pages of one that is too large for a slot are unmapped, and no others") {
  constexpr auto slot = hubauth::detail::secure_pool::slot_size;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto pages_unmapped = [&](std::size_t size) {
    const std::string bytes(size, 'x');
    unmapped = 0;
    { const secret value(bytes); }
    return (unmapped + page - 1) / page;
  };
  CHECK(pages_unmapped(0) == 0);
  CHECK(pages_unmapped(slot - 1) == 0);  // a NUL follows
  CHECK(pages_unmapped(slot) == 1);
  CHECK(pages_unmapped(page - 1) == 1);
  CHECK(pages_unmapped(page) == 2);
}

}  // namespace
