// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fsm/well_formed.hpp"

#include <type_traits>

namespace {

namespace fsm = hubauth::fsm;
using fsm::transition;

// Outcomes, the final state, and a state with data.

struct counted {
  int left;
};
struct reached_zero {};
struct held {};
struct landed {};
struct carried {
  int left;
  explicit constexpr carried(counted&& from) : left(from.left) {}
};

// Well-formed tables.

/// One state that leads to one final state.
struct one_step {
  struct falling {
    using outcomes = fsm::outcomes<reached_zero>;
  };
  using initial = falling;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<falling, reached_zero, landed>{});
};
static_assert(fsm::well_formed<one_step>());

/// A path of several states, whose transitions are in the order in which they are taken, or in the reverse order.
struct path {
  struct first {
    using outcomes = fsm::outcomes<counted>;
  };
  struct second {
    using outcomes = fsm::outcomes<counted>;
  };
  struct third {
    using outcomes = fsm::outcomes<counted>;
  };
  using initial = first;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<first, counted, second>{},  //
                                                            transition<second, counted, third>{},  //
                                                            transition<third, counted, landed>{});
};
static_assert(fsm::well_formed<path>());

struct reverse_path : path {
  static constexpr auto transitions = fsm::hana::make_tuple(transition<third, counted, landed>{},  //
                                                            transition<second, counted, third>{},  //
                                                            transition<first, counted, second>{});
};
static_assert(fsm::well_formed<reverse_path>());

/// A table without any transition, whose initial state is final.
struct nothing_to_do {
  using initial = landed;
  static constexpr auto transitions = fsm::hana::make_tuple();
};
static_assert(fsm::well_formed<nothing_to_do>());

// Tables of one initial state: some are well-formed, the others break the rules that are listed.

struct counting {
  using outcomes = fsm::outcomes<counted, reached_zero>;
};
struct detour {
  using outcomes = fsm::outcomes<counted>;
};
struct other_detour {
  using outcomes = fsm::outcomes<counted>;
};

template <class... Transitions>
struct table {
  using initial = counting;
  static constexpr auto transitions = fsm::hana::make_tuple(Transitions{}...);
};

using fsm::detail::broken;

/// True if a table of these transitions breaks these rules, and no others.
template <class... Broken>
struct broken_only {
  template <class... Transitions>
  static constexpr bool of =
      std::is_same_v<decltype(fsm::detail::broken_rules<table<Transitions...>>()), fsm::detail::type_list<Broken...>>;
};
using no_rule_broken = broken_only<>;

using counts = transition<counting, counted, landed>;
using reaches_zero = transition<counting, reached_zero, landed>;
using takes_detour = transition<counting, counted, detour>;
using counts_again = transition<counting, counted, counting>;

static_assert(no_rule_broken::of<counts, reaches_zero>);
static_assert(no_rule_broken::of<counts_again, reaches_zero>, "a state may follow itself");
static_assert(no_rule_broken::of<takes_detour, reaches_zero, transition<detour, counted, counting>>,
              "a path may lead back to the initial state");
static_assert(no_rule_broken::of<reaches_zero, transition<counting, counted, carried>>,
              "a state is constructed from the data of the outcome");

using fsm::state_outcome;

static_assert(broken_only<broken<fsm::unhandled_outcome, state_outcome<counting, reached_zero>>>::of<counts>);
static_assert(broken_only<broken<fsm::unhandled_outcome, state_outcome<counting, counted>>>::of<reaches_zero>);
static_assert(
    broken_only<broken<fsm::unhandled_outcome, state_outcome<counting, counted>, state_outcome<counting, reached_zero>>,
                broken<fsm::no_path_to_final_state, counting>>::of<>,
    "the initial state has no transitions");
static_assert(broken_only<broken<fsm::unhandled_outcome, state_outcome<detour, counted>>,
                          broken<fsm::no_path_to_final_state, detour>>::of<takes_detour, reaches_zero>,
              "another state has no transitions");

static_assert(broken_only<broken<fsm::ambiguous_transition, counts>>::of<counts, reaches_zero, counts>,
              "the same transition twice");
static_assert(
    broken_only<broken<fsm::ambiguous_transition, counts, counts_again>>::of<counts, counts_again, reaches_zero>,
    "two states may follow");

using holds = transition<counting, held, landed>;
using goes_on = transition<landed, counted, landed>;
static_assert(broken_only<broken<fsm::unused_transition, holds>>::of<counts, reaches_zero, holds>);
static_assert(broken_only<broken<fsm::unused_transition, goes_on>>::of<counts, reaches_zero, goes_on>,
              "a final state has no outcomes");

using zero_carried = transition<counting, reached_zero, carried>;
static_assert(broken_only<broken<fsm::not_constructible_from_outcome, zero_carried>>::of<counts, zero_carried>);

static_assert(
    broken_only<broken<fsm::unreachable_state, detour>>::of<counts, reaches_zero, transition<detour, counted, landed>>);
static_assert(
    broken_only<broken<fsm::unreachable_state, detour, other_detour>,
                broken<fsm::no_path_to_final_state, detour, other_detour>>::
        of<counts, reaches_zero, transition<detour, counted, other_detour>, transition<other_detour, counted, detour>>,
    "two states that lead to each other");

static_assert(broken_only<broken<fsm::no_path_to_final_state, counting>>::of<
              counts_again, transition<counting, reached_zero, counting>>);
static_assert(broken_only<broken<fsm::no_path_to_final_state, detour>>::of<takes_detour, reaches_zero,
                                                                           transition<detour, counted, detour>>,
              "a state leads only to itself");
static_assert(broken_only<broken<fsm::no_path_to_final_state, detour, other_detour>>::of<
                  takes_detour, reaches_zero, transition<detour, counted, other_detour>,
                  transition<other_detour, counted, detour>>,
              "two states lead only to each other");

// Types that have the same name.

[[maybe_unused]] auto one_function() {
  struct same_name : detour {};
  return same_name{};
}

[[maybe_unused]] auto other_function() {
  struct same_name : detour {};
  return same_name{};
}

using one = decltype(one_function());
using other = decltype(other_function());

static_assert(no_rule_broken::of<transition<counting, counted, one>, reaches_zero, transition<one, counted, other>,
                                 transition<other, counted, landed>>);
static_assert(broken_only<broken<fsm::no_path_to_final_state, one, other>>::of<
                  transition<counting, counted, one>, reaches_zero, transition<one, counted, other>,
                  transition<other, counted, one>>,
              "a table's states are told apart by their types, not by their names");

}  // namespace
