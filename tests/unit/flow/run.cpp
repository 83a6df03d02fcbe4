// SPDX-License-Identifier: BSL-1.0
#include "hubauth/flow/run.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <doctest/doctest.h>

#include "hubauth/flow/sound.hpp"

namespace {

using namespace hubauth::flow;

// A countdown: ignites at zero, unless it is told to hold.

struct ticked {
  int left;
  int ticks;
};
struct reached_zero {
  int ticks;
};
struct held_up {};
struct burned {
  int ticks;
};
struct misfired {};

struct counting {
  using outcomes = outcomes_list<ticked, reached_zero, held_up>;
  int left;
  int ticks = 0;
  constexpr explicit counting(int from) : left(from) {}
  constexpr explicit counting(ticked&& before) : left(before.left), ticks(before.ticks) {}
};
struct igniting {
  using outcomes = outcomes_list<burned, misfired>;
  int ticks;
  constexpr explicit igniting(reached_zero&& before) : ticks(before.ticks) {}
};
struct launched {
  int ticks;
  constexpr explicit launched(burned&& before) : ticks(before.ticks) {}
};
struct scrubbed {};

struct countdown {
  using first = counting;
  static constexpr auto rows = hana::make_tuple(row<counting, ticked, counting>{},        //
                                                row<counting, reached_zero, igniting>{},  //
                                                row<counting, held_up, scrubbed>{},       //
                                                row<igniting, burned, launched>{},        //
                                                row<igniting, misfired, scrubbed>{});
};
static_assert(sound<countdown>());
static_assert(std::is_same_v<end_of<countdown>, std::variant<scrubbed, launched>>);

struct ground {
  int hold_at = -1;
  bool fuel = true;

  constexpr counting::outcomes operator()(counting state) const {
    if (state.left == hold_at) return held_up{};
    if (state.left == 0) return reached_zero{state.ticks};
    return ticked{state.left - 1, state.ticks + 1};
  }
  constexpr igniting::outcomes operator()(igniting state) const {
    if (fuel) return burned{state.ticks};
    return misfired{};
  }
};

/// What a run ended in: how often the clock ticked before the launch, or -1 when there was none.
constexpr int ticks_until_launch(ground crew, int from) {
  const auto end = run<countdown>(counting(from), crew, null_observer());
  const auto* up = std::get_if<launched>(&end);
  return up ? up->ticks : -1;
}

static_assert(ticks_until_launch({}, 0) == 0);
static_assert(ticks_until_launch({}, 1) == 1);
static_assert(ticks_until_launch({}, 10) == 10);
static_assert(ticks_until_launch({}, 1000) == 1000, "no compiler follows calls that deep");
static_assert(ticks_until_launch({.hold_at = 3}, 10) == -1);
static_assert(ticks_until_launch({.hold_at = 0}, 10) == -1);
static_assert(ticks_until_launch({.hold_at = 11}, 10) == 10);
static_assert(ticks_until_launch({.fuel = false}, 2) == -1);

/// Follows a run that it expects.
struct follower {
  std::array<taken, 4> rows;
  std::size_t seen = 0;
  bool as_expected = true;

