// SPDX-License-Identifier: BSL-1.0
//
// Defines names that Windows, old Unix systems, macOS, X11 and Qt define as macros, after the headers of others. Code that
// uses one of them does not compile.
#pragma once

#include "headers_of_others.hpp"  // written by portable.sh

#undef linux
#undef major
#undef max
#undef min
#undef minor
#undef unix

// clang-format off
#define max(a, b) (a is not b)
#define min(a, b) (a is not b)
#define major(device) (no device)
#define minor(device) (no device)

#define check     a macro
#define emit      a macro
#define far       a macro
#define foreach   a macro
#define interface a macro
#define linux     a macro
#define near      a macro
#define signals   a macro
#define slots     a macro
#define small     a macro
#define unix      a macro
#define verify    a macro
#define None      a macro
#define Status    a macro
#define Success   a macro
#define ERROR     a macro
#define IN        a macro
#define OUT       a macro
#define FALSE     a macro
#define TRUE      a macro
// clang-format on
