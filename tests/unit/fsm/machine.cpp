// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fsm/machine.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include "hubauth/fsm/well_formed.hpp"

namespace {

namespace fsm = hubauth::fsm;
using fsm::transition;

// A countdown: it asks for ignition at zero, unless it is held.

struct ticked {
  int left;
  int ticks;
};
struct counted {
  int ticks;
};
struct reached_zero : counted {};
struct held {};
struct burned : counted {};
struct misfired {};

struct counting {
  using outcomes = fsm::outcomes<ticked, reached_zero, held>;
  int left;
  int ticks = 0;
  constexpr explicit counting(int from) : left(from) {}
  constexpr explicit counting(ticked&& from) : left(from.left), ticks(from.ticks) {}
};
struct ignition {
  bool success;
};
struct igniting : counted {
  using outcomes = fsm::outcomes<burned, misfired>;
  using answer = ignition;
};
struct launched : counted {};
struct scrubbed {};

struct countdown {
  using initial = counting;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<counting, ticked, counting>{},        //
                                                            transition<counting, reached_zero, igniting>{},  //
                                                            transition<counting, held, scrubbed>{},          //
                                                            transition<igniting, burned, launched>{},        //
                                                            transition<igniting, misfired, scrubbed>{});
};
static_assert(fsm::well_formed<countdown>());

struct ignite {
  int ticks;
};

template <class State>
using countdown_step = fsm::step_from<countdown, ignite, State>;

struct countdown_actions {
  int hold_at = -1;

  constexpr countdown_step<counting> begin(counting& state) const {
    if (state.left == hold_at) return held{};
    if (state.left == 0) return reached_zero{{state.ticks}};
    return ticked{state.left - 1, state.ticks + 1};
  }
  constexpr countdown_step<igniting> begin(igniting& state) const { return ignite{state.ticks}; }
  constexpr countdown_step<igniting> end(igniting& state, ignition& answer) const {
    if (!answer.success) return misfired{};
    return burned{state};
  }
};

struct crew {
  int hold_at = -1;
  bool fuel = true;
};

/// How many ticks there were before the launch, or -1 if there was none.
template <class Observer = fsm::null_observer>
constexpr int ticks_until_launch(crew who, int from, Observer observer = {}) {
  countdown_actions actions{who.hold_at};
  fsm::machine<countdown, ignite, countdown_actions, Observer> machine(counting(from), actions, observer);
  machine.run();
  while (machine.wanted()) machine.resume(ignition{who.fuel});
  const auto* end = machine.template get_if<launched>();
  return end ? end->ticks : -1;
}

static_assert(ticks_until_launch({}, 0) == 0);
static_assert(ticks_until_launch({}, 1) == 1);
static_assert(ticks_until_launch({}, 10) == 10);
static_assert(ticks_until_launch({}, 1000) == 1000, "no compiler follows calls that deep");
static_assert(ticks_until_launch({.hold_at = 3}, 10) == -1);
static_assert(ticks_until_launch({.hold_at = 0}, 10) == -1);
static_assert(ticks_until_launch({.hold_at = 11}, 10) == 10);
static_assert(ticks_until_launch({.fuel = false}, 2) == -1);

TEST_CASE("machine: it follows the transitions to the right final state") {
  CHECK(ticks_until_launch({}, 0) == 0);
  CHECK(ticks_until_launch({}, 10) == 10);
  CHECK(ticks_until_launch({}, 1'000'000) == 1'000'000);
  CHECK(ticks_until_launch({.hold_at = 3}, 10) == -1);
  CHECK(ticks_until_launch({.fuel = false}, 2) == -1);
}

/// Compares the transitions that it observes with those that it expects.
struct expecting_observer {
  std::array<fsm::transition_names, 4> expected;
  std::size_t count = 0;
  bool as_expected = true;

  constexpr void operator()(const fsm::transition_names& taken) {
    as_expected = as_expected && count != expected.size() && taken.from == expected[count].from &&
                  taken.outcome == expected[count].outcome && taken.to == expected[count].to;
    ++count;
  }
};

constexpr bool observed_in_order() {
  expecting_observer observer{{{{"counting", "ticked", "counting"},
                                {"counting", "ticked", "counting"},
                                {"counting", "reached_zero", "igniting"},
                                {"igniting", "burned", "launched"}}}};
  ticks_until_launch({}, 2, std::ref(observer));
  return observer.as_expected && observer.count == observer.expected.size();
}

static_assert(observed_in_order());

std::string path(crew who, int from) {
  std::string text;
  const auto observer = [&](const fsm::transition_names& taken) {
    text += std::string(taken.from) + " -" + std::string(taken.outcome) + "-> " + std::string(taken.to) + "\n";
  };
  const bool up = ticks_until_launch(who, from, std::ref(observer)) != -1;
  CHECK(up == text.ends_with("launched\n"));
  return text;
}

