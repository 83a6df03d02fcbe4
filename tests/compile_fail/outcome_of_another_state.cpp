// SPDX-License-Identifier: BSL-1.0
// says first: step_from<table, effect, prompting>
#include "hubauth/fsm/machine.hpp"

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
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, verifying>(),  //
                                                            fsm::transition<verifying, accepted, signed_in>());
};
struct effect {};

fsm::step_from<table, effect, prompting> begin(prompting&) {
#ifdef FIXED
  return key_entered();
#else
  return accepted();  // says: accepted
#endif
}
