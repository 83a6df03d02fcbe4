// SPDX-License-Identifier: BSL-1.0
#ifndef FIXED
static_assert(sizeof(int) == 0, "the text");

int valid;  // says: the text
#endif
