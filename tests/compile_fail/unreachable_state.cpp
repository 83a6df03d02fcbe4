// SPDX-License-Identifier: BSL-1.0
// says first: verifying>
// says: no path leads from the initial state to this state
// says: unreachable_state<verifying>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct accepted {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered>;
};
struct verifying {
  using outcomes = fsm::outcomes<accepted>;
};
struct signed_in {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(
#ifdef FIXED
      fsm::transition<prompting, key_entered, verifying>(),
#else
      fsm::transition<prompting, key_entered, signed_in>(),
#endif
      fsm::transition<verifying, accepted, signed_in>());
};
static_assert(fsm::well_formed<table>());
