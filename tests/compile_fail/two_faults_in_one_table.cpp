// SPDX-License-Identifier: BSL-1.0
// says first: ending<prompting, prompt_shut>
// says: no_row_answers<hubauth::flow::ending<prompting, prompt_shut>
// says: unreachable_state<hubauth::flow::row<checking, accepted, signed_in>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {};
struct prompt_shut {};
struct accepted {};
struct prompting {
  using outcomes = outcomes_list<key_entered, prompt_shut>;
};
struct checking {
  using outcomes = outcomes_list<accepted>;
};
struct signed_in {};
struct failed {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(
#ifdef FIXED
      row<prompting, key_entered, checking>(),  //
      row<prompting, prompt_shut, failed>(),
#else
      row<prompting, key_entered, signed_in>(),
#endif
      row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