TEST_CASE("machine: an observer is called with the names of each transition, in the order in which they are taken") {
  CHECK(observed_in_order());
  CHECK(path({}, 0) == "counting -reached_zero-> igniting\nigniting -burned-> launched\n");
  CHECK(path({.hold_at = 0}, 1) == "counting -ticked-> counting\ncounting -held-> scrubbed\n");
  CHECK(path({.fuel = false}, 0) == "counting -reached_zero-> igniting\nigniting -misfired-> scrubbed\n");
}

TEST_CASE("machine: it waits with the effect that it wants until it is resumed with the answer") {
  countdown_actions actions;
  fsm::machine<countdown, ignite, countdown_actions> machine(counting(2), actions);
  CHECK(machine.wanted() == nullptr);
  CHECK(machine.get_if<counting>() != nullptr);

  machine.run();
  const ignite* effect = machine.wanted();
  REQUIRE(effect != nullptr);
  CHECK(effect->ticks == 2);
  CHECK(machine.get_if<igniting>() != nullptr);
  CHECK(machine.get_if<counting>() == nullptr);

  machine.run();
  CHECK(machine.wanted() == effect);

  machine.resume(ignition{true});
  CHECK(machine.wanted() == nullptr);
  CHECK(machine.get_if<igniting>() == nullptr);
  REQUIRE(machine.get_if<launched>() != nullptr);

  machine.run();
  CHECK(machine.wanted() == nullptr);
  CHECK(machine.get_if<launched>()->ticks == 2);
}

// What compiles.

using countdown_machine = fsm::machine<countdown, ignite, countdown_actions>;
static_assert(!std::is_copy_constructible_v<countdown_machine> && !std::is_move_constructible_v<countdown_machine>);
static_assert(!std::is_copy_assignable_v<countdown_machine> && !std::is_move_assignable_v<countdown_machine>);

static_assert(std::is_convertible_v<burned, countdown_step<igniting>>);
static_assert(std::is_convertible_v<ignite, countdown_step<igniting>>);
static_assert(!std::is_convertible_v<burned, countdown_step<counting>>, "not an outcome of this state");
static_assert(!std::is_convertible_v<ignite, countdown_step<counting>>, "a state that does not wait");
static_assert(!std::is_convertible_v<countdown_step<igniting>, countdown_step<counting>>);

static_assert(fsm::answer_in<ignition, countdown>);
static_assert(!fsm::answer_in<bool, countdown>);

// Exceptions.

struct failing_actions : countdown_actions {
  using countdown_actions::begin;
  countdown_step<counting> begin(counting& state) const {
    if (state.left == 1) throw std::runtime_error("the clock stopped");
    return countdown_actions::begin(state);
  }
};

TEST_CASE("machine: an exception of an action passes through, and the transitions before it were observed") {
  int observed = 0;
  const auto observer = [&](const fsm::transition_names&) { ++observed; };
  failing_actions actions;
  fsm::machine<countdown, ignite, failing_actions, decltype(observer)> machine(counting(3), actions, observer);
  CHECK_THROWS_WITH_AS(machine.run(), "the clock stopped", std::runtime_error);
  CHECK(observed == 2);
}

struct counting_actions : countdown_actions {
  int calls = 0;

  template <class State>
  countdown_step<State> begin(State& state) {
    ++calls;
    return countdown_actions::begin(state);
  }
};

TEST_CASE("machine: an exception of the observer passes through, and no action follows") {
  const auto observer = [](const fsm::transition_names&) { throw std::runtime_error("no"); };
  counting_actions actions;
  fsm::machine<countdown, ignite, counting_actions, decltype(observer)> machine(counting(3), actions, observer);
  CHECK_THROWS_AS(machine.run(), std::runtime_error);
  CHECK(actions.calls == 1);
}

// A parcel: states and outcomes that can only be moved, several waiting states, and effects that refer to the states.

struct box {
  std::unique_ptr<int> content;
};
struct wrapped : box {};
struct in_stock : box {};
struct sent : box {};
struct returned : box {};
struct lost {};

struct paper {
  int sheets;
};
struct receipt {
  bool delivered;
};

struct wrapping : box {
  using outcomes = fsm::outcomes<wrapped, in_stock>;
  using answer = paper;
  int sheets = 0;
};
struct sending : box {
  using outcomes = fsm::outcomes<sent, returned, lost>;
  using answer = receipt;
};
struct confirming : box {
  using outcomes = fsm::outcomes<sent>;
  using answer = receipt;
};
struct delivered : box {};
struct written_off {};

struct parcel {
  using initial = wrapping;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<wrapping, wrapped, sending>{},      //
                                                            transition<wrapping, in_stock, confirming>{},  //
                                                            transition<sending, sent, confirming>{},       //
                                                            transition<sending, returned, wrapping>{},     //
                                                            transition<sending, lost, written_off>{},      //
                                                            transition<confirming, sent, delivered>{});
};
static_assert(fsm::well_formed<parcel>());

