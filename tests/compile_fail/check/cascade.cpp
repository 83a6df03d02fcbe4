// SPDX-License-Identifier: BSL-1.0
// says first: the text
#ifndef FIXED
static_assert(sizeof(int) == 0, "the text");
static_assert(sizeof(int) == 0, "a second error");
static_assert(sizeof(int) == 0, "a third");
static_assert(sizeof(int) == 0, "and a fourth");
#endif
