// SPDX-License-Identifier: BSL-1.0
#include "hubauth/version.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

TEST_CASE("version: the text is made of the numbers") {
  CHECK(HUBAUTH_VERSION == std::to_string(HUBAUTH_VERSION_MAJOR) + "." + std::to_string(HUBAUTH_VERSION_MINOR) + "." +
                               std::to_string(HUBAUTH_VERSION_PATCH));
}

#ifdef HUBAUTH_PROJECT_VERSION
static_assert(std::string_view(HUBAUTH_VERSION) == HUBAUTH_PROJECT_VERSION, "the version of the CMake project");
#endif

#if HUBAUTH_VERSION_MAJOR < 0 || HUBAUTH_VERSION_MINOR < 0 || HUBAUTH_VERSION_PATCH < 0
#error "the numbers of the version cannot be compared by the preprocessor"
#endif

}  // namespace
