// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/detail/simulated_values.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "hubauth/credential/api_key.hpp"

namespace {

using namespace hubauth::testing::detail;

/// `key` is the key in `text`, if that is well-formed.
template <class Enum>
void check_keys() {
  for (const auto& value : values_of<Enum>) {
    CAPTURE(std::string(value.name));
    CHECK_FALSE(value.name.empty());
    if (!value.error) CHECK(hubauth::split_key(value.text).key == value.key);
    CHECK(known_credential(value.key) == value.key);
  }
}

}  // namespace

TEST_CASE("simulated_values: each key is the one in its text") {
  check_keys<argument_value>();
  check_keys<key_variable>();
  check_keys<load_answer>();
  check_keys<prompt_answer>();
}

TEST_CASE("simulated_values: a part of a credential is found in a text") {
  for (const auto text : {argument_key, variable_key, saved_key, typed_key, browser_token})
    CHECK(contains_credential(std::string(text.substr(3)) + "..."));
  CHECK_FALSE(contains_credential("the key is malformed"));
  CHECK(known_credential("another").empty());
}
