// SPDX-License-Identifier: BSL-1.0
// says: the text
static_assert(sizeof(int) == 0, "the text");
