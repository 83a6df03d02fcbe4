// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The version of these headers, as in `project(VERSION)` of CMakeLists.txt.
#define HUBAUTH_VERSION_MAJOR 0
#define HUBAUTH_VERSION_MINOR 1
#define HUBAUTH_VERSION_PATCH 0
#define HUBAUTH_VERSION "0.1.0"

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "hubauth needs C++20: compile with -std=c++20 or later"
#endif
