// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include "hubauth/fsm/transition.hpp"

/// The rules that a table must keep: each outcome of each state has exactly one transition, each next state can be
/// constructed from the outcome, each state is reachable, and each state has a path to a final state.
namespace hubauth::fsm {

/// A state and one of its outcomes, to be named in an error.
template <class State, class Outcome>
struct state_outcome {};

namespace detail {

template <class... Violations>
inline constexpr bool none = sizeof...(Violations) == 0;

}  // namespace detail

// The rules, by what breaks them. Completing one with violations is an error that names them: g++ names the struct,
// clang the condition.

template <class... Violations>
struct unhandled_outcome {
  static_assert(detail::none<Violations...>, "no transition handles this outcome of this state");
};
template <class... Violations>
struct ambiguous_transition {
  static_assert(detail::none<Violations...>, "more than one transition handles this outcome of this state");
};
template <class... Violations>
struct unused_transition {
  static_assert(detail::none<Violations...>, "the state of this transition does not have this outcome");
};
template <class... Violations>
struct unreachable_state {
  static_assert(detail::none<Violations...>, "no path leads from the initial state to this state");
};
template <class... Violations>
struct no_path_to_final_state {
  static_assert(detail::none<Violations...>, "no path leads from this state to a final state");
};
template <class... Violations>
struct not_constructible_from_outcome {
  static_assert(detail::none<Violations...>, "the next state cannot be constructed from this outcome");
};

namespace detail {

/// A transition by the positions of its states.
struct edge {
  std::size_t from;
  std::size_t to;
};

template <class Table>
inline constexpr auto edges = hana::unpack(Table::transitions, []<class... Transitions>(Transitions...) {
  return std::array<edge, sizeof...(Transitions)>{
      edge{state_index<Table, typename Transitions::from>, state_index<Table, typename Transitions::to>}...};
});

/// For each state: whether a path leads to it from the initial state, and from it to a final state.
template <class Table>
struct reachability {
  static constexpr const auto& states = named_states<Table>;

  std::array<bool, states.size()> reachable{};
  std::array<bool, states.size()> reaches_final{};

  consteval reachability() {
    reachable[state_index<Table, typename Table::initial>] = true;
    for (std::size_t i = 0; i != states.size(); ++i) reaches_final[i] = states[i].is_final;
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto [from, to] : edges<Table>) {
        if (reachable[from] && !reachable[to]) reachable[to] = changed = true;
        if (reaches_final[to] && !reaches_final[from]) reaches_final[from] = changed = true;
      }
    }
  }
};

template <class Table>
inline constexpr reachability<Table> paths{};

template <class State, class... Outcomes>
type_list<state_outcome<State, Outcomes>...> pair_outcomes(outcomes<Outcomes...>);

/// The outcomes of a state, each as a `state_outcome`; none for a final state.
template <class State>
struct outcome_list {
  using type = decltype(detail::pair_outcomes<State>(typename State::outcomes{}));
};
template <final_state State>
struct outcome_list<State> {
  using type = type_list<>;
};

template <class... Ts, class... Us>
consteval type_list<Ts..., Us...> operator+(type_list<Ts...>, type_list<Us...>) {
  return {};
}

template <class... States>
consteval auto collect_outcomes(type_list<States...>) {
  return (type_list<>{} + ... + typename outcome_list<States>::type{});
}

template <class... Transitions>
consteval type_list<Transitions...> as_list(const hana::tuple<Transitions...>&) {
  return {};
}

template <class State, class Outcome, class... Transitions>
consteval bool has_transition(const hana::tuple<Transitions...>&) {
  return ((std::is_same_v<typename Transitions::from, State> &&
           std::is_same_v<typename Transitions::outcome, Outcome>) ||
          ...);
}

template <class Table, class State, class Outcome>
consteval bool is_handled() {
  if constexpr (outcome_of<Outcome, Table, State>)
    return true;
  else
    return detail::has_transition<State, Outcome>(Table::transitions);
}

/// A rule with what breaks it. (A list of the rules themselves would complete them, and so be an error.)
template <template <class...> class Rule, class... Violations>
struct broken {
  using rule = Rule<Violations...>;
};

template <template <class...> class Rule, class... Violations>
consteval auto name_violations(type_list<Violations...>) {
  if constexpr (sizeof...(Violations) == 0)
    return type_list<>{};
  else
    return type_list<broken<Rule, Violations...>>{};
}

/// The rule with those types of a list that do not keep it; nothing if all do.
template <template <class...> class Rule, class... Ts, class Keeps>
consteval auto check_rule(type_list<Ts...>, Keeps) {
  return detail::name_violations<Rule>(
      (type_list<>{} + ... +
       std::conditional_t<Keeps{}(std::type_identity<Ts>{}), type_list<>, std::type_identity<Ts>>{}));
}

/// A list of the broken rules of a table; empty if it is well-formed.
template <class Table>
consteval auto broken_rules() {
  constexpr auto handled = []<class State, class Outcome>(std::type_identity<state_outcome<State, Outcome>>) consteval {
    return is_handled<Table, State, Outcome>();
  };
  constexpr auto unambiguous =
      []<class From, class Outcome, class To>(std::type_identity<transition<From, Outcome, To>>) consteval {
        return outcome_of<Outcome, Table, From>;
      };
  constexpr auto used = []<class From, class Outcome, class To>(std::type_identity<transition<From, Outcome, To>>) consteval {
    return detail::contains<state_outcome<From, Outcome>>(typename outcome_list<From>::type{});
  };
  constexpr auto constructible =
      []<class From, class Outcome, class To>(std::type_identity<transition<From, Outcome, To>>) consteval {
        return constructible_from_outcome<To, Outcome>;
      };
  constexpr auto reachable = []<class State>(std::type_identity<State>) consteval {
    return paths<Table>.reachable[state_index<Table, State>];
  };
  constexpr auto reaches_final = []<class State>(std::type_identity<State>) consteval {
    return paths<Table>.reaches_final[state_index<Table, State>];
  };

  constexpr auto states = states_of<Table>{};
  constexpr auto outcomes = detail::collect_outcomes(states);
  constexpr auto transitions = detail::as_list(Table::transitions);
  return check_rule<unhandled_outcome>(outcomes, handled) +                        //
         check_rule<ambiguous_transition>(transitions, unambiguous) +              //
         check_rule<unused_transition>(transitions, used) +                        //
         check_rule<not_constructible_from_outcome>(transitions, constructible) +  //
         check_rule<unreachable_state>(states, reachable) +                        //
         check_rule<no_path_to_final_state>(states, reaches_final);
}

/// Completes a broken rule, so that the compiler reports it.
template <class Broken>
consteval bool report() {
  return sizeof(typename Broken::rule) == 0;
}

template <class... Broken>
consteval bool report_all(type_list<Broken...>) {
  return (... && detail::report<Broken>());
}

}  // namespace detail

/// True if a table keeps all rules. If not, the compiler's error names the rules, and the transitions, states and
/// outcomes that break them.
template <class Table>
consteval bool well_formed() {
  return detail::report_all(detail::broken_rules<Table>());
}

}  // namespace hubauth::fsm
