// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdlib>

#include <malloc.h>

/// Counts what the program takes from the heap, `operator new` and C alike, by standing before glibc's own functions.
/// For one thread; include it in one file of a program.
namespace counted_heap {

inline std::size_t allocations = 0;
inline std::size_t in_use = 0;  ///< bytes, as large as the heap made them
inline std::size_t peak = 0;

inline void* taken(void* bytes) noexcept {
  if (!bytes) return bytes;
  ++allocations;
  in_use += malloc_usable_size(bytes);
  if (in_use > peak) peak = in_use;
  return bytes;
}

inline void given(void* bytes) noexcept {
  if (bytes) in_use -= malloc_usable_size(bytes);
}

}  // namespace counted_heap

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) { return counted_heap::taken(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return counted_heap::taken(__libc_calloc(count, size)); }
void* realloc(void* old, std::size_t size) {
  counted_heap::given(old);
  return counted_heap::taken(__libc_realloc(old, size));
}
void free(void* bytes) {
  counted_heap::given(bytes);
  __libc_free(bytes);
}
}
