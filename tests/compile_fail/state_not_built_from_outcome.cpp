// SPDX-License-Identifier: BSL-1.0
// says first: row<asking, answered, checking>
// says: a state can't be built from the outcome that leads to it
// says: not_built_from_outcome<hubauth::flow::row<asking, answered, checking>
#include "hubauth/flow/sound.hpp"

using namespace hubauth::flow;

struct answered {
  int attempts_left;
};
struct accepted {};
struct asking {
  using outcomes = one_of<answered>;
};
struct checking {
  using outcomes = one_of<accepted>;
  int attempts_left;
#ifdef FIXED
  explicit checking(answered&& given) : attempts_left(given.attempts_left) {}
#endif
};
struct signed_in {};

struct flow_of_mine {
  using first = asking;
  static constexpr auto rows = hana::make_tuple(row<asking, answered, checking>(),  //
                                                row<checking, accepted, signed_in>());
};
static_assert(sound<flow_of_mine>());
