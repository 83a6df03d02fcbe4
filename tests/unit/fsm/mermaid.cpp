// SPDX-License-Identifier: BSL-1.0
#include "hubauth/fsm/mermaid.hpp"

#include <ostream>
#include <string>

#include <doctest/doctest.h>

#include "hubauth/fsm/well_formed.hpp"

namespace {

namespace fsm = hubauth::fsm;
using fsm::transition;

// A door: it is opened after a knock, if somebody is at home.

struct knocked {};
struct no_answer {};
struct gave_up {};
struct opened {};
struct slammed {};

struct waiting {
  using outcomes = fsm::outcomes<no_answer, knocked, gave_up>;
};
struct opening {
  using outcomes = fsm::outcomes<opened, slammed, no_answer>;
};
struct inside {};
struct outside {};

struct door {
  using initial = waiting;
  static constexpr auto transitions = fsm::hana::make_tuple(transition<waiting, no_answer, waiting>{},  //
                                                            transition<waiting, knocked, opening>{},    //
                                                            transition<waiting, gave_up, outside>{},    //
                                                            transition<opening, slammed, outside>{},    //
                                                            transition<opening, opened, inside>{},      //
                                                            transition<opening, no_answer, outside>{});
};
static_assert(fsm::well_formed<door>());

TEST_CASE("mermaid: a table is drawn from its initial state to its final states, one arrow from a state to another") {
  CHECK(fsm::mermaid<door>() ==
        "stateDiagram-v2\n"
        "  [*] --> waiting\n"
        "  waiting --> opening : knocked\n"
        "  waiting --> outside : gave_up\n"
        "  opening --> outside : slammed<br/>no_answer\n"
        "  opening --> inside : opened\n"
        "  waiting --> waiting : no_answer\n"
        "  outside --> [*]\n"
        "  inside --> [*]\n");
}

}  // namespace
