// SPDX-License-Identifier: BSL-1.0
// says first: ending<asking, prompt_shut>
// says: no_row_answers<hubauth::flow::ending<asking, prompt_shut>
// says: unreachable_state<hubauth::flow::row<checking, accepted, signed_in>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {};
struct prompt_shut {};
struct accepted {};
struct asking {
  using outcomes = one_of<answered, prompt_shut>;
};
struct checking {
  using outcomes = one_of<accepted>;
};
struct signed_in {};
struct signed_out {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(
#ifdef FIXED
      row<asking, answered, checking>(),  //
      row<asking, prompt_shut, signed_out>(),
#else
      row<asking, answered, signed_in>(),
#endif
      row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
