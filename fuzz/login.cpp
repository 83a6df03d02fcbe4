// SPDX-License-Identifier: BSL-1.0
//
// Sign-ins in any order with one cache: the input's bytes choose the environment and the answer to each effect of the
// machine. After each sign-in, the model in tests/support/model predicts the result. The first byte chooses the
// service; then each sign-in takes its own bytes. A digit chooses its own number; after the end of the input, 0 is
// chosen.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "../tests/support/model/differential.hpp"
#include "hubauth/login/transitions.hpp"
#include "target.hpp"

namespace {

using namespace hubauth;
using testing::model::argument_value;

constexpr int max_sign_ins = 8;  // two reach each state of the cache; the others start from it

struct byte_chooser {
  const std::uint8_t* next;
  const std::uint8_t* end;

  unsigned operator()(unsigned count) { return next == end ? 0 : static_cast<std::uint8_t>(*next++ - '0') % count; }
};

/// Counts the transitions that all inputs together have taken, and those of the current sign-in.
struct transition_counter {
  std::array<std::size_t, fsm::named_transitions<login::table>.size()> counts{};
  std::size_t in_sign_in = 0;

  void take(const fsm::transition_names& names) {
    ++in_sign_in;
    const auto& all = fsm::named_transitions<login::table>;
    const auto found = std::find_if(all.begin(), all.end(), [&](const fsm::transition_names& transition) {
      return transition.from == names.from && transition.outcome == names.outcome;
    });
    ++counts[static_cast<std::size_t>(found - all.begin())];
  }
} taken;

std::string run_login(testing::model::differential_test<byte_chooser>& test, byte_chooser& choose, int max_attempts) {
  login_options options;
  options.verify_saved = choose(2) == 1;
  options.max_prompt_attempts = max_attempts;
  const auto excluded = choose(6);
  if (excluded != all_sources.size()) options.sources = options.sources.without(all_sources[excluded]);
  return test.login(static_cast<argument_value>(choose(static_cast<unsigned>(argument_value::count))), options);
}

}  // namespace

/// Short memory of freed blocks and frames, which stays in the processor's cache; no stack traces of allocations. For a
/// diagnosis: ASAN_OPTIONS=malloc_context_size=30.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:max_uar_stack_size_log=16:malloc_context_size=1";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  byte_chooser choose{data, data + size};
  const bool is_platform = choose(2) == 1;
  testing::model::differential_test test(choose, is_platform,
                                         [](const fsm::transition_names& names) { taken.take(names); });

  for (int sign_ins = 0; choose.next != choose.end && sign_ins != max_sign_ins; ++sign_ins) {
    taken.in_sign_in = 0;
    const int max_attempts = static_cast<int>(choose(5));
    std::string difference;
    switch (choose(5)) {
      case 0: difference = run_login(test, choose, max_attempts); break;
      case 1: difference = test.authenticate(); break;
      case 2: difference = test.auth_with_cookies(); break;
      case 3: difference = test.request_api_key(max_attempts); break;
      default: difference = test.clear(); break;
    }
    fuzz::check(difference.empty(), difference);
    fuzz::check(taken.in_sign_in <= 12 + 2 * static_cast<std::size_t>(max_attempts),
                "a sign-in takes more transitions than its attempts allow");
  }
  return choose.next == choose.end ? 0 : -1;  // -1: do not keep an input with unused bytes
}

extern "C" int replay_ends() {
  const auto& all = fsm::named_transitions<login::table>;
  std::size_t missing = 0;
  for (std::size_t i = 0; i != all.size(); ++i) {
    if (taken.counts[i] != 0) continue;
    ++missing;
    std::printf("not taken: %s | %s\n", std::string(all[i].from).c_str(), std::string(all[i].outcome).c_str());
  }
  std::printf("%zu of %zu transitions taken\n", all.size() - missing, all.size());
  return missing == 0 ? 0 : 1;
}
