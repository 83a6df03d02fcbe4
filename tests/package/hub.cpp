// SPDX-License-Identifier: BSL-1.0
//
// A local hub for program.cpp. It needs cpp-httplib, which may not compile with the options of program.cpp.
#include <cstdlib>

#include <hubauth/testing/local_hub.hpp>

void start_hub() {
  static hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  setenv("ULTRALYTICS_HUB_API", hub.url().c_str(), 1);
}
