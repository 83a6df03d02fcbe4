// SPDX-License-Identifier: BSL-1.0
//
// Replaces operator new and operator delete. In a file of its own: g++ warns where it inlines a replaced operator
// delete.
#include "support/failing_new.hpp"

#include <cstdlib>
#include <new>

thread_local std::size_t allocations_left = unlimited;

void* operator new(std::size_t size) {
  if (allocations_left != unlimited && allocations_left-- == 0) throw std::bad_alloc();
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
