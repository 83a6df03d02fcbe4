// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/api_key.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace {

using namespace hubauth;
using namespace std::string_view_literals;

constexpr std::string_view key_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.~+/=-";

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

template <class T>
inline constexpr bool kept_close =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> && !std::is_default_constructible_v<T> &&
    !std::is_constructible_v<T, std::string> && !std::is_constructible_v<T, secret> &&
    !std::is_convertible_v<T, std::string_view> && std::is_nothrow_move_constructible_v<T> && !streamable<T> &&
    !fmt::is_formattable<T>::value;

static_assert(kept_close<api_key> && kept_close<id_token>);

static_assert(max_key_size == 512 && max_id_token_size == 8192 && platform_prefix == "ul_");

// trim

struct trimmed {
  std::string_view text, rest;
};

constexpr trimmed trims[]{
    {"", ""},
    {" ", ""},
    {"\t\r\n ", ""},
    {"k", "k"},
    {" k", "k"},
    {"k ", "k"},
    {"\tk\t", "k"},
    {"\rk\r", "k"},
    {"\nk\n", "k"},
    {" \t\r\nkey\n\r\t ", "key"},
    {"a b", "a b"},
    {" a \t b ", "a \t b"},
    {"\vk\v", "\vk\v"},
    {"\fk\f", "\fk\f"},
    {"\0k\0"sv, "\0k\0"sv},
    {"\xa0k", "\xa0k"},
};

constexpr std::size_t first_wrong_trim() {
  std::size_t i = 0;
  while (i != std::size(trims) && trim(trims[i].text) == trims[i].rest) ++i;
  return i;
}

static_assert(first_wrong_trim() == std::size(trims));

TEST_CASE("api_key: whitespace, tabs, CR and LF around a text are dropped, and nothing else") {
  for (const auto& of : trims) {
    CAPTURE(std::string(of.text));
    CHECK(trim(of.text) == of.rest);
  }
}

// split_key

struct row {
  std::string_view text, key, model_id;
  key_error fault = key_error::none;

  constexpr bool holds() const {
    const auto parts = split_key(text);
    return parts.key == key && parts.model_id == model_id && parts.fault == fault;
  }
};

constexpr row ok(std::string_view text, std::string_view key, std::string_view model_id = {}) {
  return {text, key, model_id};
}
constexpr row bad(std::string_view text, key_error fault) { return {text, {}, {}, fault}; }

/// A text of `Size` letters with `start` written over its first ones, and a `_` at `Divide`, when that is inside.
template <std::size_t Size, std::size_t Divide = Size>
constexpr auto long_text(std::string_view start = {}) {
  std::array<char, Size> text{};
  text.fill('k');
  for (std::size_t i = 0; i != start.size(); ++i) text[i] = start[i];
  if (Divide < Size) text[Divide] = '_';
  return text;
}

template <std::size_t Size>
constexpr std::string_view view(const std::array<char, Size>& text) {
  return {text.data(), Size};
}

constexpr auto key_511 = long_text<511>();
constexpr auto key_512 = long_text<512>();
constexpr auto key_513 = long_text<513>();
constexpr auto platform_512 = long_text<512>("ul_");
constexpr auto platform_513 = long_text<513>("ul_");
constexpr auto model_512 = long_text<514, 1>();
constexpr auto model_513 = long_text<515, 1>();
constexpr auto both_512 = long_text<1025, 512>();
constexpr auto key_513_model = long_text<515, 513>();
constexpr auto bad_513 = long_text<513>("k k");
constexpr auto bad_model_513 = long_text<515, 1>("k_ ");

