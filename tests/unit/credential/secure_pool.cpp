// SPDX-License-Identifier: BSL-1.0
#include "hubauth/credential/secure_pool.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <latch>
#include <new>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "hubauth/secret.hpp"

#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__
#endif
#endif

namespace {

using hubauth::secret;
using hubauth::detail::map_pages;
using hubauth::detail::secure_pool;

static_assert(secure_pool::region_size <= std::size_t{64} << 10, "the least that systems let a user lock");

constexpr std::size_t slot_size = secure_pool::slot_size;
constexpr auto unmappable = static_cast<std::size_t>(-1) / 2;

/// Memory of the pool, filled with a byte that it checks at its end.
class block {
 public:
  explicit block(std::size_t size, char fill = 'x') : bytes_(secure_pool::allocate(size)), size_(size), fill_(fill) {
    std::fill_n(bytes_, size_, fill_);
  }
  block(block&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(other.size_), fill_(other.fill_) {}
  block& operator=(block&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(fill_, other.fill_);
    return *this;
  }
  ~block() {
    if (bytes_) secure_pool::deallocate(bytes_, size_);
  }

  char* bytes() const { return bytes_; }
  std::size_t size() const { return size_; }
  std::uintptr_t address() const { return reinterpret_cast<std::uintptr_t>(bytes_); }
  bool intact() const {
    return std::all_of(bytes_, bytes_ + size_, [this](char byte) { return byte == fill_; });
  }

 private:
  char* bytes_;
  std::size_t size_;
  char fill_;
};

std::vector<block> allocate_blocks(std::size_t count, std::size_t size) {
  std::vector<block> blocks;
  blocks.reserve(count);
  while (blocks.size() != count) blocks.emplace_back(size, static_cast<char>(blocks.size()));
  return blocks;
}

std::set<char*> addresses(const std::vector<block>& blocks) {
  std::set<char*> all;
  for (const auto& each : blocks) all.insert(each.bytes());
  return all;
}

/// The flags of the page that contains `byte`, as Linux names them; empty if it is not mapped.
std::string page_flags(const char* byte) {
  std::ifstream maps("/proc/self/smaps");
  const auto address = reinterpret_cast<std::uintptr_t>(byte);
  bool contains = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream range(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (range >> std::hex >> begin >> dash >> end && dash == '-') contains = begin <= address && address < end;
    if (contains && line.starts_with("VmFlags:")) return line + ' ';
  }
  return {};
}

/// The kibibytes that this process has locked into memory.
int locked_kibibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmLck:")) return std::stoi(line.substr(6));
  return -1;
}

/// True if a region can be locked now. Sanitizers ignore `mlock`.
bool can_lock() {
  char* const probe = map_pages(secure_pool::region_size);
  const int before = locked_kibibytes();
  ::mlock(probe, secure_pool::region_size);
  const bool locked = locked_kibibytes() > before;
  ::munmap(probe, secure_pool::region_size);
  return locked;
}

/// True if `succeeds` returns true in a child process, whose limits and identity it may change.
bool in_child(const std::function<bool()>& succeeds) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(succeeds() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void limit(decltype(RLIMIT_AS) resource, rlim_t soft) {
  rlimit now{};
  ::getrlimit(resource, &now);
  now.rlim_cur = std::min(soft, now.rlim_max);
  ::setrlimit(resource, &now);
}

TEST_CASE("secure_pool: its pages are left out of core dumps, and locked where that is allowed") {
  const bool lock_expected = can_lock();
  MESSAGE("memory can be locked: " << lock_expected);
  for (const std::size_t size : {std::size_t{1}, slot_size, slot_size + 1}) {
    CAPTURE(size);
    const block block(size);
    const auto flags = page_flags(block.bytes());
    CHECK(flags.find(" dd ") != std::string::npos);
    CHECK((!lock_expected || flags.find(" lo ") != std::string::npos));
  }
}

TEST_CASE("secure_pool: a region is locked where no more than its size can be locked") {
  CHECK(in_child([] {
    (void)::seteuid(65534);  // root has no limit
    limit(RLIMIT_MEMLOCK, secure_pool::region_size);
    if (!can_lock()) return true;

    std::vector<char*> slots(10'000);  // so many that there are new regions; a child inherits no locks
    for (auto& slot : slots) slot = secure_pool::allocate(1);
    return locked_kibibytes() > 0;
  }));
}

TEST_CASE("secure_pool: 2000 objects have memory of their own, in slots that no region's header overlaps") {
  const auto blocks = allocate_blocks(2000, slot_size);
  CHECK(addresses(blocks).size() == blocks.size());
  for (const auto& each : blocks) {
    CHECK(each.intact());
    CHECK(each.address() % slot_size == 0);
    CHECK(each.address() % secure_pool::region_size != 0);
  }
}

TEST_CASE("secure_pool: memory is as large as requested and aligned for any type, at every size") {
  constexpr std::size_t page = 4096;
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, slot_size - 1,
                                 slot_size, slot_size + 1, 2 * slot_size, page - 1, page, page + 1,
                                 secure_pool::region_size, secure_pool::region_size + 1, std::size_t{1} << 20}) {
    CAPTURE(size);
    const auto blocks = allocate_blocks(3, size);
    CHECK(addresses(blocks).size() == 3);
    for (const auto& each : blocks) {
      CHECK(each.intact());
      CHECK(each.address() % alignof(std::max_align_t) == 0);
    }
  }
}

TEST_CASE("secure_pool: what is too large for a slot has pages of its own, which are unmapped afterwards") {
  char* const bytes = secure_pool::allocate(slot_size + 1);
  CHECK_FALSE(page_flags(bytes).empty());
  secure_pool::deallocate(bytes, slot_size + 1);
  CHECK(page_flags(bytes).empty());
}

TEST_CASE("secure_pool: freed memory is used again, and the pool does not grow") {
  auto blocks = allocate_blocks(1500, 1);
  const auto before = addresses(blocks);
  blocks.clear();
  blocks = allocate_blocks(1500, slot_size);
  CHECK(addresses(blocks) == before);

  char* const freed = blocks[700].bytes();
  blocks.erase(blocks.begin() + 700);
  blocks.emplace_back(1);
  CHECK(blocks.back().bytes() == freed);
  CHECK(std::all_of(blocks.begin(), blocks.end(), [](const auto& each) { return each.intact(); }));
}

TEST_CASE("secure_pool: memory is freed in any order") {
  for (const std::size_t step : {1U, 7U, 64U, 101U}) {  // coprime to 1009, so that each is freed once
    auto blocks = allocate_blocks(1009, 100);
    std::size_t freed = 0;
    for (std::size_t i = 0; i != blocks.size(); ++i, freed = (freed + step) % blocks.size()) {
      const block moved(std::move(blocks[freed]));
      REQUIRE(moved.intact());
    }
  }
}

TEST_CASE("secure_pool: many threads never share memory") {
  constexpr std::size_t threads = 8;
  constexpr std::size_t blocks_per_thread = 200;
  constexpr int rounds = 30;
  std::vector<int> damaged(threads);
  std::vector<std::thread> running;
  for (std::size_t i = 0; i != threads; ++i)
    running.emplace_back([&damaged, i] {
      std::vector<block> blocks;
      const auto check = [&](const block& each) { damaged[i] += !each.intact(); };
      for (int round = 0; round != rounds; ++round) {
        while (blocks.size() != blocks_per_thread) {
          const std::size_t size = 1 + (blocks.size() * 37 + i) % (slot_size + 2);  // some are larger than a slot
          blocks.emplace_back(size, static_cast<char>('a' + i));
        }
        std::for_each(blocks.begin(), blocks.end(), check);
        std::rotate(blocks.begin(), blocks.begin() + 50 + round, blocks.end());
        blocks.erase(blocks.begin() + 20 + round, blocks.end());
      }
    });
  for (auto& each : running) each.join();
  CHECK(damaged == std::vector<int>(threads));
}

TEST_CASE("secure_pool: threads that allocate and free all the time never share or lose memory") {
  constexpr int rounds = 300'000;
  const auto before = addresses(allocate_blocks(100, 1));
  std::latch ready(4);
  std::vector<int> damaged(4);
  std::vector<std::thread> running;
  for (std::size_t i = 0; i != damaged.size(); ++i)
    running.emplace_back([&damaged, &ready, i] {
      ready.arrive_and_wait();
      block older(1, static_cast<char>(i));
      for (int round = 0; round != rounds; ++round) {
        block newer(1, static_cast<char>(i));
        damaged[i] += !older.intact();
        older = std::move(newer);
      }
    });
  for (auto& each : running) each.join();
  CHECK(damaged == std::vector<int>(damaged.size()));
  CHECK(addresses(allocate_blocks(100, 1)) == before);
}

TEST_CASE("secure_pool: memory is allocated in one thread and freed in another") {
  for (int round = 0; round != 20; ++round) {
    auto blocks = allocate_blocks(300, 32);
    std::thread([moved = std::move(blocks)] {
      CHECK(std::all_of(moved.begin(), moved.end(), [](const auto& each) { return each.intact(); }));
    }).join();
  }
}

TEST_CASE("secure_pool: several threads that need new regions at once get memory of their own") {
  const auto taken = allocate_blocks(500, 1);  // more than what is free
  std::vector<std::vector<block>> blocks(8);
  std::vector<std::thread> running;
  for (auto& mine : blocks) running.emplace_back([&mine] { mine = allocate_blocks(300, slot_size); });
  for (auto& each : running) each.join();
  auto all = addresses(taken);
  for (const auto& mine : blocks) all.merge(addresses(mine));
  CHECK(all.size() == 500 + 8 * 300);
}

TEST_CASE("secure_pool: an allocation that fails leaves it usable") {
  const block before(slot_size);
  CHECK_THROWS_AS((void)secure_pool::allocate(unmappable), std::bad_alloc);
  CHECK(before.intact());
  CHECK(block(slot_size).intact());
  CHECK(block(slot_size + 1).intact());
}

TEST_CASE("secure_pool: without memory for a new region, its slots can still be used, and later it grows") {
  CHECK(in_child([] {
    const auto fails = [](std::size_t size) {
      try {
        (void)secure_pool::allocate(size);
        return false;
      } catch (const std::bad_alloc&) {
        return true;
      }
    };
    std::vector<block> blocks;
    blocks.reserve(10'000);
    if (!fails(unmappable)) return false;  // an exception needs memory, the first time
    limit(RLIMIT_AS, 0);
    bool failed = false;
    while (!failed && blocks.size() != blocks.capacity()) {
      try {
        blocks.emplace_back(slot_size);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
    }
    if (!failed || blocks.empty() || !fails(1) || !fails(slot_size + 1)) return false;

    char* const freed = blocks.back().bytes();
    blocks.pop_back();
    blocks.emplace_back(1);
    if (blocks.back().bytes() != freed || !fails(1)) return false;

    limit(RLIMIT_AS, RLIM_INFINITY);
    const auto more = allocate_blocks(100, slot_size);
    const auto intact = [](const block& each) { return each.intact(); };
    return std::all_of(blocks.begin(), blocks.end(), intact) && std::all_of(more.begin(), more.end(), intact);
  }));
}

#ifdef __SANITIZE_ADDRESS__
bool poisoned(const char* byte) { return __asan_address_is_poisoned(byte) != 0; }

TEST_CASE("secure_pool: AddressSanitizer reports a use after free") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{63}, slot_size}) {
    CAPTURE(size);
    char* const bytes = secure_pool::allocate(size);
    CHECK_FALSE(poisoned(bytes));
    CHECK_FALSE(poisoned(bytes + size - 1));
    secure_pool::deallocate(bytes, size);
    for (std::size_t i = 0; i != slot_size; ++i) REQUIRE(poisoned(bytes + i));
    const block again(size);
    CHECK(again.bytes() == bytes);
    CHECK(again.intact());
  }
}

TEST_CASE("secure_pool: AddressSanitizer reports a use past the end") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{8}, std::size_t{13}, slot_size - 1}) {
    CAPTURE(size);
    const block block(size);
    for (std::size_t i = size; i != slot_size; ++i) REQUIRE(poisoned(block.bytes() + i));
  }
}

TEST_CASE("secret: AddressSanitizer reports a use of a view of a secret that is destroyed or assigned to") {
  const auto view_of = [](const secret& secret) {
    return secret.with_exposed([](std::string_view view) { return view; });
  };
  std::string_view destroyed;
  {
    const secret key("a-key");
    destroyed = view_of(key);
    CHECK_FALSE(poisoned(destroyed.data()));
  }
  CHECK(poisoned(destroyed.data()));
  CHECK(poisoned(destroyed.data() + destroyed.size()));

  secret key("a-key");
  const auto assigned = view_of(key);
  key = secret("another-key");
  CHECK(poisoned(assigned.data()));
}
#endif

}  // namespace
