// SPDX-License-Identifier: BSL-1.0
// says first: ending<asking, prompt_shut>
// says: a state can end in an outcome that no row answers
// says: no_row_answers<hubauth::flow::ending<asking, prompt_shut>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {};
struct prompt_shut {};
struct asking {
  using outcomes = one_of<answered, prompt_shut>;
};
struct signed_in {};
struct signed_out {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(
#ifdef FIXED
      row<asking, prompt_shut, signed_out>(),
#endif
      row<asking, answered, signed_in>());
};
static_assert(sound<flow_of_mine>());
