// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#endif

namespace hubauth::detail {

/// Tells AddressSanitizer, if it watches, that nobody may touch these bytes.
inline void forbid([[maybe_unused]] const char* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef ASAN_POISON_MEMORY_REGION
  ASAN_POISON_MEMORY_REGION(bytes, size);
#endif
}

/// Tells AddressSanitizer, if it watches, that these bytes are in use.
inline void allow([[maybe_unused]] const char* bytes, [[maybe_unused]] std::size_t size) noexcept {
#ifdef ASAN_UNPOISON_MEMORY_REGION
  ASAN_UNPOISON_MEMORY_REGION(bytes, size);
#endif
}

/// Pages that no core dump shows (on Linux), and that are not swapped out as far as the system allows it
/// (RLIMIT_MEMLOCK). Throws `std::bad_alloc` when there are none, or aborts a program that is built without exceptions.
inline char* map_secret_pages(std::size_t size) {
  void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
#ifdef __cpp_exceptions
    throw std::bad_alloc();
#else
    std::abort();  // as the standard library's own allocations end then
#endif
  }
#ifdef MADV_DONTDUMP
  ::madvise(pages, size, MADV_DONTDUMP);
#endif
  ::mlock(pages, size);
  return static_cast<char*>(pages);
}

/// Where the process keeps all its secrets: 64 slots for the short ones, which all keys are, and pages of its own for
/// each other.
///
/// Keeps:   the slots until the process ends; for any thread, without a lock
class secret_memory {
 public:
  static constexpr std::size_t slot_size = 1024;
  static constexpr std::size_t slot_count = 64;

  static secret_memory& instance() {
    static secret_memory only;
    return only;
  }

  /// Throws `std::bad_alloc` when there is none.
  char* take(std::size_t size) {
    for (auto taken = __atomic_load_n(&taken_, __ATOMIC_RELAXED); size <= slot_size && taken != every;) {
      const auto slot = static_cast<std::size_t>(std::countr_one(taken));
      if (!__atomic_compare_exchange_n(&taken_, &taken, taken | bit(slot), true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        continue;
      char* const bytes = region_ + slot * slot_size;
      allow(bytes, size);
      return bytes;
    }
    return map_secret_pages(size);
  }

  /// Needs:   `bytes` came from `take(size)`, and are wiped
  void give_back(char* bytes, std::size_t size) noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(bytes) - reinterpret_cast<std::uintptr_t>(region_);
    if (at >= slot_count * slot_size) {
      ::munmap(bytes, size);
      return;
    }
    forbid(bytes, slot_size);
    __atomic_fetch_and(&taken_, ~bit(at / slot_size), __ATOMIC_RELEASE);
  }

 private:
  static constexpr std::uint64_t every = ~std::uint64_t{0};
  static constexpr std::uint64_t bit(std::size_t slot) noexcept { return std::uint64_t{1} << slot; }

  secret_memory() { forbid(region_, slot_count * slot_size); }

  char* const region_ = map_secret_pages(slot_count * slot_size);
  std::uint64_t taken_ = 0;  // by atomic built-ins: <atomic> would be a tenth of what the core takes to compile
};

}  // namespace hubauth::detail
