// SPDX-License-Identifier: BSL-1.0
//
// A hub for person.cpp, in a file of its own: it needs a library that person.cpp's compiler options may not suit.
#include <cstdlib>

#include <hubauth/testing/local_hub.hpp>

void start_hub() {
  static hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  setenv("ULTRALYTICS_HUB_API", hub.root().c_str(), 1);
}
