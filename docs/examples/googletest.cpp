// SPDX-License-Identifier: BSL-1.0
//
// The laws of the policies, under GoogleTest.

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

TEST(my_store, keeps_the_laws) {
  my_store store;
  laws::store_laws([&]() -> my_store& { return store; }, report);
}

TEST(my_prompter, keeps_the_laws) {
  laws::prompter_laws([](laws::typed_lines person) { return my_prompter(std::move(person)); }, report);
}

TEST(my_environment, keeps_the_laws) {
  const auto make_environment = [](const laws::variables& set) {
    for (const auto& [name, value] : set) setenv(name.c_str(), value.c_str(), 1);
    return my_environment();
  };
  laws::environment_laws(make_environment, report);
}

TEST(my_transport, keeps_the_laws) {
  laws::transport_laws([] { return my_transport(); }, report);
}
// [laws]
