// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "hubauth/flow/table.hpp"

namespace hubauth::flow {

/// A row that was taken, by names: what a watcher sees of a run.
struct taken {
  std::string_view in;
  std::string_view ending;
  std::string_view to;
};

/// A watcher that looks away.
struct unwatched {
  constexpr void operator()(const taken&) const noexcept {}
};

namespace detail {

template <class Flow>
struct variants {
  using end = typename decltype(hana::unpack(final_states<Flow>, hana::template_<std::variant>))::type;
  using on_the_way = typename decltype(hana::unpack(states_with_rows<Flow>, hana::template_<std::variant>))::type;
};

}  // namespace detail

/// The final state in which a run of the flow ended: a variant of them.
template <class Flow>
using end_of = typename detail::variants<Flow>::end;

namespace detail {

/// True when the second state's rows stand below the first one's.
template <class Flow, class From, class To>
consteval bool leads_down() noexcept {
  for (const auto& row : edges<Flow>) {
    if (row.in == tag<To>) return false;
    if (row.in == tag<From>) return true;
  }
  return false;
}

/// Becomes a state where that one is to be, which saves a move. (A variant can't build an aggregate itself.)
template <class To, class Ending>
struct built {
  Ending& outcome;

  constexpr operator To() const {
    if constexpr (std::is_empty_v<To>)
      return To{};
    else
      return To{std::move(outcome)};
  }
};

/// A run on its way. Rows that lead down are calls, which the compiler can join; rows that lead up, or back to
/// their own state, are rounds of a loop, so that no run is deeper than the table.
template <class Flow, class Steps, class Watch>
class walk {
 public:
  constexpr walk(Steps& steps, Watch& watch) noexcept : steps_(steps), watch_(watch) {}

  constexpr end_of<Flow> from(typename Flow::first&& first) {
    enter(first);
    const auto go_on = [this](auto& above) {
      auto state = std::move(above);
      this->enter(state);
    };
    while (!end_) std::visit(go_on, *up_);
    return *std::move(end_);
  }

 private:
  template <class State>
  constexpr void enter(State& state) {
    while (step(state)) continue;
  }

  /// True when the state is entered again.
  template <class State>
  constexpr bool step(State& state) {
    typename State::outcomes outcome = steps_(std::move(state));
    return std::visit(
        [&]<class Ending>(Ending& ended) {
          constexpr auto index = answer<Flow, State, Ending>.first;
          using to = typename std::remove_cvref_t<decltype(hana::at_c<index>(Flow::rows))>::to;
          watch_(taken{name_of<State>(), name_of<Ending>(), name_of<to>()});
          const built<to, Ending> next{ended};
          if constexpr (std::is_same_v<to, State>) {
            state = next;
          } else if constexpr (final_state<to>) {
            end_.emplace(std::in_place_type<to>, next);
          } else if constexpr (leads_down<Flow, State, to>()) {
            to below = next;
            enter(below);
          } else {
            up_.emplace(std::in_place_type<to>, next);
          }
          return std::is_same_v<to, State>;
        },
        outcome);
  }

  Steps& steps_;
  Watch& watch_;
  // Variants in optionals: with libstdc++ 12, clang can emplace these at compile time, and not those.
  std::optional<typename variants<Flow>::on_the_way> up_;
  std::optional<end_of<Flow>> end_;
};

}  // namespace detail

/// Follows the rows of `Flow` from its first state to a final one.
///
/// Needs:   a table that is `sound`; `steps(state)` does what is to be done in a state and gives one of its outcomes; a
///          state that a row leads back to itself can be assigned
/// Gives:   the final state; `watch` sees every row as it is taken, by names only
/// Keeps:   whatever `steps` throws passes through
template <class Flow, class Steps, class Watch>
constexpr end_of<Flow> run(typename Flow::first first, Steps& steps, Watch&& watch) {
  return detail::walk<Flow, Steps, std::remove_reference_t<Watch>>(steps, watch).from(std::move(first));
}

}  // namespace hubauth::flow
