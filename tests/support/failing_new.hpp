// SPDX-License-Identifier: BSL-1.0
//
// Lets an allocation fail. failing_new.cpp replaces operator new and operator delete.
#pragma once

#include <cstddef>

inline constexpr auto unlimited = static_cast<std::size_t>(-1);

/// How many allocations of this thread succeed before one fails, after which it is `unlimited` again.
extern thread_local std::size_t allocations_left;
