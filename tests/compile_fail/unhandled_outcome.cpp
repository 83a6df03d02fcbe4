// SPDX-License-Identifier: BSL-1.0
// says first: state_outcome<prompting, prompt_closed>
// says: no transition handles this outcome of this state
// says: unhandled_outcome<hubauth::fsm::state_outcome<prompting, prompt_closed>
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
#ifdef FIXED
      fsm::transition<prompting, prompt_closed, failed>(),
#endif
      fsm::transition<prompting, key_entered, signed_in>());
};
static_assert(fsm::well_formed<table>());
