// SPDX-License-Identifier: BSL-1.0
#include "hubauth/login/options.hpp"

#include <ostream>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;

TEST_CASE(
    "login_options: by default all sources may be used, a saved key is not verified, and a prompt has 3 attempts") {
  const login_options options;
  CHECK(options.max_prompt_attempts == 3);
  CHECK_FALSE(options.verify_saved);
  for (source value : all_sources) CHECK(options.sources.contains(value));
}

TEST_CASE("login_options: are equal only if every member is") {
  const login_options all[]{
      {}, {.verify_saved = true}, {.sources = source_set().without(source::prompt)}, {.max_prompt_attempts = 1}};
  for (const auto& a : all)
    for (const auto& b : all) CHECK((a == b) == (&a == &b));
}

}  // namespace
