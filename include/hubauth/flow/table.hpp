// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/hana/at.hpp>
#include <boost/hana/bool.hpp>
#include <boost/hana/filter.hpp>
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
concept final_state = !requires {
  typename State::outcomes;
};

namespace detail {

template <class T>
consteval std::string_view signature() noexcept {
  return __PRETTY_FUNCTION__;  // "... [with T = hubauth::flow::asking; ...]"
}

inline constexpr std::size_t name_starts = signature<void>().rfind("void");
inline constexpr std::size_t behind_name = signature<void>().size() - name_starts - 4;

/// The whole name of a type, which no other type has: what its signature has in `void`'s place.
template <class T>
consteval std::string_view whole_name() noexcept {
  constexpr auto all = signature<T>();
  return all.substr(name_starts, all.size() - name_starts - behind_name);
}

/// A number for a type: the FNV-1a hash of its name. (The address of a variable template would do, but g++ does not
/// compare addresses at compile time once a sanitizer is on; names themselves take clang five times as long.)
template <class T>
consteval std::uint64_t hash() noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : whole_name<T>()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

template <class T>
inline constexpr std::uint64_t tag = detail::hash<T>();

}  // namespace detail

/// The name of a type without its namespaces, as it is written in the table.
template <class T>
constexpr std::string_view name_of() noexcept {
  constexpr auto whole = detail::whole_name<T>();
  return whole.substr(whole.rfind(':') + 1);
}

/// True when `To` can be built from what the state before ended in; a state without data can always be built.
template <class To, class Ending>
concept built_from = std::is_empty_v<To> || requires(Ending&& outcome) {
  To{std::move(outcome)};
};

namespace detail {

template <class State>
struct outcomes_or_none {
  using type = typename State::outcomes;
};
template <final_state State>
struct outcomes_or_none<State> {
  using type = one_of<>;
};

/// The numbers of a state's outcomes.
template <class Outcomes>
struct numbers;
template <class... Outcomes>
struct numbers<one_of<Outcomes...>> {
  static constexpr std::array<std::uint64_t, sizeof...(Outcomes)> all{tag<Outcomes>...};
};

/// A row as plain data: numbers for its types.
struct edge {
  std::uint64_t in;
  std::uint64_t ending;
  std::uint64_t to;
  bool to_is_final;
  bool is_built;
  const std::uint64_t* outcomes;  // of `in`
  std::size_t outcome_count;
};

template <class Row>
consteval edge edge_of() noexcept {
  using in = typename Row::in;
  using of_in = numbers<typename outcomes_or_none<in>::type>;
  return {tag<in>,
          tag<typename Row::ending>,
          tag<typename Row::to>,
          final_state<typename Row::to>,
          built_from<typename Row::to, typename Row::ending>,
          of_in::all.data(),
          of_in::all.size()};
}

template <class Flow>
inline constexpr auto edges = hana::unpack(Flow::rows, []<class... Rows>(Rows...) {
  return std::array<edge, sizeof...(Rows)>{detail::edge_of<Rows>()...};
});

/// How many rows are for that ending, and which is the first.
template <class Flow>
struct rows_for {
  std::size_t count = 0;
  std::size_t first = 0;

  constexpr rows_for(std::uint64_t in, std::uint64_t ending) noexcept {
    for (std::size_t i = edges<Flow>.size(); i-- != 0;)
      if (edges<Flow>[i].in == in && edges<Flow>[i].ending == ending) ++count, first = i;
  }
};

template <class Flow, class In, class Ending>
inline constexpr auto answer = rows_for<Flow>(tag<In>, tag<Ending>);

/// True for the first row that speaks of the type to which `member` points.
template <class Flow>
constexpr bool is_first(std::size_t row, std::uint64_t edge::*member) noexcept {
  for (std::size_t i = 0; i != row; ++i)
    if (edges<Flow>[i].*member == edges<Flow>[row].*member) return false;
  return true;
}

template <class Flow, class Row>
inline constexpr std::size_t index_of = answer<Flow, typename Row::in, typename Row::ending>.first;

/// The states that have rows, each once, in the table's order.
template <class Flow>
inline constexpr auto states_with_rows = hana::transform(
    hana::filter(Flow::rows, []<class R>(R) { return hana::bool_c<is_first<Flow>(index_of<Flow, R>, &edge::in)>; }),
    []<class R>(R) { return hana::type_c<typename R::in>; });

/// The final states, each once, in the table's order.
template <class Flow>
inline constexpr auto final_states = hana::transform(hana::filter(Flow::rows,
                                                                  []<class R>(R) {
                                                                    return hana::bool_c < final_state<typename R::to> &&
                                                                           is_first<Flow>(index_of<Flow, R>,
                                                                                          &edge::to) > ;
                                                                  }),
                                                     []<class R>(R) { return hana::type_c<typename R::to>; });

}  // namespace detail

}  // namespace hubauth::flow
