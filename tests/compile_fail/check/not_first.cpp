// SPDX-License-Identifier: BSL-1.0
// says first: the text
#ifndef FIXED
static_assert(sizeof(int) == 0, "something else");
static_assert(sizeof(int) == 0, "the text");
#endif
