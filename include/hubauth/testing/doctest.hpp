// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace hubauth::testing {

/// Reports to doctest: one check for each law. A model of `reporter`.
inline constexpr auto doctest_report = [](bool holds, std::string_view law) { CHECK_MESSAGE(holds, std::string(law)); };

}  // namespace hubauth::testing
