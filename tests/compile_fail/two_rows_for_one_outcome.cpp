// SPDX-License-Identifier: BSL-1.0
// says first: ending<asking, answered>
// says: two rows answer the same outcome of a state
// says: two_rows_answer<hubauth::flow::ending<asking, answered>
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
#ifndef FIXED
      row<asking, answered, signed_out>(),
#endif
      row<asking, answered, signed_in>(),  //
      row<asking, prompt_shut, signed_out>());
};
static_assert(sound<flow_of_mine>());
