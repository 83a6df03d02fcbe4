// SPDX-License-Identifier: BSL-1.0
// says: text that is only in the line that the compiler quotes
#ifndef FIXED
static_assert(sizeof(int) == 0, "others");  // says: others
#endif
