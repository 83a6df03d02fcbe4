// SPDX-License-Identifier: BSL-1.0
// says first: transition<prompting, prompt_closed, failed>
// says: the state of this transition does not have this outcome
// says: unused_transition<hubauth::fsm::transition<prompting, prompt_closed, failed>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct prompt_closed {};
struct prompting {
#ifdef FIXED
  using outcomes = fsm::outcomes<key_entered, prompt_closed>;
#else
  using outcomes = fsm::outcomes<key_entered>;
#endif
};
struct signed_in {};
struct failed {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, signed_in>(),  //
                                                            fsm::transition<prompting, prompt_closed, failed>());
};
static_assert(fsm::well_formed<table>());
