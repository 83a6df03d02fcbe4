// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace hubauth::fsm {

/// The names of a transition: what an observer sees.
struct transition_names {
  std::string_view from;
  std::string_view outcome;
  std::string_view to;
};

}  // namespace hubauth::fsm
