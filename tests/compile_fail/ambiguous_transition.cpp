// SPDX-License-Identifier: BSL-1.0
// says first: transition<prompting, key_entered, failed>
// says first: transition<prompting, key_entered, signed_in>
// says: more than one transition handles this outcome of this state
// says: ambiguous_transition<hubauth::fsm::transition<prompting, key_entered, failed>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct prompt_closed {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered, prompt_closed>;
};
struct signed_in {};
struct failed {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(
#ifndef FIXED
      fsm::transition<prompting, key_entered, failed>(),
#endif
      fsm::transition<prompting, key_entered, signed_in>(),  //
      fsm::transition<prompting, prompt_closed, failed>());
};
static_assert(fsm::well_formed<table>());
