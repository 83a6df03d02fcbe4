// SPDX-License-Identifier: BSL-1.0
//
// Any calls in any order on one object, every policy's answer decided by the input's bytes, compared after each call
// with the model in tests/model. The first byte chooses the service; then each call takes its own bytes, and its
// policies one for each answer. A digit chooses its own number; an input that has run out chooses 0.

#include <cstddef>
#include <cstdint>

#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include <boost/hana/for_each.hpp>

#include "../tests/support/model/player.hpp"
#include "target.hpp"

namespace {

constexpr int most_calls = 8;  // two reach whatever an object can hold, and the others see what becomes of that

struct byte_chooser {
  const std::uint8_t* next;
  const std::uint8_t* end;

  unsigned operator()(unsigned count) { return next == end ? 0 : static_cast<std::uint8_t>(*next++ - '0') % count; }
};

std::set<std::pair<const void*, const void*>> rows_taken;  // by state and outcome

}  // namespace

/// What was freed, and the frames of what has returned, stay out of use for longer than nearly any input takes, and yet
/// in the processor's cache. Who allocated is not noted: ASAN_OPTIONS=malloc_context_size=30 has it for a source_status.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:max_uar_stack_size_log=16:malloc_context_size=1";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  byte_chooser choose{data, data + size};
  std::size_t rows = 0;
  const auto count_rows = [&](const hubauth::fsm::transition_names& row) {
    ++rows;
    rows_taken.insert({row.in.data(), row.ending.data()});
  };
  model::player player(choose, choose(2) == 1, count_rows);

  for (int calls = 0; choose.next != choose.end && calls != most_calls; ++calls) {
    rows = 0;
    const int attempts = static_cast<int>(choose(5));
    std::string wrong;
    switch (choose(5)) {
      case 0: {
        hubauth::login_options options;
        options.verify_saved = choose(2) == 1;
        options.attempts = attempts;
        const auto leave_out = choose(6);
        if (leave_out != 5) options.sources = options.sources.without(hubauth::all_sources[leave_out]);
        wrong =
            player.login(static_cast<model::argument>(choose(static_cast<unsigned>(model::argument::count))), options);
        break;
      }
      case 1: wrong = player.authenticate(); break;
      case 2: wrong = player.auth_with_cookies(); break;
      case 3: wrong = player.request_api_key(attempts); break;
      default: wrong = player.logout(); break;
    }
    fuzz::check(wrong.empty(), wrong);
    fuzz::check(rows <= 12 + 2 * static_cast<std::size_t>(attempts),
                "a sign-in took more rows than its attempts allow");
  }
  return choose.next == choose.end ? 0 : -1;  // -1: not to be key_saved, since no call takes the rest of it
}

extern "C" int replay_ends() {
  using namespace hubauth::flow;
  int untaken = 0;
  boost::hana::for_each(login::rows, [&]<class In, class Ending, class To>(row<In, Ending, To>) {
    if (rows_taken.contains({name_of<In>().data(), name_of<Ending>().data()})) return;
    ++untaken;
    std::printf("no input takes: %s\n", std::string(name_of<In>()).append(" | ").append(name_of<Ending>()).c_str());
  });
  std::printf("%zu rows of the table taken, %d not\n", rows_taken.size(), untaken);
  return untaken == 0 ? 0 : 1;
}
