// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/hana/at.hpp>
#include <boost/hana/bool.hpp>
#include <boost/hana/concat.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/flatten.hpp>
#include <boost/hana/transform.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

/// A flow as data: states, what each may end in, and where that leads.
///
/// A state is a struct with its data and `outcomes`; one without `outcomes` is final. The next state is built from the
/// outcome, so an outcome carries all that the next state needs. A flow names its `first` state and its `rows`.
namespace hubauth::flow {

namespace hana = boost::hana;

/// What a state may end in.
template <class... Outcomes>
using one_of = std::variant<Outcomes...>;

/// One line of a table: a state, an outcome of it, and the state that follows.
template <class In, class Ending, class To>
struct row {
  using in = In;
  using ending = Ending;
  using to = To;
};

/// A state and one of its outcomes, to be named in an error.
template <class In, class Ending>
struct ending {};

/// A state that ends a flow.
template <class State>
concept final_state = !requires { typename State::outcomes; };

namespace detail {

/// The whole name of a type, which no other type has. (Addresses of tags would be simpler to tell apart, but g++ does not
/// compare them at compile time once a sanitizer is on.)
template <class T>
constexpr std::string_view whole_name() noexcept {
  constexpr std::string_view here = __PRETTY_FUNCTION__;  // "... [with T = hubauth::flow::asking; ...]"
  constexpr auto start = here.find("T = ") + 4;
  return here.substr(start, here.find_first_of(";]", start) - start);
}

template <class T>
inline constexpr std::string_view tag = whole_name<T>();

}  // namespace detail

/// The name of a type without its namespaces, as it is written in the table.
template <class T>
constexpr std::string_view name_of() noexcept {
  return detail::tag<T>.substr(detail::tag<T>.rfind(':') + 1);
}

/// True when `To` can be built from what the state before ended in; a state without data can always be built.
template <class To, class Ending>
concept built_from = std::is_empty_v<To> || requires(Ending&& outcome) { To{std::move(outcome)}; };

namespace detail {

/// A row as plain data: the names of its types.
struct edge {
  std::string_view in;
  std::string_view ending;
  std::string_view to;
  bool to_is_final;
};

template <class Flow>
inline constexpr auto edges = hana::unpack(Flow::rows, []<class... Rows>(Rows...) {
  return std::array<edge, sizeof...(Rows)>{edge{tag<typename Rows::in>, tag<typename Rows::ending>,
                                                tag<typename Rows::to>, final_state<typename Rows::to>}...};
});

/// How many rows are for that ending, and which is the first.
template <class Flow>
struct rows_for {
  std::size_t count = 0;
  std::size_t first = 0;

