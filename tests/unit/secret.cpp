// SPDX-License-Identifier: BSL-1.0
#include "hubauth/secret.hpp"

#include <array>
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

/// Where a secret was.
std::string_view watched;
bool unmapped_clean = false;
std::size_t unmapped = 0;  // bytes, of all pages

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

}  // namespace

extern "C" int munmap(void* pages, std::size_t size) noexcept {
  unmapped += size;
  if (pages == watched.data()) unmapped_clean = is_zero(std::exchange(watched, {}));
  return static_cast<int>(::syscall(SYS_munmap, pages, size));
}

using hubauth::secret;
using hubauth::secure_zero;

namespace {

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(streamable<std::string_view> && fmt::is_formattable<std::string_view>::value);
static_assert(!streamable<secret> && !fmt::is_formattable<secret>::value);
static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);
static_assert(!std::is_convertible_v<secret, std::string_view> && !std::is_convertible_v<secret, std::string>);
static_assert(!std::is_convertible_v<std::string_view, secret>);
static_assert(!std::is_constructible_v<std::string_view, secret> && !std::is_constructible_v<bool, secret>);

constexpr bool holds(const secret& it, std::string_view bytes) {
  return it.empty() == bytes.empty() && it.with_exposed([&](std::string_view text) {
    return text == bytes && text.data() != nullptr && text.data()[text.size()] == '\0';
  });
}

constexpr secret nothing("");  // needs no memory
static_assert(holds(nothing, ""));

void watch(const secret& it) {
  it.with_exposed([](std::string_view text) { watched = text; });
}

/// Needs:   `watched` was of the size of a key: its memory is key_saved for the next one
bool wiped() {
  hubauth::detail::allow(watched.data(), watched.size());
  const bool clean = is_zero(watched);
  hubauth::detail::asan_poison(watched.data(), watched.size());
  return clean;
}

constexpr bool wipes_these_bytes_only() {
  std::array<char, 5> bytes{'a', 'b', 'c', 'd', 'e'};
  secure_zero(bytes.data() + 1, 3);
  secure_zero(bytes.data(), 0);
  return std::string_view(bytes.data(), bytes.size()) == std::string_view("a\0\0\0e", 5);
}

constexpr bool holds_its_bytes() {
  using namespace std::string_view_literals;
  return holds(secret(), "") && holds(secret(""), "") && holds(secret("k"), "k") && holds(secret("key"), "key") &&
         holds(secret("a\0b"sv), "a\0b"sv) && holds(secret("\xff\x80"), "\xff\x80");
}

constexpr bool joins_its_parts() {
  return holds(secret("a", "bc", "def"), "abcdef") && holds(secret("", "bc", ""), "bc") &&
         holds(secret("a", "", "d"), "ad") && holds(secret("", "", ""), "");
}

constexpr bool moves() {
  secret first("first");
  const char* bytes = first.with_exposed([](std::string_view text) { return text.data(); });
  secret second(std::move(first));
  const bool not_copied = second.with_exposed([&](std::string_view text) { return text.data() == bytes; });
  if (!not_copied || !holds(second, "first") || !holds(first, "")) return false;

  secret third("third");
  third = std::move(second);
  if (!holds(third, "first") || !holds(second, "")) return false;

  secret& itself = third;
  third = std::move(itself);
  second = secret("again");
  first = secret();
  return holds(third, "first") && holds(second, "again") && holds(first, "");
}

constexpr bool clones() {
  const secret first("first");
  const secret second = first.clone();
  const char* bytes = first.with_exposed([](std::string_view text) { return text.data(); });
  return holds(first, "first") && holds(second, "first") && holds(secret().clone(), "") &&
         second.with_exposed([&](std::string_view text) { return text.data() != bytes; });
}

constexpr bool compares() {
  struct row {
    std::string_view a, b;
  };
  for (const auto& [a, b] : {row{"a", ""},
                             {"abc", "ab"},
                             {"abc", "abcd"},
                             {"abc", "bbc"},
                             {"abc", "acc"},
                             {"abc", "abd"},
                             {"ab", "ba"},
                             {"a\xff", "a\x7f"},
                             {"abc", "ABC"}}) {
    if (secret(a) == secret(b) || secret(b) == secret(a)) return false;
    if (!(secret(a) == secret(a)) || !(secret(b) == secret(b))) return false;
  }
  return true;
}

constexpr bool gives_what_the_function_gives() {
  const secret it("abc");
  int seen = 0;
  int& same = it.with_exposed([&](std::string_view text) -> int& { return seen = static_cast<int>(text.size()); });
  return &same == &seen && seen == 3;
}

static_assert(wipes_these_bytes_only());
static_assert(holds_its_bytes());
static_assert(joins_its_parts());
static_assert(moves());
static_assert(clones());
static_assert(compares());
static_assert(gives_what_the_function_gives());

TEST_CASE("secret: what holds when compiled holds when run") {
  CHECK(wipes_these_bytes_only());
  CHECK(holds_its_bytes());
  CHECK(joins_its_parts());
  CHECK(moves());
  CHECK(clones());
  CHECK(compares());
  CHECK(gives_what_the_function_gives());
}

TEST_CASE("secret: a string is wiped with its unused capacity, and empty after it") {
  for (std::size_t size : {0u, 1u, 15u, 16u, 100u}) {
    CAPTURE(size);
    std::string text(size + 10, 'x');
    text.resize(size);
    const char* bytes = text.data();
    const auto capacity = text.capacity();
    secure_zero(text);
    CHECK(text.empty());
    CHECK(text.data() == bytes);
    CHECK(std::string_view(bytes, capacity).find_first_not_of('\0') == std::string_view::npos);
  }
}

TEST_CASE("secret: the bytes are wiped before they are given back") {
  SUBCASE("when it ends") {
    secret it("first ", "second ", "third");
    watch(it);
    { const secret gone(std::move(it)); }
    CHECK(wiped());
  }
  SUBCASE("when it is assigned to") {
    secret it("first");
    watch(it);
    it = secret("second");
    CHECK(wiped());
    CHECK(holds(it, "second"));
  }
  SUBCASE("but not when it is moved") {
    secret it("first");
    watch(it);
    const secret moved(std::move(it));
    CHECK_FALSE(is_zero(watched));
    CHECK(holds(moved, "first"));
  }
  SUBCASE("when it is a large one") {
    secret it(std::string(5000, 'x'));
    watch(it);
    it = secret();
    CHECK(unmapped_clean);
  }
}

TEST_CASE("secret: what is too large for a slot is unmapped whole, and nothing beside it") {
  constexpr auto slot = hubauth::detail::secure_pool::slot_size;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto pages_unmapped = [&](std::size_t size) {
    const std::string bytes(size, 'x');
    unmapped = 0;
    { const secret it(bytes); }
    return (unmapped + page - 1) / page;
  };
  CHECK(pages_unmapped(0) == 0);
  CHECK(pages_unmapped(slot - 1) == 0);  // a NUL follows
  CHECK(pages_unmapped(slot) == 1);
  CHECK(pages_unmapped(page - 1) == 1);
  CHECK(pages_unmapped(page) == 2);
}

}  // namespace
