// SPDX-License-Identifier: BSL-1.0
// says first: row<checking, rejected, checking>
// says: no way leads from this state to a final one
// says: state_cannot_finish<hubauth::flow::row<asking, answered, checking>, hubauth::flow::row<checking,
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {};
struct prompt_shut {};
struct rejected {};
struct asking {
  using outcomes = one_of<answered, prompt_shut>;
};
struct checking {
  using outcomes = one_of<rejected>;
};
struct signed_out {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(row<asking, answered, checking>(),       //
                                                row<asking, prompt_shut, signed_out>(),  //
#ifdef FIXED
                                                row<checking, rejected, asking>());
#else
                                                row<checking, rejected, checking>());
#endif
};
static_assert(sound<flow_of_mine>());
