// SPDX-License-Identifier: BSL-1.0
// says: an error
int valid;
