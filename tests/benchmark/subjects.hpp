// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

/// What is compared: functions by name, each timed by Google Benchmark, or counted by callgrind.
///
///     program                       times them
///     program --count NAME TIMES    runs this one so many times under callgrind; NAME may be `nothing`
class subjects {
 public:
  subjects() {
    add("nothing", [] { benchmark::ClobberMemory(); });  // the loop itself
  }

  /// \pre `work()` may be called any number of times
  template <class Work>
  subjects& add(const char* name, Work work) {
    benchmark::RegisterBenchmark(name, [work](benchmark::State& state) mutable {
      for (auto _ : state) work();
    });
    loops_[name] = [work](int times) mutable {
      work();  // the first call may prepare something
      CALLGRIND_TOGGLE_COLLECT;
      for (int i = 0; i < times; ++i) work();
      CALLGRIND_TOGGLE_COLLECT;
    };
    return *this;
  }

  /// The whole of a `main`.
  int run(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--count") {
      const auto found = loops_.find(argv[2]);
      if (found == loops_.end()) return std::fprintf(stderr, "unknown subject: %s\n", argv[2]), 2;
      found->second(std::atoi(argv[3]));
      return 0;
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }

 private:
  std::map<std::string, std::function<void(int)>, std::less<>> loops_;
};

/// Aborts with a message unless both sides of a comparison do the same.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not comparable: %s\n", what);
  std::abort();
}
