// SPDX-License-Identifier: BSL-1.0
// says first: verifying
// says: no path leads from this state to a final state
// says: no_path_to_final_state<verifying, saving>
#include "hubauth/fsm/well_formed.hpp"

namespace fsm = hubauth::fsm;

struct key_entered {};
struct prompt_closed {};
struct accepted {};
struct save_failed {};
struct prompting {
  using outcomes = fsm::outcomes<key_entered, prompt_closed>;
};
struct verifying {
  using outcomes = fsm::outcomes<accepted>;
};
struct saving {
  using outcomes = fsm::outcomes<save_failed>;
};
struct failed {};

struct table {
  using initial = prompting;
  static constexpr auto transitions = fsm::hana::make_tuple(fsm::transition<prompting, key_entered, verifying>(),  //
                                                            fsm::transition<prompting, prompt_closed, failed>(),   //
                                                            fsm::transition<verifying, accepted, saving>(),        //
#ifdef FIXED
                                                            fsm::transition<saving, save_failed, prompting>());
#else
                                                            fsm::transition<saving, save_failed, verifying>());
#endif
};
static_assert(fsm::well_formed<table>());