constexpr row rows[]{
    ok("k", "k"),
    ok("key", "key"),
    ok(" \t\r\nkey\n\r\t ", "key"),
    ok("key_model", "key", "model"),
    ok("key_", "key"),
    ok("key__", "key", "_"),
    ok("key_m_n", "key", "m_n"),
    ok("key__m", "key", "_m"),
    ok("k_m", "k", "m"),
    ok(" key_model\n", "key", "model"),
    ok(key_alphabet, key_alphabet),
    ok("0123456789abcdef0123456789abcdef0123456789_0123456789abcdefGHIJ", "0123456789abcdef0123456789abcdef0123456789",
       "0123456789abcdefGHIJ"),
    ok("ul_0123456789abcdef0123456789abcdef01234567", "ul_0123456789abcdef0123456789abcdef01234567"),
    ok("ul_k", "ul_k"),
    ok(" ul_k ", "ul_k"),
    ok("ul", "ul"),
    ok("ulk", "ulk"),
    ok("UL_k", "UL", "k"),
    ok("Ul_k", "Ul", "k"),
    ok("xul_k", "xul", "k"),
    ok("ulx_k", "ulx", "k"),
    ok("u_l_k", "u", "l_k"),
    ok(view(key_511), view(key_511)),
    ok(view(key_512), view(key_512)),
    ok(view(platform_512), view(platform_512)),
    ok(view(model_512), "k", view(key_512)),
    ok(view(both_512), view(key_512), view(key_512)),

    bad("", key_error::no_key),
    bad(" \t\r\n", key_error::no_key),
    bad("_", key_error::no_key_part),
    bad("__", key_error::no_key_part),
    bad("_model", key_error::no_key_part),
    bad(" _model", key_error::no_key_part),
    bad("ul_", key_error::no_key_part),
    bad(" ul_ ", key_error::no_key_part),
    bad("k ey", key_error::bad_character),
    bad("k\tey", key_error::bad_character),
    bad("k\ney", key_error::bad_character),
    bad("k\0"sv, key_error::bad_character),
    bad("\"key\"", key_error::bad_character),
    bad("key\x7f", key_error::bad_character),
    bad("k\xc3\xa9y", key_error::bad_character),
    bad("key _model", key_error::bad_character),
    bad("ul__", key_error::bad_character),
    bad("ul_k_model", key_error::bad_character),
    bad("ul_ k", key_error::bad_character),
    bad(view(bad_513), key_error::bad_character),
    bad("key_ model", key_error::bad_model_character),
    bad("key_mo\ndel", key_error::bad_model_character),
    bad("key_model\0"sv, key_error::bad_model_character),
    bad("key_m\xc3\xa9", key_error::bad_model_character),
    bad(view(bad_model_513), key_error::bad_model_character),
    bad(view(key_513), key_error::key_too_long),
    bad(view(key_513_model), key_error::key_too_long),
    bad(view(platform_513), key_error::key_too_long),
    bad(view(model_513), key_error::model_too_long),
};

constexpr std::size_t first_wrong_row() {
  std::size_t i = 0;
  while (i != std::size(rows) && rows[i].holds()) ++i;
  return i;
}

static_assert(first_wrong_row() == std::size(rows));

std::string text_of(const auto& credential) {
  return credential.with_exposed([](std::string_view text) { return std::string(text); });
}

TEST_CASE("api_key: a text is divided into key and model id, or its fault is named") {
  for (const auto& of : rows) {
    CAPTURE(std::string(of.text));
    CHECK(of.holds());

    const auto parsed = api_key::parse(of.text);
    REQUIRE(parsed.has_value() == (of.fault == key_error::none));
    if (parsed) {
      CHECK(text_of(parsed->key) == of.key);
      CHECK(parsed->model_id == of.model_id);
    } else {
      CHECK(parsed.error().code == errc::malformed_key);
      CHECK(parsed.error().detail == describe(of.fault));
    }
  }
}

TEST_CASE("api_key: of all bytes only those of the alphabet may stand in a key, a model id or a token") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const std::string alone{'k', static_cast<char>(byte), 'k'};
    const bool in_alphabet = key_alphabet.find(alone[1]) != std::string_view::npos;
    const bool underscore = alone[1] == '_';

    for (const auto& inside : {alone, std::string(20, 'k') + alone}) {
      CHECK((split_key(inside).fault == key_error::none) == (in_alphabet || underscore));
      CHECK((split_key("ul_" + inside).fault == key_error::none) == in_alphabet);
      CHECK((split_key("k_" + inside).fault == key_error::none) == (in_alphabet || underscore));
      CHECK(id_token::parse(inside).has_value() == (in_alphabet || underscore));
    }
  }
}

/// `text` between two others, which are not to be read.
struct surrounded {
  std::string whole;
  std::size_t size;

  surrounded(const std::string& text, char by) : whole(20, by), size(text.size()) { whole += text + whole; }
  operator std::string_view() const { return std::string_view(whole).substr(20, size); }
};

TEST_CASE("api_key: one look tells letters, digits and the marks of nearly every key from all others, at every place") {
  constexpr std::string_view rare = "+=~";  // of the alphabet, but not looked for
  for (const std::size_t size : {16u, 17u, 32u, 40u})
    for (std::size_t at = 0; at != size; ++at)
      for (int byte = 0; byte != 256; ++byte) {
        std::string text(size, 'k');
        text[at] = static_cast<char>(byte);
        const bool usual = text[at] == '_' || (key_alphabet.find(text[at]) != std::string_view::npos &&
                                               rare.find(text[at]) == std::string_view::npos);
        if (detail::all_usual(surrounded(text, 'k')) == usual) continue;
        CAPTURE(size);
        CAPTURE(at);
        CAPTURE(byte);
        FAIL_CHECK("told otherwise");
      }
  CHECK_FALSE(detail::all_usual(std::string(15, 'k')));  // too short to be looked at
}

