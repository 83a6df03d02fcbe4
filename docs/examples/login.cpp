// SPDX-License-Identifier: BSL-1.0
#include <cstdio>
#include <hubauth/hubauth.hpp>

int main() {
  hubauth::auth auth(hubauth::hub);
  const auto session = auth.login();
  if (!session) {
    std::fprintf(stderr, "%s\n", session.error().message().c_str());
    return 1;
  }
  const hubauth::auth_header_view header = auth.get_auth_header();  // expose_line(): "x-api-key: ..."
  std::printf("Signed in to %s. Requests need the header %.*s.\n", session->host.c_str(),
              static_cast<int>(header.name().size()), header.name().data());
}
