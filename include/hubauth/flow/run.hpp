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

template <class To, class Ending>
constexpr To build(Ending&& outcome) {
  if constexpr (std::is_empty_v<To>)
    return To{};
  else
    return To{std::move(outcome)};
}

}  // namespace detail

/// The final state in which a run of the flow ended: a variant of them.
template <class Flow>
using end_of = typename detail::variants<Flow>::end;

/// Follows the rows of `Flow` from its first state to a final one.
///
/// Needs:   a table that is `sound`; `steps(state)` does what is to be done in a state and gives one of its outcomes
/// Gives:   the final state; `watch` sees every row as it is taken, by names only
/// Keeps:   whatever `steps` throws passes through
template <class Flow, class Steps, class Watch>
constexpr end_of<Flow> run(typename Flow::first first, Steps& steps, Watch&& watch) {
  // A variant in an optional: with libstdc++ 12, clang can emplace the one at compile time, and not the other.
  std::optional<typename detail::variants<Flow>::on_the_way> now(std::move(first));
  std::optional<end_of<Flow>> end;

  const auto advance = [&]<class State>(State& state) {
    typename State::outcomes outcome = steps(std::move(state));
    std::visit(
        [&]<class Ending>(Ending& ended) {
          constexpr auto index = detail::answer<Flow, State, Ending>.first;
          using to = typename std::remove_cvref_t<decltype(hana::at_c<index>(Flow::rows))>::to;
          watch(taken{name_of<State>(), name_of<Ending>(), name_of<to>()});
          if constexpr (final_state<to>)
            end.emplace(detail::build<to>(std::move(ended)));
          else
            now.emplace(std::in_place_type<to>, detail::build<to>(std::move(ended)));
        },
        outcome);
  };
  while (!end) std::visit(advance, *now);
  return std::move(*end);
}

}  // namespace hubauth::flow
