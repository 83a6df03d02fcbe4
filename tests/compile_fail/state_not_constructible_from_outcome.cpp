// SPDX-License-Identifier: BSL-1.0
// says first: transition<prompting, key_entered, verifying>
// says: the next state cannot be constructed from this outcome
// says: not_constructible_from_outcome<hubauth::fsm::transition<prompting, key_entered, verifying>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {
  int attempts_left;
};
struct accepted {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered>;
};
struct verifying {
  using outcomes = fsm::outcomes<accepted>;
  int attempts_left;
#ifdef FIXED
  explicit verifying(key_entered&& from) : attempts_left(from.attempts_left) {}
#endif
};
struct signed_in {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, verifying>(),  //
                                                            fsm::transition<verifying, accepted, signed_in>());
};
static_assert(fsm::well_formed<table>());