TEST_CASE("api_key: one wrong character is found wherever it stands, and none that stands beside the text") {
  for (const std::size_t size : {9u, 15u, 16u, 17u, 31u, 32u, 33u, 48u}) {
    CAPTURE(size);
    const std::string key(size, 'k');
    const auto platform = "ul_" + key.substr(3);
    CHECK(split_key(surrounded(key, '!')).key == key);
    CHECK(split_key(surrounded(platform, '!')).key == platform);
    CHECK(id_token::parse(surrounded(key, '!')));

    for (std::size_t at = 0; at != size; ++at) {
      CAPTURE(at);
      const auto with = [&](std::string text, char c) { return text[at] = c, surrounded(text, 'k'); };

      CHECK(split_key(with(key, '!')).fault == key_error::bad_character);
      CHECK_FALSE(id_token::parse(with(key, '!')));
      CHECK(split_key(with(key, '_')).fault == (at == 0 ? key_error::no_key_part : key_error::none));
      CHECK(id_token::parse(with(key, '_')));
      if (at >= platform_prefix.size())
        for (char wrong : {'!', '_'}) CHECK(split_key(with(platform, wrong)).fault == key_error::bad_character);

      for (std::size_t divide = 1; divide != size; ++divide) {
        auto divided = key;
        divided[divide] = '_';
        const auto parts = split_key(surrounded(divided, '!'));
        CHECK(parts.key.size() == divide);
        CHECK(parts.model_id.size() == size - divide - 1);
        CHECK(split_key(with(divided, '!')).fault ==
              (at <= divide ? key_error::bad_character : key_error::bad_model_character));
      }
    }
  }
}

// The faults in words

struct fault_words {
  key_error fault;
  std::string_view text;
};

constexpr fault_words words[]{
    {key_error::none, "nothing is wrong with it"},
    {key_error::no_key, "it is empty"},
    {key_error::no_key_part, "the part that is the key is empty"},
    {key_error::bad_character, "it has a character that no key has (a whitespace, a quote or the like inside?)"},
    {key_error::key_too_long, "it is longer than any key"},
    {key_error::bad_model_character, "its model id has a character that no model id has"},
    {key_error::model_too_long, "its model id is longer than any"},
    {static_cast<key_error>(7), "unknown fault"},
};

constexpr std::size_t first_wrong_words() {
  std::size_t i = 0;
  while (i != std::size(words) && describe(words[i].fault) == words[i].text) ++i;
  return i;
}

static_assert(first_wrong_words() == std::size(words));

TEST_CASE("api_key: every fault is worded") {
  for (const auto& [fault, text] : words) CHECK(describe(fault) == text);
}

// The types

TEST_CASE("api_key: keys and tokens are compared by their text, and copied only by clone") {
  const auto key = api_key::parse("key_model")->key.clone();
  CHECK(key == api_key::parse(" key_other")->key);
  CHECK_FALSE(key == api_key::parse("kez")->key);
  CHECK(text_of(key.clone()) == "key");

  const auto token = id_token::parse("token")->clone();
  CHECK(token == *id_token::parse("token"));
  CHECK_FALSE(token == *id_token::parse("tokem"));
  CHECK(text_of(token.clone()) == "token");
}

TEST_CASE("api_key: an id token is 1 to 8192 of its alphabet, and is taken as it is") {
  for (const auto& text : {std::string("t"), std::string("a.b_c-d"), std::string("ul_t"), std::string("_"),
                           std::string(8191, 't'), std::string(8192, 't')}) {
    CAPTURE(text.size());
    const auto token = id_token::parse(text);
    REQUIRE(token);
    CHECK(text_of(*token) == text);
  }
  for (const auto& text : {std::string(), std::string(" "), std::string(" t"), std::string("t\n"), std::string("a b"),
                           std::string(1, '\0'), std::string(8193, 't')}) {
    CAPTURE(text.size());
    const auto token = id_token::parse(text);
    REQUIRE_FALSE(token);
    CHECK(token.error().code == errc::invalid_response);
    CHECK(token.error().detail == "the id token in it can't be one");
  }
}

}  // namespace
