// SPDX-License-Identifier: BSL-1.0
// says: the words
static_assert(sizeof(int) == 0, "the words");