  constexpr void operator()(const taken& next) {
    as_expected = as_expected && seen != rows.size() && next.in == rows[seen].in && next.ending == rows[seen].ending &&
                  next.to == rows[seen].to;
    ++seen;
  }
};

constexpr bool watched_in_order() {
  follower watch{{{{"counting", "ticked", "counting"},
                   {"counting", "ticked", "counting"},
                   {"counting", "reached_zero", "igniting"},
                   {"igniting", "burned", "launched"}}}};
  ground crew;
  run<countdown>(counting(2), crew, watch);
  return watch.as_expected && watch.seen == watch.rows.size();
}

static_assert(watched_in_order());

TEST_CASE("run: it follows the rows to the right end") {
  CHECK(ticks_until_launch({}, 0) == 0);
  CHECK(ticks_until_launch({}, 10) == 10);
  CHECK(ticks_until_launch({.hold_at = 3}, 10) == -1);
  CHECK(ticks_until_launch({.fuel = false}, 2) == -1);
}

std::string path(ground crew, int from) {
  std::string text;
  const auto end = run<countdown>(counting(from), crew, [&](const taken& row) {
    text += std::string(row.in) + " -" + std::string(row.ending) + "-> " + std::string(row.to) + "\n";
  });
  CHECK(std::holds_alternative<launched>(end) == text.ends_with("launched\n"));
  return text;
}

TEST_CASE("run: a watcher sees every row as it is taken, by its names") {
  CHECK(watched_in_order());
  CHECK(path({}, 0) == "counting -reached_zero-> igniting\nigniting -burned-> launched\n");
  CHECK(path({.hold_at = 0}, 1) == "counting -ticked-> counting\ncounting -held_up-> scrubbed\n");
  CHECK(path({.fuel = false}, 0) == "counting -reached_zero-> igniting\nigniting -misfired-> scrubbed\n");
}

TEST_CASE("run: what a step throws passes through, and the rows before it were seen") {
  struct failing {
    counting::outcomes operator()(counting state) const {
      if (state.left == 1) throw std::runtime_error("the clock stopped");
      return ticked{state.left - 1, state.ticks + 1};
    }
    igniting::outcomes operator()(igniting) const { return misfired{}; }
  } steps;
  int seen = 0;
  CHECK_THROWS_WITH_AS(run<countdown>(counting(3), steps, [&](const taken&) { ++seen; }), "the clock stopped",
                       std::runtime_error);
  CHECK(seen == 2);
}

TEST_CASE("run: what a watcher throws passes through, and no step follows") {
  struct counted_steps {
    int calls = 0;
    counting::outcomes operator()(counting) { return ++calls, reached_zero{0}; }
    igniting::outcomes operator()(igniting) { return ++calls, misfired{}; }
  } steps;
  CHECK_THROWS_AS(run<countdown>(counting(0), steps, [](const taken&) { throw std::runtime_error("no"); }),
                  std::runtime_error);
  CHECK(steps.calls == 1);
}

// States and outcomes that only move, and share what they carry.

struct box {
  std::unique_ptr<int> inside;
};
struct wrapped : box {};
struct sent : box {};

struct wrapping : box {
  using outcomes = outcomes_list<wrapped>;
};
struct sending : box {
  using outcomes = outcomes_list<sent>;
};
struct delivered : box {};

struct parcel {
  using first = wrapping;
  static constexpr auto rows = hana::make_tuple(row<wrapping, wrapped, sending>{},  //
                                                row<sending, sent, delivered>{});
};
static_assert(sound<parcel>());

TEST_CASE("run: what a state carries is moved from the first to the last") {
  struct {
    wrapping::outcomes operator()(wrapping state) { return wrapped{std::move(state)}; }
    sending::outcomes operator()(sending state) { return sent{std::move(state)}; }
  } steps;
  auto content = std::make_unique<int>(7);
  const int* where = content.get();
  const auto end = run<parcel>(wrapping{{std::move(content)}}, steps, null_observer());
  CHECK(std::get<delivered>(end).inside.get() == where);
}

// A sentry on rounds: rows lead down from walking to looking to resting, up again past one state or two, and from a
// state to itself.

struct on_duty {
  std::unique_ptr<std::size_t> steps;
};
struct at_the_gate : on_duty {};
struct saw_something : on_duty {};
struct all_quiet : on_duty {};
struct still_tired : on_duty {};
struct fit_again : on_duty {};
struct called_back : on_duty {};
struct relieved : on_duty {};

struct walking : on_duty {
  using outcomes = outcomes_list<at_the_gate>;
};
struct looking : on_duty {
  using outcomes = outcomes_list<saw_something, all_quiet, called_back>;
};
struct resting : on_duty {
  using outcomes = outcomes_list<still_tired, fit_again, called_back, relieved>;
};
struct off_duty : on_duty {};

struct sentry_go {
  using first = walking;
  static constexpr auto rows = hana::make_tuple(row<walking, at_the_gate, looking>{},    //
                                                row<looking, saw_something, looking>{},  //
                                                row<looking, all_quiet, resting>{},      //
                                                row<looking, called_back, walking>{},    //
                                                row<resting, still_tired, resting>{},    //
                                                row<resting, fit_again, looking>{},      //
                                                row<resting, called_back, walking>{},    //
                                                row<resting, relieved, off_duty>{});
};
static_assert(sound<sentry_go>());

// The rows that lead down are calls of one another, those that lead up are not.

template <class From, class To>
inline constexpr bool is_call = detail::leads_down<sentry_go, From, To>();

static_assert(is_call<walking, looking> && is_call<looking, resting> && is_call<walking, resting>);
static_assert(!is_call<looking, walking> && !is_call<resting, looking> && !is_call<resting, walking>);

/// Ends in each outcome as an order of the day says, again and again, and measures the stack.
struct sentry {
  std::size_t long_enough;
  std::uintptr_t highest = 0;
  std::uintptr_t lowest = UINTPTR_MAX;

  walking::outcomes operator()(walking state) { return next(state), at_the_gate{std::move(state)}; }

  looking::outcomes operator()(looking state) {
    switch (next(state)) {
      case 's': return saw_something{std::move(state)};
      case 'c': return called_back{std::move(state)};
    }
    return all_quiet{std::move(state)};
  }

  resting::outcomes operator()(resting state) {
    if (*state.steps >= long_enough) return relieved{std::move(state)};
    switch (next(state)) {
      case 't': return still_tired{std::move(state)};
      case 'f': return fit_again{std::move(state)};
    }
    return called_back{std::move(state)};
  }

 private:
  char next(const on_duty& state) {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    highest = std::max(highest, here);
    lowest = std::min(lowest, here);
    constexpr std::string_view order = "gsqtfqcgc";  // gate, something, quiet, tired, fit, called
    return order[(*state.steps)++ % order.size()];
  }
};

TEST_CASE("run: rows that lead down, up and back to their own state are seen in the order in which they are taken") {
  std::string text;
  sentry steps{9};
  const auto end = run<sentry_go>(walking{{std::make_unique<std::size_t>(0)}}, steps, [&](const taken& row) {
    text += std::string(row.ending) + "-> " + std::string(row.to) + "\n";
  });
  CHECK(text ==
        "at_the_gate-> looking\n"
        "saw_something-> looking\n"
        "all_quiet-> resting\n"
        "still_tired-> resting\n"
        "fit_again-> looking\n"
        "all_quiet-> resting\n"
        "called_back-> walking\n"
        "at_the_gate-> looking\n"
        "called_back-> walking\n"
        "at_the_gate-> looking\n"
        "saw_something-> looking\n"
        "all_quiet-> resting\n"
        "relieved-> off_duty\n");
  CHECK(*std::get<off_duty>(end).steps == 12);
}

TEST_CASE("run: its depth does not grow with the rounds") {
  const auto depth = [](std::size_t rounds) {
    sentry steps{rounds};
    const auto end = run<sentry_go>(walking{{std::make_unique<std::size_t>(0)}}, steps, null_observer());
    CHECK(*std::get<off_duty>(end).steps >= rounds);
    return steps.highest - steps.lowest;
  };
  CHECK(depth(1'000'000) == depth(100));
}

}  // namespace
