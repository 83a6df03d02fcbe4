// SPDX-License-Identifier: BSL-1.0
// says first: ending<prompting, prompt_shut>
// says: a state can end in an outcome that no row answers
// says: no_row_answers<hubauth::flow::ending<prompting, prompt_shut>
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
#ifdef FIXED
      row<prompting, prompt_shut, failed>(),
#endif
      row<prompting, key_entered, signed_in>());
};
static_assert(sound<flow_of_mine>());
