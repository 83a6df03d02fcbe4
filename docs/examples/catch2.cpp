// SPDX-License-Identifier: BSL-1.0
//
// Contract tests of policies, the laws, with Catch2.

#include <cstdlib>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>
#include <hubauth/testing/laws.hpp>
#include <hubauth/testing/laws/transport.hpp>

#include "my_policies.hpp"

namespace laws = hubauth::testing;

// [report]
const auto report = [](bool holds, std::string_view law) {
  INFO(law);
  CHECK(holds);
};

TEST_CASE("my_store satisfies the laws") {
  my_store store;
  laws::store_laws([&]() -> my_store& { return store; }, report);
}
// [report]

TEST_CASE("my_prompter satisfies the laws") {
  laws::prompter_laws([](laws::typed_lines lines) { return my_prompter(std::move(lines)); }, report);
}

TEST_CASE("my_environment satisfies the laws") {
  const auto make_environment = [](const laws::environment_variables& variables) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    return my_environment();
  };
  laws::environment_laws(make_environment, report);
}

TEST_CASE("my_transport satisfies the laws") {
  laws::transport_laws([] { return my_transport(); }, report);
}
