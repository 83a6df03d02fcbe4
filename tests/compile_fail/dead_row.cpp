// SPDX-License-Identifier: BSL-1.0
// says first: row<asking, prompt_shut, signed_out>
// says: a row answers an outcome that its state does not have
// says: dead_row<hubauth::flow::row<asking, prompt_shut, signed_out>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {};
struct prompt_shut {};
struct asking {
#ifdef FIXED
  using outcomes = one_of<answered, prompt_shut>;
#else
  using outcomes = one_of<answered>;
#endif
};
struct signed_in {};
struct signed_out {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(row<asking, answered, signed_in>(),  //
                                                row<asking, prompt_shut, signed_out>());
};
static_assert(sound<flow_of_mine>());