  constexpr rows_for(std::string_view in, std::string_view ending) noexcept {
    for (std::size_t i = edges<Flow>.size(); i-- != 0;)
      if (edges<Flow>[i].in == in && edges<Flow>[i].ending == ending) ++count, first = i;
  }
};

template <class Flow, class In, class Ending>
inline constexpr auto answer = rows_for<Flow>(tag<In>, tag<Ending>);

/// True when a way along the rows leads from the first state to `state`.
template <class Flow>
constexpr bool reachable(std::string_view state) noexcept {
  std::array<bool, edges<Flow>.size()> walked{};  // rows whose state can be reached
  const auto reached = [&](std::string_view which) {
    if (which == tag<typename Flow::first>) return true;
    for (std::size_t i = 0; i != walked.size(); ++i)
      if (walked[i] && edges<Flow>[i].to == which) return true;
    return false;
  };
  for (bool news = true; news;) {
    news = false;
    for (std::size_t i = 0; i != walked.size(); ++i)
      if (!walked[i] && reached(edges<Flow>[i].in)) news = walked[i] = true;
  }
  return reached(state);
}

/// True when a way along the rows leads from `state` to a final one.
template <class Flow>
constexpr bool finishes(std::string_view state) noexcept {
  std::array<bool, edges<Flow>.size()> ends{};  // rows behind which a final state can be reached
  const auto can_end = [&](std::string_view which) {
    for (std::size_t i = 0; i != ends.size(); ++i)
      if (ends[i] && edges<Flow>[i].in == which) return true;
    return false;
  };
  for (bool news = true; news;) {
    news = false;
    for (std::size_t i = 0; i != ends.size(); ++i)
      if (!ends[i] && (edges<Flow>[i].to_is_final || can_end(edges<Flow>[i].to))) news = ends[i] = true;
  }
  return can_end(state);
}

/// True for the first row that speaks of the type to which `member` points.
template <class Flow>
constexpr bool is_first(std::size_t row, std::string_view edge::*member) noexcept {
  for (std::size_t i = 0; i != row; ++i)
    if (edges<Flow>[i].*member == edges<Flow>[row].*member) return false;
  return true;
}

template <class Flow, class Row>
inline constexpr std::size_t index_of = answer<Flow, typename Row::in, typename Row::ending>.first;

/// The states that have rows, each once, in the table's order.
template <class Flow>
inline constexpr auto states_with_rows = hana::transform(
    hana::filter(Flow::rows,
                 []<class R>(R) { return hana::bool_c<is_first<Flow>(index_of<Flow, R>, &edge::in)>; }),
    []<class R>(R) { return hana::type_c<typename R::in>; });

/// The final states, each once, in the table's order.
template <class Flow>
inline constexpr auto final_states = hana::transform(
    hana::filter(Flow::rows,
                 []<class R>(R) {
                   return hana::bool_c<final_state<typename R::to> && is_first<Flow>(index_of<Flow, R>, &edge::to)>;
                 }),
    []<class R>(R) { return hana::type_c<typename R::to>; });

template <class State>
struct outcomes_or_none {
  using type = typename State::outcomes;
};
template <final_state State>
struct outcomes_or_none<State> {
  using type = one_of<>;
};
template <class State>
using outcomes_of = std::type_identity<typename outcomes_or_none<State>::type>;

template <class In, class... Outcomes>
constexpr auto endings_of(std::type_identity<one_of<Outcomes...>>) {
  return hana::make_tuple(ending<In, Outcomes>{}...);
}

template <class Ending, class... Outcomes>
constexpr bool is_among(std::type_identity<one_of<Outcomes...>>) {
  return (std::is_same_v<Outcomes, Ending> || ...);
}

/// Every state with every outcome that it names.
template <class Flow>
inline constexpr auto endings = hana::unpack(states_with_rows<Flow>, []<class... S>(hana::basic_type<S>...) {
  return hana::flatten(hana::make_tuple(endings_of<S>(outcomes_of<S>{})...));
});

}  // namespace detail

// What can be wrong with a table. Each is instantiated with the offenders, so that the compiler names them first.

template <class... Offenders>
struct no_row_answers {
  static_assert(sizeof...(Offenders) == 0, "a state can end in an outcome that no row answers");
};
template <class... Offenders>
struct two_rows_answer {
  static_assert(sizeof...(Offenders) == 0, "two rows answer the same outcome of a state");
};
template <class... Offenders>
struct dead_row {
  static_assert(sizeof...(Offenders) == 0, "a row answers an outcome that its state does not have");
};
template <class... Offenders>
struct unreachable_state {
  static_assert(sizeof...(Offenders) == 0, "no way leads from the first state to this one");
};
template <class... Offenders>
struct state_cannot_finish {
  static_assert(sizeof...(Offenders) == 0, "no way leads from this state to a final one");
};
template <class... Offenders>
struct not_built_from_outcome {
  static_assert(sizeof...(Offenders) == 0, "a state can't be built from the outcome that leads to it");
};

namespace detail {

/// Instantiates `Report` with those of `all` for which `wrong` is true; true when there are none.
template <template <class...> class Report, class All, class Wrong>
constexpr bool none_is(const All& all, const Wrong& wrong) {
  return hana::unpack(hana::filter(all, wrong), []<class... Offenders>(Offenders...) {
    return sizeof(Report<Offenders...>) != 0 && sizeof...(Offenders) == 0;
  });
}

}  // namespace detail

/// True for a table that is complete, deterministic, reachable and able to finish; else the compiler's error names the
/// states and outcomes that it fails for, and what is wrong with them.
template <class Flow>
consteval bool sound() {
  using namespace detail;
  const bool complete = none_is<no_row_answers>(endings<Flow>, []<class In, class Ending>(ending<In, Ending>) {
    return hana::bool_c<answer<Flow, In, Ending>.count == 0>;
  });
  const bool deterministic = none_is<two_rows_answer>(endings<Flow>, []<class In, class Ending>(ending<In, Ending>) {
    return hana::bool_c<(answer<Flow, In, Ending>.count > 1)>;
  });
  const bool alive = none_is<dead_row>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!is_among<Ending>(outcomes_of<In>{})>;
  });
  const bool reached = none_is<unreachable_state>(states_with_rows<Flow>, []<class S>(hana::basic_type<S>) {
    return hana::bool_c<!reachable<Flow>(tag<S>)>;
  });
  const bool finished = none_is<state_cannot_finish>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!final_state<To> && !finishes<Flow>(tag<To>)>;
  });
  const bool built = none_is<not_built_from_outcome>(Flow::rows, []<class In, class Ending, class To>(row<In, Ending, To>) {
    return hana::bool_c<!built_from<To, Ending>>;
  });
  return complete && deterministic && alive && reached && finished && built;
}

}  // namespace hubauth::flow
