// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/detail/choices.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/credential/api_key.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

template <class Choices>
std::vector<std::string> ways(Choices choices) {
  std::vector<std::string> all;
  every_choice choose;
  do {
    all.emplace_back();
    choices([&](unsigned count) {
      const auto chosen = choose(count);
      all.back() += std::to_string(chosen);
      return chosen;
    });
  } while (choose.next());
  return all;
}

/// What an answer says of itself holds: the key in its text is that one, or none.
template <class Answer>
void check_keys() {
  for (const auto& one : answers::all_of<Answer>) {
    CAPTURE(std::string(one.name));
    CHECK_FALSE(one.name.empty());
    if (!one.error) CHECK(split_key(one.text).key == one.key);
    CHECK(answers::known(one.key) == one.key);
  }
}

}  // namespace

TEST_CASE("every_choice: each combination is taken, once") {
  using all = std::vector<std::string>;
  CHECK(ways([](auto) {}) == all{""});
  CHECK(ways([](auto choose) { choose(1); }) == all{"0"});
  CHECK(ways([](auto choose) {
          choose(2);
          choose(3);
        }) == all{"00", "01", "02", "10", "11", "12"});
}

TEST_CASE("every_choice: what is chosen decides what there is to choose") {
  CHECK(ways([](auto choose) {
          if (choose(3) == 1 && choose(2) == 0) choose(2);
        }) == std::vector<std::string>{"0", "100", "101", "11", "2"});
}

TEST_CASE("every_choice: an answer's key is the one in its text") {
  check_keys<answers::argument>();
  check_keys<answers::variable>();
  check_keys<answers::loaded>();
  check_keys<answers::typed>();
}

TEST_CASE("every_choice: no text of a key or a token goes unseen") {
  for (const auto text :
       {answers::argument_key, answers::variable_key, answers::saved_key, answers::typed_key, answers::browser_token})
    CHECK(answers::leaks(std::string(text.substr(3)) + "..."));
  CHECK_FALSE(answers::leaks("the key is malformed"));
  CHECK(answers::known("another").empty());
}
