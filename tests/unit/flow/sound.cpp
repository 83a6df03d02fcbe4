// SPDX-License-Identifier: BSL-1.0
#include "hubauth/flow/sound.hpp"

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <boost/hana/equal.hpp>

namespace {

using namespace hubauth::flow;

// Sound tables

struct counted {
  int left;
};
struct counted_down {};
struct held_up {};
struct landed {};
struct carried {
  int left;
  explicit constexpr carried(counted&& before) : left(before.left) {}
};

static_assert(final_state<landed> && final_state<counted>);

/// One state that leads to one end.
struct one_step {
  struct falling {
    using outcomes = outcomes_list<counted_down>;
  };
  using first = falling;
  static constexpr auto rows = hana::make_tuple(row<falling, counted_down, landed>{});
};
static_assert(!final_state<one_step::falling>);
static_assert(sound<one_step>());

/// A state that may follow itself.
struct loop {
  struct counting {
    using outcomes = outcomes_list<counted, counted_down>;
    int left;
    explicit constexpr counting(int from) : left(from) {}
    explicit constexpr counting(counted&& before) : left(before.left) {}
  };
  using first = counting;
  static constexpr auto rows = hana::make_tuple(row<counting, counted, counting>{},  //
                                                row<counting, counted_down, landed>{});
};
static_assert(sound<loop>());

/// Two states that end in the same outcome, two ends, a way back, and states built from data that only moves.
struct token {
  std::unique_ptr<int> text;
};
struct refused {
  std::string why;
};
struct rounds {
  struct fetching {
    using outcomes = outcomes_list<token, refused>;
  };
  struct checking {
    using outcomes = outcomes_list<token, refused, counted_down>;
    std::unique_ptr<int> text;
    explicit checking(token&& given) : text(std::move(given.text)) {}
  };
  struct given_up {
    std::string why;
    explicit given_up(refused&& given) : why(std::move(given.why)) {}
  };
  using first = fetching;
  // The first state is not the first row's.
  static constexpr auto rows = hana::make_tuple(row<checking, refused, fetching>{},     //
                                                row<checking, counted_down, landed>{},  //
                                                row<checking, token, checking>{},       //
                                                row<fetching, token, checking>{},       //
                                                row<fetching, refused, given_up>{});
};
static_assert(sound<rounds>());

static_assert(built_from<landed, refused>);          // has no data
static_assert(built_from<rounds::checking, token>);  // by moving
static_assert(built_from<carried, counted>);
static_assert(!built_from<rounds::checking, refused>);
static_assert(!built_from<carried, refused>);

// States in the table's order, each once

template <class... States>
constexpr auto states = hana::make_tuple(hana::type_c<States>...);

static_assert(detail::states_with_rows<rounds> == states<rounds::checking, rounds::fetching>);
static_assert(detail::final_states<rounds> == states<landed, rounds::given_up>);
static_assert(detail::states_with_rows<loop> == states<loop::counting>);
static_assert(detail::final_states<loop> == states<landed>);

// Long ways, whose rows stand in the order in which they are taken, and in the other

struct far {
  struct first_leg {
    using outcomes = outcomes_list<counted>;
  };
  struct second_leg {
    using outcomes = outcomes_list<counted>;
  };
  struct third_leg {
    using outcomes = outcomes_list<counted>;
  };
  using first = first_leg;
  static constexpr auto rows = hana::make_tuple(row<first_leg, counted, second_leg>{},  //
                                                row<second_leg, counted, third_leg>{},  //
                                                row<third_leg, counted, landed>{});
};
static_assert(sound<far>());

struct far_backwards : far {
  static constexpr auto rows = hana::make_tuple(row<third_leg, counted, landed>{},      //
                                                row<second_leg, counted, third_leg>{},  //
                                                row<first_leg, counted, second_leg>{});
};
static_assert(sound<far_backwards>());

// Wrong tables: each breaks one rule. (That `sound` names the offenders is what the tests of the compiler's errors
// say.)

struct resolving_endpoint {
  using outcomes = outcomes_list<counted, counted_down>;
};
struct stuck {
  using outcomes = outcomes_list<counted>;
};
struct stuck_too {
  using outcomes = outcomes_list<counted>;
};

static_assert(detail::is_among<counted_down>(detail::outcomes_of<resolving_endpoint>{}));
static_assert(!detail::is_among<held_up>(detail::outcomes_of<resolving_endpoint>{}));
static_assert(!detail::is_among<counted>(detail::outcomes_of<landed>{}));

template <class... Rows>
struct table {
  using first = resolving_endpoint;
  static constexpr auto rows = hana::make_tuple(Rows{}...);
};

template <class... Rows>
inline constexpr bool is_sound = detail::is_sound<table<Rows...>>();

using counts = row<resolving_endpoint, counted, landed>;
using counts_down = row<resolving_endpoint, counted_down, landed>;

static_assert(is_sound<counts, counts_down>);
static_assert(is_sound<counts_down, row<resolving_endpoint, counted, resolving_endpoint>>, "it may go back to where it began");
static_assert(is_sound<row<resolving_endpoint, counted, stuck>, counts_down, row<stuck, counted, resolving_endpoint>>, "so may a detour");

static_assert(!is_sound<counts>, "no row answers an outcome");
static_assert(!is_sound<counts_down>, "no row answers the other one");
static_assert(!is_sound<counts, counts_down, counts>, "two rows answer an outcome");
static_assert(!is_sound<counts, row<resolving_endpoint, counted, resolving_endpoint>, counts_down>, "nor may they lead elsewhere");
static_assert(!is_sound<counts, counts_down, row<resolving_endpoint, held_up, landed>>, "the state has no such outcome");
static_assert(!is_sound<counts, counts_down, row<landed, counted, landed>>, "a final state has no outcome at all");
static_assert(!is_sound<counts, counts_down, row<stuck, counted, landed>>, "the state is never reached");
static_assert(!is_sound<counts, counts_down, row<stuck, counted, stuck_too>, row<stuck_too, counted, stuck>>,
              "nor where two lead to each other");
static_assert(!is_sound<row<stuck, counted, landed>>, "the first state has no row");
static_assert(!is_sound<row<resolving_endpoint, counted, stuck>, counts_down>, "a state has outcomes and no row");
static_assert(!is_sound<row<resolving_endpoint, counted, resolving_endpoint>, row<resolving_endpoint, counted_down, resolving_endpoint>>, "no way ends");
static_assert(!is_sound<row<resolving_endpoint, counted, stuck>, counts_down, row<stuck, counted, stuck>>, "one way never ends");
static_assert(!is_sound<row<resolving_endpoint, counted, stuck>, counts_down, row<stuck, counted, stuck_too>,
                        row<stuck_too, counted, stuck>>,
              "nor one through two states");
static_assert(is_sound<counts_down, row<resolving_endpoint, counted, carried>>, "a state is built from the outcome's data");
static_assert(!is_sound<counts, row<resolving_endpoint, counted_down, carried>>, "there is no data to build it from");

/// Whether every row of a table is reached and leads to an end, found when run.
template <class Flow>
bool all_on_a_way() {
  const detail::graph<Flow> ways;
  bool all = true;
  for (std::size_t i = 0; i != detail::edges<Flow>.size(); ++i) all = all && ways.reached(i) && ways.finishes(i);
  return all;
}

TEST_CASE("sound: what holds when compiled holds when run") {
  CHECK(all_on_a_way<far>());
  CHECK(all_on_a_way<far_backwards>());
  CHECK(all_on_a_way<rounds>());
  for (std::size_t i = 0; i != detail::edges<rounds>.size(); ++i)
    CHECK(detail::is_first<rounds>(i, &detail::edge::in) == (i == 0 || i == 3));
  CHECK_FALSE(all_on_a_way<table<counts, counts_down, row<stuck, counted, landed>>>());
  CHECK_FALSE(all_on_a_way<table<row<resolving_endpoint, counted, stuck>, counts_down, row<stuck, counted, stuck>>>());

  CHECK(detail::is_sound<far>());
  CHECK(detail::is_sound<far_backwards>());
  CHECK(detail::is_sound<table<counts, counts_down>>());
  CHECK_FALSE(detail::is_sound<table<counts>>());
  CHECK_FALSE(detail::is_sound<table<counts, counts_down, counts>>());
  CHECK_FALSE(detail::is_sound<table<counts, counts_down, row<stuck, counted, landed>>>());
  CHECK_FALSE(detail::is_sound<table<row<resolving_endpoint, counted, stuck>, counts_down, row<stuck, counted, stuck>>>());
}

}  // namespace
