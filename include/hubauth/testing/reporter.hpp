// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <string_view>

namespace hubauth::testing {

/// Takes what a law or a script has found: `report(holds, words)`. The seam to a test framework; the one to doctest is
/// in `testing/doctest.hpp`.
///
/// Exemplar:
///     [](bool holds, std::string_view law) { EXPECT_TRUE(holds) << law; }  // GoogleTest
///     [](bool holds, std::string_view law) { INFO(law); CHECK(holds); }    // Catch2
/// Laws:    it may be called any number of times, and copies the words where it keeps them
template <class T>
concept reporter = std::invocable<T&, bool, std::string_view>;

}  // namespace hubauth::testing
