// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include "hubauth/fsm/transition_names.hpp"

/// A state machine as data: the states, their outcomes, and the state that each outcome leads to.
///
/// A state is a struct with its data and `outcomes`. A state without `outcomes` is final. A state that waits for an
/// answer has the type of the `answer` too. The next state is constructed from the outcome, so an outcome carries all
/// that the next state needs. A table is a struct with the `initial` state and the `transitions`, a `hana::tuple`:
///
///     struct door {
///       using initial = waiting;
///       static constexpr auto transitions = hana::make_tuple(transition<waiting, knocked, opening>{},
///                                                            transition<opening, opened, inside>{});
///     };
namespace hubauth::fsm {

namespace hana = boost::hana;

/// The outcomes of a state.
template <class... Outcomes>
struct outcomes {};

/// A row of a table: a state, one of its outcomes, and the next state.
template <class From, class Outcome, class To>
struct transition {
  using from = From;
  using outcome = Outcome;
  using to = To;
};

/// A state in which a machine ends.
template <class State>
concept final_state = !requires {
  typename State::outcomes;
};

/// A state that requests an effect and waits for its answer.
template <class State>
concept waiting_state = requires {
  typename State::answer;
};

/// A type with its position in a list. The list derives from these, so that the compiler finds a type as a base class.
template <std::size_t Index, class T>
struct indexed {
  static constexpr std::size_t index = Index;
  using type = T;
};

namespace detail {

/// A list of types.
template <class... Ts>
struct type_list {};

template <class T, class... Ts>
consteval bool contains(type_list<Ts...>) {
  return (std::is_same_v<Ts, T> || ...);
}

/// Appends a type that the list does not contain yet.
template <class... Ts, class T>
consteval auto operator+(type_list<Ts...> list, std::type_identity<T>) {
  if constexpr (detail::contains<T>(type_list<Ts...>{}))
    return list;
  else
    return type_list<Ts..., T>{};
}

template <class Positions, class... Ts>
struct indexed_list;
template <std::size_t... Positions, class... Ts>
struct indexed_list<std::index_sequence<Positions...>, Ts...> : indexed<Positions, Ts>... {};

template <class... Ts>
indexed_list<std::index_sequence_for<Ts...>, Ts...> index(type_list<Ts...>);

template <class... Transitions>
indexed_list<std::index_sequence_for<Transitions...>, Transitions...> index(const hana::tuple<Transitions...>&);

template <class Initial, class... Transitions>
consteval auto collect_states(const hana::tuple<Transitions...>&) {
  const auto with_outcomes = (type_list<>{} + ... + std::type_identity<typename Transitions::from>{});
  return (with_outcomes + ... + std::type_identity<typename Transitions::to>{}) + std::type_identity<Initial>{};
}

template <class Table>
using transitions_of = decltype(detail::index(Table::transitions));

/// The states of a table, each once: those that have transitions in its order, then the others.
template <class Table>
using states_of = decltype(detail::collect_states<typename Table::initial>(Table::transitions));

template <class State, std::size_t Index>
indexed<Index, State> state_for(const indexed<Index, State>&);

template <class Table, class State>
inline constexpr std::size_t state_index =
    decltype(detail::state_for<State>(decltype(detail::index(states_of<Table>{})){}))::index;

/// The one transition for that outcome of that state: no match, or more than one, is a substitution failure.
template <class From, class Outcome, class To, std::size_t Index>
indexed<Index, transition<From, Outcome, To>> row_for(const indexed<Index, transition<From, Outcome, To>>&);

template <class Table, class State, class Outcome>
using indexed_transition_for = decltype(detail::row_for<State, Outcome>(transitions_of<Table>{}));

}  // namespace detail

/// The transition that a table has for an outcome of a state.
template <class Table, class State, class Outcome>
using transition_for = typename detail::indexed_transition_for<Table, State, Outcome>::type;

/// An outcome of `State` for which the table has exactly one transition.
template <class Outcome, class Table, class State>
concept outcome_of = requires {
  typename transition_for<Table, State, Outcome>;
};

/// A state that can be constructed from the outcome that leads to it. A state without data always can.
template <class To, class Outcome>
concept constructible_from_outcome = std::is_empty_v<To> || requires(Outcome&& outcome) {
  To{std::move(outcome)};
};

// Names are for display only: two types may have the same name.

namespace detail {

template <class T>
consteval std::string_view signature() noexcept {
  return __PRETTY_FUNCTION__;  // "... [with T = hubauth::fsm::transition; ...]"
}

inline constexpr std::size_t name_start = signature<void>().rfind("void");
inline constexpr std::size_t length_after_name = signature<void>().size() - name_start - 4;

template <class T>
consteval std::string_view qualified_name() noexcept {
  constexpr auto text = detail::signature<T>();
  return text.substr(name_start, text.size() - name_start - length_after_name);
}

}  // namespace detail

/// The name of a type without its namespaces, as it is written in a table.
template <class T>
consteval std::string_view name_of() noexcept {
  constexpr auto name = detail::qualified_name<T>();
  return name.substr(name.rfind(':') + 1);
}

/// The transitions of a table by their names, in its order.
template <class Table>
inline constexpr auto named_transitions = hana::unpack(Table::transitions, []<class... Transitions>(Transitions...) {
  return std::array<transition_names, sizeof...(Transitions)>{transition_names{name_of<typename Transitions::from>(),
                                                                               name_of<typename Transitions::outcome>(),
                                                                               name_of<typename Transitions::to>()}...};
});

/// The name of a state.
struct state_name {
  std::string_view name;
  bool is_final;
};

namespace detail {

template <class... States>
consteval std::array<state_name, sizeof...(States)> name_states(type_list<States...>) noexcept {
  return {state_name{name_of<States>(), final_state<States>}...};
}

}  // namespace detail

/// The states of a table by their names, each once: those that have transitions in its order, then the others.
template <class Table>
inline constexpr auto named_states = detail::name_states(detail::states_of<Table>{});

}  // namespace hubauth::fsm
