// SPDX-License-Identifier: BSL-1.0
// says: the words that the compiler quotes only
#ifndef FIXED
static_assert(sizeof(int) == 0, "others");  // says: others
#endif
