// SPDX-License-Identifier: BSL-1.0
// says: nothing is wrong
int whole;
