// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/secure_pool.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace {

using hubauth::detail::secure_pool;

static_assert(secure_pool::slot_size * secure_pool::slot_count == 64 * 1024, "what systems let a user lock");

/// The flags of the pages in which `bytes` are, as Linux tells them; empty when they are not mapped.
std::string flags_of(const char* bytes) {
  std::ifstream maps("/proc/self/smaps");
  const auto at = reinterpret_cast<std::uintptr_t>(bytes);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream range(line);
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    if (range >> std::hex >> from >> dash >> to && dash == '-') here = from <= at && at < to;
    if (here && line.starts_with("VmFlags:")) return line + ' ';
  }
  return {};
}

bool has(const std::string& flags, std::string_view one) { return flags.find(one) != std::string::npos; }

/// Everything that it can give before it needs pages of its own.
std::vector<char*> all_slots(secure_pool& memory) {
  std::vector<char*> taken;
  for (std::size_t i = 0; i != secure_pool::slot_count; ++i) taken.push_back(memory.take(1));
  return taken;
}

TEST_CASE("secure_pool: no core dump shows it, and it stays in memory where that is allowed") {
  auto& memory = secure_pool::instance();
  const bool locking_works = [] {
    char* const probe = hubauth::detail::map_secret_pages(secure_pool::slot_count * secure_pool::slot_size);
    const bool locked = has(flags_of(probe), " lo ");
    ::munmap(probe, secure_pool::slot_count * secure_pool::slot_size);
    return locked;
  }();
  for (const std::size_t size : {std::size_t{1}, secure_pool::slot_size, secure_pool::slot_size + 1}) {
    CAPTURE(size);
    char* const bytes = memory.take(size);
    const auto flags = flags_of(bytes);
    CHECK(has(flags, " dd "));
    CHECK((!locking_works || has(flags, " lo ")));
    memory.deallocate(bytes, size);
  }
  MESSAGE("locked: " << locking_works);
}

TEST_CASE("secure_pool: no two have the same slot, and one given back is given again") {
  auto& memory = secure_pool::instance();
  auto taken = all_slots(memory);
  auto in_order = taken;
  std::sort(in_order.begin(), in_order.end());
  for (std::size_t i = 1; i != in_order.size(); ++i)
    CHECK(in_order[i] - in_order[i - 1] >= static_cast<std::ptrdiff_t>(secure_pool::slot_size));

  memory.deallocate(taken[7], 1);
  CHECK(memory.take(secure_pool::slot_size) == taken[7]);
  for (char* bytes : taken) memory.deallocate(bytes, 1);
}

TEST_CASE("secure_pool: what is too large for a slot, or comes when all are taken, gets pages of its own") {
  auto& memory = secure_pool::instance();
  char* const large = memory.take(secure_pool::slot_size + 1);
  large[secure_pool::slot_size] = 'x';
  const auto taken = all_slots(memory);
  char* const late = memory.take(1);
  for (char* own : {large, late})
    for (char* slot : taken) CHECK((own < slot || own >= slot + secure_pool::slot_size));
  memory.deallocate(large, secure_pool::slot_size + 1);
  memory.deallocate(late, 1);
  CHECK(flags_of(late).empty());
  for (char* bytes : taken) memory.deallocate(bytes, 1);
}

TEST_CASE("secure_pool: several threads never get the same slot") {
  constexpr int rounds = 20'000;
  std::vector<int> shared(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i != shared.size(); ++i)
    threads.emplace_back([&shared, i] {
      auto& memory = secure_pool::instance();
      for (int round = 0; round != rounds; ++round) {
        char* const bytes = memory.take(1);
        *bytes = static_cast<char>(i);
        std::this_thread::yield();
        shared[i] += *bytes != static_cast<char>(i);
        memory.deallocate(bytes, 1);
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(shared == std::vector<int>(shared.size(), 0));
}

}  // namespace
