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

static_assert(!std::is_copy_constructible_v<api_key> && !std::is_copy_assignable_v<api_key>);
static_assert(!std::is_default_constructible_v<api_key> && !std::is_constructible_v<api_key, std::string> &&
                  !std::is_constructible_v<api_key, secret>,
              "only parse makes a key");
static_assert(!std::is_convertible_v<api_key, std::string_view> && std::is_nothrow_move_constructible_v<api_key>);
static_assert(!streamable<api_key> && !fmt::is_formattable<api_key>::value);
static_assert(max_key_size == 512 && platform_prefix == "ul_");

// split_key

struct split {
  std::string_view text, key, model_id;
  key_error error = key_error::none;

  constexpr bool holds() const {
    const auto parts = split_key(text);
    return parts.key == key && parts.model_id == model_id && parts.error == error;
  }
};

constexpr split ok(std::string_view text, std::string_view key, std::string_view model_id = {}) {
  return {text, key, model_id};
}
constexpr split bad(std::string_view text, key_error error) { return {text, {}, {}, error}; }

/// A text of `Size` letters that starts with `start` and has a `_` at `Separator`, if that is inside.
template <std::size_t Size, std::size_t Separator = Size>
constexpr auto long_text(std::string_view start = {}) {
  std::array<char, Size> text{};
  text.fill('k');
  for (std::size_t i = 0; i != start.size(); ++i) text[i] = start[i];
  if (Separator < Size) text[Separator] = '_';
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

constexpr split splits[]{
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

    bad("", key_error::empty),
    bad(" \t\r\n", key_error::empty),
    bad("_", key_error::empty_key_part),
    bad("__", key_error::empty_key_part),
    bad("_model", key_error::empty_key_part),
    bad(" _model", key_error::empty_key_part),
    bad("ul_", key_error::empty_key_part),
    bad(" ul_ ", key_error::empty_key_part),
    bad("k ey", key_error::invalid_character),
    bad("k\tey", key_error::invalid_character),
    bad("k\ney", key_error::invalid_character),
    bad("k\0"sv, key_error::invalid_character),
    bad("\"key\"", key_error::invalid_character),
    bad("key\x7f", key_error::invalid_character),
    bad("k\xc3\xa9y", key_error::invalid_character),
    bad("key _model", key_error::invalid_character),
    bad("ul__", key_error::invalid_character),
    bad("ul_k_model", key_error::invalid_character),
    bad("ul_ k", key_error::invalid_character),
    bad(view(bad_513), key_error::invalid_character),
    bad("key_ model", key_error::invalid_model_id_character),
    bad("key_mo\ndel", key_error::invalid_model_id_character),
    bad("key_model\0"sv, key_error::invalid_model_id_character),
    bad("key_m\xc3\xa9", key_error::invalid_model_id_character),
    bad(view(bad_model_513), key_error::invalid_model_id_character),
    bad(view(key_513), key_error::key_too_long),
    bad(view(key_513_model), key_error::key_too_long),
    bad(view(platform_513), key_error::key_too_long),
    bad(view(model_513), key_error::model_id_too_long),
};

constexpr std::size_t first_wrong_split() {
  std::size_t i = 0;
  while (i != std::size(splits) && splits[i].holds()) ++i;
  return i;
}

static_assert(first_wrong_split() == std::size(splits));

std::string text_of(const api_key& key) {
  return key.with_exposed([](std::string_view text) { return std::string(text); });
}

TEST_CASE("api_key: a text is split into key and model id, or its error is reported") {
  for (const auto& split : splits) {
    CAPTURE(std::string(split.text));
    CHECK(split.holds());

    const auto parsed = api_key::parse(split.text);
    REQUIRE(parsed.has_value() == (split.error == key_error::none));
    if (parsed) {
      CHECK(text_of(parsed->key) == split.key);
      CHECK(parsed->model_id == split.model_id);
    } else {
      CHECK(parsed.error().code == errc::malformed_key);
      CHECK(parsed.error().detail == message(split_key(split.text), split.text));
    }
  }
}

TEST_CASE("api_key: a key and a model id contain the bytes of their alphabets and no others") {
  for (int byte = 0; byte != 256; ++byte) {
    CAPTURE(byte);
    const std::string alone{'k', static_cast<char>(byte), 'k'};
    const bool in_alphabet = key_alphabet.find(alone[1]) != std::string_view::npos;
    const bool underscore = alone[1] == '_';

    for (const auto& text : {alone, std::string(20, 'k') + alone}) {
      CHECK((split_key(text).error == key_error::none) == (in_alphabet || underscore));
      CHECK((split_key("ul_" + text).error == key_error::none) == in_alphabet);
      CHECK((split_key("k_" + text).error == key_error::none) == (in_alphabet || underscore));
    }
  }
}

/// `text` between other characters, which must not be read.
struct surrounded {
  std::string whole;
  std::size_t size;

  surrounded(const std::string& text, char by) : whole(20, by), size(text.size()) { whole += text + whole; }
  operator std::string_view() const { return std::string_view(whole).substr(20, size); }
};

TEST_CASE("api_key: an invalid character is found at every position, and none outside the text") {
  for (const std::size_t size : {9u, 15u, 16u, 17u, 31u, 32u, 33u, 48u}) {
    CAPTURE(size);
    const std::string key(size, 'k');
    const auto platform = "ul_" + key.substr(3);
    CHECK(split_key(surrounded(key, '!')).key == key);
    CHECK(split_key(surrounded(platform, '!')).key == platform);

    for (std::size_t at = 0; at != size; ++at) {
      CAPTURE(at);
      const auto with = [&](std::string text, char c) { return text[at] = c, surrounded(text, 'k'); };
      const auto invalid_at = [&](const surrounded& text, key_error error) {
        const auto parts = split_key(text);
        return parts.error == error && parts.error_position == at + 1;
      };

      CHECK(invalid_at(with(key, '!'), key_error::invalid_character));
      CHECK(split_key(with(key, '_')).error == (at == 0 ? key_error::empty_key_part : key_error::none));
      if (at >= platform_prefix.size())
        for (char wrong : {'!', '_'}) CHECK(invalid_at(with(platform, wrong), key_error::invalid_character));

      for (std::size_t separator = 1; separator != size; ++separator) {
        auto separated = key;
        separated[separator] = '_';
        const auto parts = split_key(surrounded(separated, '!'));
        CHECK(parts.key.size() == separator);
        CHECK(parts.model_id.size() == size - separator - 1);
        CHECK(invalid_at(with(separated, '!'),
                         at <= separator ? key_error::invalid_character : key_error::invalid_model_id_character));
      }
    }
  }
}

TEST_CASE(
    "api_key: a message names the kind of an invalid character and its position, and repeats nothing of the text") {
  struct {
    std::string_view text, message;
  } const table[]{
      {"key", "no error"},
      {" \n", "it is empty"},
      {"_model", "the part that is the key is empty"},
      {"ul_", "the part that is the key is empty"},
      {"\"key\"", "it contains an invalid character: a quote at position 1"},
      {"'key", "it contains an invalid character: a quote at position 1"},
      {"k`ey", "it contains an invalid character: a quote at position 2"},
      {"  k ey", "it contains an invalid character: a space at position 4"},
      {"ul_k_model", "it contains an invalid character: an underscore at position 5"},
      {"k\tey", "it contains an invalid character: a control character at position 2"},
      {"k\0"sv, "it contains an invalid character: a control character at position 2"},
      {"key\x7f", "it contains an invalid character: a control character at position 4"},
      {"k\xc3\xa9y", "it contains an invalid character: a character that is not ASCII at position 2"},
      {"k,ey", "it contains an invalid character: a punctuation character at position 2"},
      {"key_mo del", "its model id contains an invalid character: a space at position 7"},
      {"\tkey_\xff", "its model id contains an invalid character: a character that is not ASCII at position 6"},
      {view(key_513), "it is longer than the 512 characters of a key"},
      {view(model_513), "its model id is longer than 512 characters"},
  };
  for (const auto& row : table) {
    CAPTURE(std::string(row.text));
    CHECK(message(split_key(row.text), row.text) == row.message);
  }
  CHECK(message({.error = static_cast<key_error>(7)}, "key") == "unknown error");
}

TEST_CASE("api_key: is compared by its text, and copied only by clone") {
  const auto key = api_key::parse("key_model")->key.clone();
  CHECK(key == api_key::parse(" key_other")->key);
  CHECK_FALSE(key == api_key::parse("kez")->key);
  CHECK(text_of(key.clone()) == "key");
}

}  // namespace
