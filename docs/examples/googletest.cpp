// SPDX-License-Identifier: BSL-1.0
//
// Contract tests of policies, the laws, with GoogleTest.

#include <cstdlib>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <hubauth/testing/laws.hpp>
#include <hubauth/testing/laws/transport.hpp>

#include "my_policies.hpp"

namespace laws = hubauth::testing;

// [laws]
const auto report = [](bool holds, std::string_view law) { EXPECT_TRUE(holds) << law; };

TEST(my_store, satisfies_the_laws) {
  my_store store;
  laws::store_laws([&]() -> my_store& { return store; }, report);
}

TEST(my_prompter, satisfies_the_laws) {
  laws::prompter_laws([](laws::typed_lines lines) { return my_prompter(std::move(lines)); }, report);
}

TEST(my_environment, satisfies_the_laws) {
  const auto make_environment = [](const laws::environment_variables& variables) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    return my_environment();
  };
  laws::environment_laws(make_environment, report);
}

TEST(my_transport, satisfies_the_laws) {
  laws::transport_laws([] { return my_transport(); }, report);
}
// [laws]
