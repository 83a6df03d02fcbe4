// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include <boost/hana/bool.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/flatten.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include "hubauth/flow/table.hpp"

/// What makes a table a proof: every outcome is answered, once, and every state leads to an end.
namespace hubauth::flow {

namespace detail {

/// A state's outcomes, to be unfolded; none for a final one.
template <class State>
using outcomes_of = std::type_identity<typename outcomes_or_none<State>::type>;

template <class Ending, class... Outcomes>
consteval bool is_among(std::type_identity<one_of<Outcomes...>>) {
  return (std::is_same_v<Outcomes, Ending> || ...);
}

/// What is known of each row's states without looking at types again.
template <class Flow>
class graph {
 public:
  constexpr graph() noexcept {
    reach();
    finish();
  }

  /// True when a way along the rows leads from the first state to the row's.
  constexpr bool reached(std::size_t row) const noexcept { return reached_[row]; }

  /// True when a way leads from where the row goes to to a final state.
  constexpr bool finishes(std::size_t row) const noexcept { return finishes_[row]; }

 private:
  static constexpr const auto& rows = edges<Flow>;

  constexpr void reach() noexcept {
    for (bool news = true; news;) {
      news = false;
      for (std::size_t i = 0; i != rows.size(); ++i) {
        if (reached_[i]) continue;
        bool found = rows[i].in == tag<typename Flow::first>;
        for (std::size_t k = 0; k != rows.size() && !found; ++k) found = reached_[k] && rows[k].to == rows[i].in;
        news = news || found;
        reached_[i] = found;
      }
    }
  }

  constexpr void finish() noexcept {
    for (bool news = true; news;) {
      news = false;
      for (std::size_t i = 0; i != rows.size(); ++i) {
        if (finishes_[i]) continue;
        bool found = rows[i].to_is_final;
        for (std::size_t k = 0; k != rows.size() && !found; ++k) found = finishes_[k] && rows[k].in == rows[i].to;
        news = news || found;
        finishes_[i] = found;
      }
    }
  }

  std::array<bool, edges<Flow>.size()> reached_{};
  std::array<bool, edges<Flow>.size()> finishes_{};
};

template <class Flow>
inline constexpr graph<Flow> ways{};

}  // namespace detail

// What can be wrong with a table. Each is instantiated with the offenders, so that the compiler names them first: g++
// names the struct, clang the condition.

template <class... Offenders>
inline constexpr bool none = sizeof...(Offenders) == 0;

template <class... Offenders>
struct no_row_answers {
  static_assert(none<Offenders...>, "a state can end in an outcome that no row answers");
};
template <class... Offenders>
struct two_rows_answer {
  static_assert(none<Offenders...>, "two rows answer the same outcome of a state");
};
template <class... Offenders>
struct dead_row {
  static_assert(none<Offenders...>, "a row answers an outcome that its state does not have");
};
template <class... Offenders>
struct unreachable_state {
  static_assert(none<Offenders...>, "no way leads from the first state to this one");
};
template <class... Offenders>
struct state_cannot_finish {
  static_assert(none<Offenders...>, "no way leads from this state to a final one");
};
template <class... Offenders>
struct not_built_from_outcome {
  static_assert(none<Offenders...>, "a state can't be built from the outcome that leads to it");
};

namespace detail {

template <template <class...> class Report, class... Offenders>
std::type_identity<Report<Offenders...>> report_on(const hana::tuple<Offenders...>&);

/// Instantiates `Report` with those of `all` for which `wrong` is true.
template <template <class...> class Report, class All, class Wrong>
constexpr void name_those(const All& all, const Wrong& wrong) {
  using report = typename decltype(detail::report_on<Report>(hana::filter(all, wrong)))::type;
  (void)sizeof(report);
}

/// Every state that has rows, with every outcome that it names.
template <class Flow>
constexpr auto endings() {
  constexpr auto of = []<class S, class... Outcomes>(hana::basic_type<S>, std::type_identity<one_of<Outcomes...>>) {
    return hana::make_tuple(ending<S, Outcomes>{}...);
  };
  return hana::unpack(states_with_rows<Flow>, [&]<class... S>(hana::basic_type<S>...) {
    return hana::flatten(hana::make_tuple(of(hana::basic_type<S>{}, outcomes_of<S>{})...));
  });
}

/// Finds the offenders and lets the compiler name them: the slow way, gone only when there are some.
template <class Flow>
constexpr void report() {
  constexpr auto all = endings<Flow>();
  name_those<no_row_answers>(all, []<class In, class Ending>(ending<In, Ending>) {
    return hana::bool_c<answer<Flow, In, Ending>.count == 0>;
  });
  name_those<two_rows_answer>(all, []<class In, class Ending>(ending<In, Ending>) {
    return hana::bool_c<(answer<Flow, In, Ending>.count > 1)>;
  });
  name_those<dead_row>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!detail::is_among<Ending>(outcomes_of<In>{})>;
  });
  name_those<unreachable_state>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!ways<Flow>.reached(index_of<Flow, row<In, Ending, To>>)>;
  });
  name_those<state_cannot_finish>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!ways<Flow>.finishes(index_of<Flow, row<In, Ending, To>>)>;
  });
  name_those<not_built_from_outcome>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!built_from<To, Ending>>;
  });
}

template <class Flow>
constexpr bool is_sound() {
  bool sound = true;
  for (std::size_t i = 0; i != edges<Flow>.size(); ++i) {
    const auto& row = edges<Flow>[i];
    bool names_it = false;
    for (std::size_t k = 0; k != row.outcome_count; ++k) {
      names_it = names_it || row.outcomes[k] == row.ending;
      sound = sound && (!is_first<Flow>(i, &edge::in) || rows_for<Flow>(row.in, row.outcomes[k]).count == 1);
    }
    sound = sound && names_it && row.is_built && ways<Flow>.reached(i) && ways<Flow>.finishes(i);
  }
  return sound;
}

}  // namespace detail

/// True for a table that is complete, deterministic, reachable and able to finish; else the compiler's error names the
/// states and outcomes that it fails for, and what is wrong with them.
template <class Flow>
consteval bool sound() {
  constexpr bool holds = detail::is_sound<Flow>();
  if constexpr (!holds) detail::report<Flow>();
  return holds;
}

}  // namespace hubauth::flow
