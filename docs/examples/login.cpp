// SPDX-License-Identifier: BSL-1.0
//
// Signs in with the first key found, or asks for one, and says who may be asked with it.

#include <cstdio>

#include "hubauth/hubauth.hpp"

int main() {
  hubauth::auth auth(hubauth::hub);
  const auto session = auth.login();
  if (!session) {
    std::fprintf(stderr, "%s\n", session.error().message().c_str());
    return 1;
  }
  std::printf("Signed in to %s; auth.get_auth_header() is for its requests.\n", session->host.c_str());
}
