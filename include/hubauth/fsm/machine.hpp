// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "hubauth/fsm/transition.hpp"

/// Runs a state machine that performs no I/O: it requests effects, and is resumed with their answers.
namespace hubauth::fsm {

/// An observer that ignores what it is called with.
struct null_observer {
  constexpr void operator()(const transition_names&) const noexcept {}
};

namespace detail {

template <class Effect, class... States>
std::variant<Effect, States...> effect_or_state(type_list<States...>);

/// Constructs the next state from the outcome that leads to it.
template <class To, class Outcome>
constexpr To construct_state(Outcome& outcome) {
  if constexpr (std::is_empty_v<To>)
    return To{};
  else
    return To{std::move(outcome)};
}

template <class State, class Answer>
concept waits_for = waiting_state<State> && std::same_as<typename State::answer, Answer>;

template <class Answer, class... States>
consteval bool is_answer(type_list<States...>) {
  return (waits_for<States, Answer> || ...);
}

}  // namespace detail

/// The type of the answer that some state of the table waits for.
template <class Answer, class Table>
concept answer_in = detail::is_answer<Answer>(detail::states_of<Table>{});

/// What an action returns: the next state, or an effect to wait for.
template <class Table, class Effect>
struct step {
  using value_type = decltype(detail::effect_or_state<Effect>(detail::states_of<Table>{}));

  value_type value;
  const transition_names* taken = nullptr;  ///< the transition to the next state; null for an effect
};

/// What an action of `State` returns: one of the state's outcomes, which becomes the next state, or an effect if the
/// state waits.
template <class Table, class Effect, class State>
struct step_from : step<Table, Effect> {
  /// The table decides to which state the outcome leads.
  template <outcome_of<Table, State> Outcome, class To = typename transition_for<Table, State, Outcome>::to>
  constexpr step_from(Outcome outcome)
      : step<Table, Effect>{value_type(std::in_place_type<To>, detail::construct_state<To>(outcome)),
                            &named_transitions<Table>[detail::indexed_transition_for<Table, State, Outcome>::index]} {}

  /// The state remains and waits for the answer.
  constexpr step_from(Effect wanted) requires waiting_state<State>
      : step<Table, Effect>{value_type(std::in_place_type<Effect>, std::move(wanted))} {}

 private:
  using value_type = typename step<Table, Effect>::value_type;
};

/// A state machine that follows a table from its initial state to a final state.
///
/// `actions.begin(state)` is called when a state is entered; it returns `step_from<Table, Effect, State>`, or one of
/// the state's outcomes. If it returns an effect, the machine waits. `actions.end(state, answer)` is called with the
/// answer and returns the same type. States and effects are moved by construction and assignment.
///
///     machine.run();
///     while (const auto* effect = machine.wanted()) machine.resume(perform(*effect));
///
/// \pre `well_formed<Table>()`.
/// \par Lifetime
///   `actions` outlives the machine. An effect may refer to the state that requested it: the state is neither moved nor
///   changed before the answer. The machine can be destroyed at any time.
/// \throws what an action, the observer, or the move of a state throws. After that, the machine can only be destroyed.
template <class Table, class Effect, class Actions, class Observer = null_observer>
class machine {
 public:
  /// The observer is called with the `transition_names` of each transition, before the next state is entered.
  constexpr machine(typename Table::initial initial, Actions& actions, Observer observer = {})
      : actions_(actions),
        observer_(std::move(observer)),
        current_{typename step<Table, Effect>::value_type(std::in_place_type<typename Table::initial>,
                                                          std::move(initial))} {}

  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  /// Runs until an effect is wanted or a final state is reached.
  constexpr void run() {
    while (!wanted_ && begin(detail::states_of<Table>{})) continue;
  }

  /// \returns the effect whose answer the machine waits for, or null if it waits for none.
  constexpr const Effect* wanted() const noexcept { return wanted_ ? &*wanted_ : nullptr; }

  /// Continues with the answer, and runs until the next effect is wanted or a final state is reached.
  /// \pre The machine waits, and its current state waits for an answer of this type.
  template <answer_in<Table> Answer>
  constexpr void resume(Answer answer) {
    assert(wanted_ && "the machine waits for no answer");
    [[maybe_unused]] const bool accepted = end(answer, detail::states_of<Table>{});
    assert(accepted && "the current state waits for another answer");
    run();
  }

  /// \returns the current state if it is a `State`, or null.
  template <class State>
  constexpr State* get_if() noexcept {
    return std::get_if<State>(&current_.value);
  }

 private:
  /// \returns false in a final state.
  template <class... States>
  constexpr bool begin(detail::type_list<States...>) {
    return (begin_in<States>() || ...);
  }

  template <class State>
  constexpr bool begin_in() {
    if constexpr (!final_state<State>) {
      if (auto* state = get_if<State>()) {
        take(step_from<Table, Effect, State>(actions_.begin(*state)));
        return true;
      }
    }
    return false;
  }

  /// \returns false in a state that does not wait for such an answer.
  template <class Answer, class... States>
  constexpr bool end(Answer& answer, detail::type_list<States...>) {
    return (end_in<States>(answer) || ...);
  }

  template <class State, class Answer>
  constexpr bool end_in(Answer& answer) {
    if constexpr (detail::waits_for<State, Answer>) {
      if (auto* state = get_if<State>()) {
        step_from<Table, Effect, State> next = actions_.end(*state, answer);
        wanted_.reset();
        take(std::move(next));
        return true;
      }
    }
    return false;
  }

  constexpr void take(step<Table, Effect>&& next) {
    if (next.taken) {
      observer_(*next.taken);
      current_ = std::move(next);
    } else {
      wanted_.emplace(std::move(*std::get_if<Effect>(&next.value)));
    }
  }

  Actions& actions_;
  Observer observer_;
  step<Table, Effect> current_;  // its value is a state, never an effect
  std::optional<Effect> wanted_;
};

}  // namespace hubauth::fsm
