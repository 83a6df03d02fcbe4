// SPDX-License-Identifier: BSL-1.0
// says first: row<checking, accepted, signed_in>
// says: no way leads from the first state to this one
// says: unreachable_state<hubauth::flow::row<checking, accepted, signed_in>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {};
struct accepted {};
struct prompting {
  using outcomes = outcomes_list<key_entered>;
};
struct checking {
  using outcomes = outcomes_list<accepted>;
};
struct signed_in {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(
#ifdef FIXED
      row<prompting, key_entered, checking>(),
#else
      row<prompting, key_entered, signed_in>(),
#endif
      row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
