// SPDX-License-Identifier: BSL-1.0
//
// A header that threads read while another thread replaces it 100 times a second: that of a `shared_auth`, which signs
// in each time, with two keys in turn; and a string in an `atomic<shared_ptr>`. Prints the nanoseconds of a read, in
// each reader's own processor time, with one reader and with two.
//
//     shared_read     {"alone": [ours, atomic], "beside another": [ours, atomic]}, the medians of alternating rounds

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hubauth/service/hub.hpp"
#include "hubauth/shared_auth.hpp"
#include "hubauth/store/memory_store.hpp"
#include "policies.hpp"
#include "subjects.hpp"

namespace {

constexpr std::array<std::string_view, 2> keys{in_memory::right_key, "76543210fedcba9876543210fedcba9876543210"};
constexpr std::array<std::string_view, 2> lines{"x-api-key: 0123456789abcdef0123456789abcdef01234567",
                                                "x-api-key: 76543210fedcba9876543210fedcba9876543210"};

struct any_key {  // a service that accepts all keys
  hubauth::result<hubauth::response> send(const hubauth::request&) {
    return hubauth::response{200, R"({"success": true, "data": {}})"};
  }
  bool has_cookies() const { return false; }
};

// Both are read for about 25 ms at a time, so that some replacements happen meanwhile.

class library_header {
 public:
#ifdef HUBAUTH_BENCHMARK_SLOW
  static constexpr int reads = 1'000'000;
#else
  static constexpr int reads = 100'000'000;
#endif

  void replace(std::size_t which) { must(auth_.login(keys[which]).has_value(), "a sign-in failed"); }

  auto reader() {
#ifdef HUBAUTH_BENCHMARK_SLOW
    return [this] { return auth_.reader().get_auth_header().expose_line().data(); };
#else
    return [reader = auth_.reader()]() mutable { return reader.get_auth_header().expose_line().data(); };
#endif
  }

  bool has(std::string_view line) const { return auth_.reader().get_auth_header().expose_line() == line; }

 private:
  hubauth::shared_auth<any_key, hubauth::memory_store, in_memory::prompter, in_memory::environment> auth_{hubauth::hub};
};

class atomic_header {
 public:
  static constexpr int reads = 1'000'000;

  void replace(std::size_t which) { line_.store(std::make_shared<const std::string>(lines[which])); }
  auto reader() {
    return [this] { return line_.load()->data(); };
  }
  bool has(std::string_view line) const { return *line_.load() == line; }

 private:
  std::atomic<std::shared_ptr<const std::string>> line_;
};

double thread_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// The nanoseconds of a read with this number of readers: those of the slowest.
template <class Header>
double measure(Header& header, std::size_t readers) {
  std::jthread refresher([&](const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any stopped;
    for (std::size_t which = 1; !stop.stop_requested(); which = 1 - which) {
      header.replace(which);
      stopped.wait_for(lock, stop, std::chrono::milliseconds(10), [] { return false; });
    }
  });
  std::vector<double> nanoseconds(readers);
  {
    std::barrier ready(static_cast<std::ptrdiff_t>(readers));
    std::vector<std::jthread> threads;
    for (auto& own : nanoseconds)
      threads.emplace_back([&] {
        auto read = header.reader();
        ready.arrive_and_wait();
        const auto before = thread_nanoseconds();
        for (int i = 0; i != Header::reads; ++i) {
          benchmark::DoNotOptimize(read());
          benchmark::ClobberMemory();
        }
        own = (thread_nanoseconds() - before) / Header::reads;
      });
  }
  return *std::max_element(nanoseconds.begin(), nanoseconds.end());
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

int main() {
  library_header ours;
  atomic_header atomic;
  for (std::size_t which : {1u, 0u}) {
    ours.replace(which);
    atomic.replace(which);
    must(ours.has(lines[which]) && atomic.has(lines[which]), "the headers differ");
  }

  std::array<std::vector<double>, 2> ours_took, atomic_took;
  for (int round = 0; round != 21; ++round)
    for (std::size_t readers : {1u, 2u}) {
      ours_took[readers - 1].push_back(measure(ours, readers));
      atomic_took[readers - 1].push_back(measure(atomic, readers));
    }
  std::printf("{\"alone\": [%.3f, %.3f], \"beside another\": [%.3f, %.3f]}\n", median(ours_took[0]),
              median(atomic_took[0]), median(ours_took[1]), median(atomic_took[1]));
}
