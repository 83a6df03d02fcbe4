// SPDX-License-Identifier: BSL-1.0
// says first: row<prompting, prompt_shut, failed>
// says: a row answers an outcome that its state does not have
// says: dead_row<hubauth::flow::row<prompting, prompt_shut, failed>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {};
struct prompt_shut {};
struct prompting {
#ifdef FIXED
  using outcomes = outcomes_list<key_entered, prompt_shut>;
#else
  using outcomes = outcomes_list<key_entered>;
#endif
};
struct signed_in {};
struct failed {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(row<prompting, key_entered, signed_in>(),  //
                                                row<prompting, prompt_shut, failed>());
};
static_assert(sound<flow_of_mine>());
