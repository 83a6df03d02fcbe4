// SPDX-License-Identifier: BSL-1.0
// says first: ending<prompting, key_entered>
// says: two rows answer the same outcome of a state
// says: two_rows_answer<hubauth::flow::ending<prompting, key_entered>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {};
struct prompt_shut {};
struct prompting {
  using outcomes = outcomes_list<key_entered, prompt_shut>;
};
struct signed_in {};
struct failed {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(
#ifndef FIXED
      row<prompting, key_entered, failed>(),
#endif
      row<prompting, key_entered, signed_in>(),  //
      row<prompting, prompt_shut, failed>());
};
static_assert(sound<flow_of_mine>());