struct parcel_effect {
  enum class kind { buy_paper, send, confirm } type;
  const int* content;
};

struct parcel_actions {
  template <class State>
  using step = fsm::step_from<parcel, parcel_effect, State>;
  using kind = parcel_effect::kind;

  step<wrapping> begin(wrapping& state) {
    if (*state.content == 0) return in_stock{std::move(state)};
    return parcel_effect{kind::buy_paper, state.content.get()};
  }
  step<wrapping> end(wrapping& state, paper& answer) {
    state.sheets += answer.sheets;
    if (state.sheets < 3) return parcel_effect{kind::buy_paper, state.content.get()};
    return wrapped{std::move(state)};
  }

  step<sending> begin(sending& state) { return parcel_effect{kind::send, state.content.get()}; }
  step<sending> end(sending& state, receipt& answer) {
    if (!answer.delivered && ++attempts == 2) return lost{};
    if (!answer.delivered) return returned{std::move(state)};
    return sent{std::move(state)};
  }

  step<confirming> begin(confirming& state) { return parcel_effect{kind::confirm, state.content.get()}; }
  sent end(confirming& state, receipt&) { return {std::move(state)}; }

  int attempts = 0;
};

using parcel_machine = fsm::machine<parcel, parcel_effect, parcel_actions>;

TEST_CASE("machine: what a state holds is moved from the initial state to the final state") {
  auto content = std::make_unique<int>(7);
  const int* const address = content.get();
  parcel_actions actions;
  parcel_machine machine({{std::move(content)}}, actions);
  int effects = 0;
  for (machine.run(); machine.wanted(); ++effects) {
    CHECK(machine.wanted()->content == address);
    switch (machine.wanted()->type) {
      case parcel_effect::kind::buy_paper: machine.resume(paper{3}); break;
      case parcel_effect::kind::send:
      case parcel_effect::kind::confirm: machine.resume(receipt{true}); break;
    }
  }
  CHECK(effects == 3);
  REQUIRE(machine.get_if<delivered>() != nullptr);
  CHECK(machine.get_if<delivered>()->content.get() == address);
}

TEST_CASE("machine: a state may want an effect again after an answer") {
  parcel_actions actions;
  parcel_machine machine({{std::make_unique<int>(1)}}, actions);
  machine.run();
  for (int sheets = 0; sheets != 3; ++sheets) {
    REQUIRE(machine.wanted() != nullptr);
    CHECK(machine.wanted()->type == parcel_effect::kind::buy_paper);
    machine.resume(paper{1});
  }
  REQUIRE(machine.wanted() != nullptr);
  CHECK(machine.wanted()->type == parcel_effect::kind::send);
}

TEST_CASE("machine: a state that can wait need not") {
  parcel_actions actions;
  parcel_machine machine({{std::make_unique<int>(0)}}, actions);
  machine.run();
  REQUIRE(machine.wanted() != nullptr);
  CHECK(machine.wanted()->type == parcel_effect::kind::confirm);
}

TEST_CASE("machine: an answer goes to the current state, and a transition may lead back") {
  parcel_actions actions;
  parcel_machine machine({{std::make_unique<int>(1)}}, actions);
  machine.run();
  machine.resume(paper{3});
  machine.resume(receipt{false});
  REQUIRE(machine.wanted() != nullptr);
  CHECK(machine.wanted()->type == parcel_effect::kind::buy_paper);
  CHECK(machine.get_if<wrapping>()->sheets == 0);
  machine.resume(paper{3});
  machine.resume(receipt{false});
  CHECK(machine.wanted() == nullptr);
  CHECK(machine.get_if<written_off>() != nullptr);
}

// Destruction.

struct opened {
  std::shared_ptr<int> resource;
};
struct closed {};
struct holding {
  using outcomes = fsm::outcomes<closed>;
  using answer = int;
  std::shared_ptr<int> resource;
};
struct released {};

struct holder {
  using initial = holding;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<holding, closed, released>{});
};
static_assert(fsm::well_formed<holder>());

struct holder_actions {
  fsm::step_from<holder, opened, holding> begin(holding& state) { return opened{state.resource}; }
  closed end(holding&, int&) { return {}; }
};

TEST_CASE("machine: its destructor releases what a waiting state and its effect hold") {
  const auto resource = std::make_shared<int>(1);
  {
    holder_actions actions;
    fsm::machine<holder, opened, holder_actions> machine({resource}, actions);
    machine.run();
    CHECK(machine.wanted() != nullptr);
    CHECK(resource.use_count() == 3);
  }
  CHECK(resource.use_count() == 1);
}

TEST_CASE("machine: a state and its effect are released when the state is left") {
  const auto resource = std::make_shared<int>(1);
  holder_actions actions;
  fsm::machine<holder, opened, holder_actions> machine({resource}, actions);
  machine.run();
  machine.resume(0);
  CHECK(machine.get_if<released>() != nullptr);
  CHECK(resource.use_count() == 1);
}

}  // namespace
