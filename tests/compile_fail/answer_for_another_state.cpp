// SPDX-License-Identifier: BSL-1.0
// says: __assert_fail
#undef NDEBUG
#include "hubauth/fsm/machine.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct accepted {};
struct key {};
struct response {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered>;
  using answer = key;
};
struct verifying {
  using outcomes = fsm::outcomes<accepted>;
  using answer = response;
};
struct signed_in {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, verifying>(),  //
                                                            fsm::transition<verifying, accepted, signed_in>());
};
struct effect {};

struct actions {
  template <class State>
  constexpr fsm::step_from<table, effect, State> begin(State&) {
    return effect();
  }
  constexpr key_entered end(prompting&, key&) { return {}; }
  constexpr accepted end(verifying&, response&) { return {}; }
};

constexpr bool resume() {
  actions actions;
  fsm::machine<table, effect, struct actions> machine({}, actions);
  machine.run();
#ifdef FIXED
  machine.resume(key());
#endif
  machine.resume(response());
  return machine.get_if<signed_in>() != nullptr;
}
static_assert(resume());
