// SPDX-License-Identifier: BSL-1.0
// says first: step_from<table, effect, prompting>
#include "hubauth/fsm/machine.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered>;
#ifdef FIXED
  using answer = int;
#endif
};
struct signed_in {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, signed_in>());
};
struct effect {};

fsm::step_from<table, effect, prompting> begin(prompting&) {
  return effect();  // says: effect
}
