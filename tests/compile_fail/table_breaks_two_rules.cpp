// SPDX-License-Identifier: BSL-1.0
// says first: state_outcome<prompting, prompt_closed>
// says: unhandled_outcome<hubauth::fsm::state_outcome<prompting, prompt_closed>
// says: unreachable_state<verifying>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct prompt_closed {};
struct accepted {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered, prompt_closed>;
};
struct verifying {
  using outcomes = fsm::outcomes<accepted>;
};
struct signed_in {};
struct failed {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(
#ifdef FIXED
      fsm::transition<prompting, key_entered, verifying>(),  //
      fsm::transition<prompting, prompt_closed, failed>(),
#else
      fsm::transition<prompting, key_entered, signed_in>(),
#endif
      fsm::transition<verifying, accepted, signed_in>());
};
static_assert(fsm::well_formed<table>());
