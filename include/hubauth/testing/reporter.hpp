// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <string_view>

#include "hubauth/version.hpp"

namespace hubauth::testing {

/// Receives the results of contract tests, scripts and enumerations, so that they work with every test framework.
/// `testing/doctest.hpp` has the one for doctest.
///
/// Exemplar:
///
///     [](bool holds, std::string_view law) { EXPECT_TRUE(holds) << law; }  // GoogleTest
///     [](bool holds, std::string_view law) { INFO(law); CHECK(holds); }    // Catch2
///
/// Laws: it may be called any number of times; it copies the text if it keeps it.
///
/// Models: `doctest_report`
template <class T>
concept reporter = std::invocable<T&, bool, std::string_view>;

}  // namespace hubauth::testing
