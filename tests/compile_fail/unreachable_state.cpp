// SPDX-License-Identifier: BSL-1.0
// says first: row<checking, accepted, signed_in>
// says: no way leads from the first state to this one
// says: unreachable_state<hubauth::flow::row<checking, accepted, signed_in>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {};
struct accepted {};
struct asking {
  using outcomes = one_of<answered>;
};
struct checking {
  using outcomes = one_of<accepted>;
};
struct signed_in {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(
#ifdef FIXED
      row<asking, answered, checking>(),
#else
      row<asking, answered, signed_in>(),
#endif
      row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
