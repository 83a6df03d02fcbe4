// SPDX-License-Identifier: BSL-1.0
#include "hubauth/flow/run.hpp"

#include <array>
#include <cstddef>
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
  using outcomes = one_of<ticked, reached_zero, held_up>;
  int left;
  int ticks = 0;
  constexpr explicit counting(int from) : left(from) {}
  constexpr explicit counting(ticked&& before) : left(before.left), ticks(before.ticks) {}
};
struct igniting {
  using outcomes = one_of<burned, misfired>;
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
  const auto end = run<countdown>(counting(from), crew, unwatched());
  const auto* up = std::get_if<launched>(&end);
  return up ? up->ticks : -1;
}

static_assert(ticks_until_launch({}, 0) == 0);
static_assert(ticks_until_launch({}, 1) == 1);
static_assert(ticks_until_launch({}, 10) == 10);
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
  using outcomes = one_of<wrapped>;
};
struct sending : box {
  using outcomes = one_of<sent>;
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
  const auto end = run<parcel>(wrapping{{std::move(content)}}, steps, unwatched());
  CHECK(std::get<delivered>(end).inside.get() == where);
}

}  // namespace
