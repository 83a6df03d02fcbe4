// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#endif

#include "hubauth/version.hpp"

namespace hubauth::detail {

/// Tells AddressSanitizer, where it is active, that these bytes must not be used.
inline void asan_poison([[maybe_unused]] const char* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef ASAN_POISON_MEMORY_REGION
  ASAN_POISON_MEMORY_REGION(bytes, size);
#endif
}

/// Tells AddressSanitizer, where it is active, that these bytes may be used.
inline void asan_unpoison([[maybe_unused]] const char* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef ASAN_UNPOISON_MEMORY_REGION
  ASAN_UNPOISON_MEMORY_REGION(bytes, size);
#endif
}

/// \throws std::bad_alloc if there is no memory; a program that is built without exceptions is aborted
inline char* map_pages(std::size_t size) {
  void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
#ifdef __cpp_exceptions
    throw std::bad_alloc();
#else
    std::abort();
#endif
  }
  return static_cast<char*>(pages);
}

/// Leaves the pages out of core dumps (on Linux) and locks them into memory as far as RLIMIT_MEMLOCK allows.
inline void protect_pages(char* pages, std::size_t size) noexcept {
#ifdef MADV_DONTDUMP
  ::madvise(pages, size, MADV_DONTDUMP);
#endif
  ::mlock(pages, size);
}

/// Where the process keeps its secrets: slots of 1 KiB in regions of 64 KiB, and pages of their own for larger ones.
///
/// A region starts at a multiple of its size, so the region of a slot follows from the slot's address. Regions stay
/// until the process ends.
/// \par Thread safety
/// All functions can be called by any thread. None takes a lock.
class secure_pool {
 public:
  static constexpr std::size_t slot_size = 1024;
  static constexpr std::size_t region_size = 64 * slot_size;
  static constexpr std::size_t slots_per_region = region_size / slot_size - 1;  // the first one holds the header

  /// \throws std::bad_alloc
  static char* allocate(std::size_t size) {
    if (size > slot_size) return allocate_pages(size);
    for (;;) {
      for (auto* region = first_.load(std::memory_order_acquire); region; region = region->next)
        if (char* const slot = take_slot(*region)) {
          asan_unpoison(slot, size);
          return slot;
        }
      add_region();
    }
  }

  /// \pre `bytes` was returned by `allocate(size)`, and is wiped
  static void deallocate(char* bytes, std::size_t size) noexcept {
    if (size > slot_size) {
      ::munmap(bytes, size);
      return;
    }
    asan_poison(bytes, slot_size);
    const auto offset = reinterpret_cast<std::uintptr_t>(bytes) % region_size;
    auto* const region = reinterpret_cast<region_header*>(bytes - offset);
    region->used.fetch_and(~bit(offset / slot_size), std::memory_order_release);
  }

 private:
  struct region_header {
    std::atomic<std::uint64_t> used{bit(0)};  // a bit for each slot, the header's own included
    region_header* next = nullptr;
  };
  static_assert(sizeof(region_header) <= slot_size);

  static char* allocate_pages(std::size_t size) {
    char* const pages = map_pages(size);
    protect_pages(pages, size);
    return pages;
  }

  static constexpr std::uint64_t bit(std::size_t slot) noexcept { return std::uint64_t{1} << slot; }

  /// A free slot of the region; null if there is none.
  static char* take_slot(region_header& region) noexcept {
    for (auto used = region.used.load(std::memory_order_relaxed); used != ~std::uint64_t{0};) {
      const auto slot = static_cast<std::size_t>(std::countr_one(used));
      if (region.used.compare_exchange_weak(used, used | bit(slot), std::memory_order_acquire,
                                            std::memory_order_relaxed))
        return reinterpret_cast<char*>(&region) + slot * slot_size;
    }
    return nullptr;
  }

  static void add_region() {
    // Twice the size holds an aligned region; the rest goes back.
    char* const pages = map_pages(2 * region_size);
    const auto before = (region_size - reinterpret_cast<std::uintptr_t>(pages) % region_size) % region_size;
    if (before != 0) ::munmap(pages, before);
    ::munmap(pages + before + region_size, region_size - before);

    char* const aligned = pages + before;
    protect_pages(aligned, region_size);
    auto* const region = ::new (static_cast<void*>(aligned)) region_header;
    asan_poison(aligned + slot_size, region_size - slot_size);
    region->next = first_.load(std::memory_order_relaxed);
    bool added = false;
    while (!added)
      added = first_.compare_exchange_weak(region->next, region, std::memory_order_release, std::memory_order_relaxed);
  }

  static inline std::atomic<region_header*> first_{nullptr};
};

}  // namespace hubauth::detail
