// SPDX-License-Identifier: BSL-1.0
// says first: row<checking, rejected, checking>
// says: no way leads from this state to a final one
// says: state_cannot_finish<hubauth::flow::row<prompting, key_entered, checking>, hubauth::flow::row<checking,
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct key_entered {};
struct prompt_shut {};
struct rejected {};
struct prompting {
  using outcomes = outcomes_list<key_entered, prompt_shut>;
};
struct checking {
  using outcomes = outcomes_list<rejected>;
};
struct failed {};

struct flow_of_mine {
  using first = prompting;
  static constexpr auto rows = hana::make_tuple(row<prompting, key_entered, checking>(),       //
                                                row<prompting, prompt_shut, failed>(),  //
#ifdef FIXED
                                                row<checking, rejected, prompting>());
#else
                                                row<checking, rejected, checking>());
#endif
};
static_assert(sound<flow_of_mine>());
