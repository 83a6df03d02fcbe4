// SPDX-License-Identifier: BSL-1.0
// says first: row<prompting, key_entered, checking>
// says: a state can't be built from the outcome that leads to it
// says: not_built_from_outcome<hubauth::flow::row<prompting, key_entered, checking>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {
  int attempts_left;
};
struct accepted {};
struct prompting {
  using outcomes = outcomes_list<key_entered>;
};
struct checking {
  using outcomes = outcomes_list<accepted>;
  int attempts_left;
#ifdef FIXED
  explicit checking(key_entered&& given) : attempts_left(given.attempts_left) {}
#endif
};
struct signed_in {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(row<prompting, key_entered, checking>(),  //
                                                row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
