// SPDX-License-Identifier: BSL-1.0
//
// What a login in memory takes from the heap: prints how often, and how many bytes at most at once. (Secrets do not
// come from the heap: they have 64 KiB of pages of their own, once in a process.)

#include <cstdio>

#include <benchmark/benchmark.h>

#include "counted_heap.hpp"
#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "policies.hpp"

int main() {
  for (int round = 0;; ++round) {
    const auto allocations = counted_heap::allocations;
    const auto in_use = counted_heap::peak = counted_heap::in_use;
    hubauth::basic_auth auth(hubauth::hub, in_memory::transport(), hubauth::memory_store(), in_memory::prompter(),
                             in_memory::environment());
    const auto did = auth.login(in_memory::right_key);
    if (!did || !auth.get_auth_header()) return 1;
    const auto taken = counted_heap::allocations - allocations;
    const auto most = counted_heap::peak - in_use;

    const auto before = counted_heap::allocations;
    for (int i = 0; i != 1000; ++i) {
      auto header = in_memory::header_of(auth);
      benchmark::DoNotOptimize(header);
    }
    const auto for_headers = counted_heap::allocations - before;
    // The first round prepares the process too.
    if (round != 0) return std::printf("%zu %zu %zu\n", taken, most, for_headers) < 0;
  }
}
