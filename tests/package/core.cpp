// SPDX-License-Identifier: BSL-1.0
//
// The core, with policies of one's own and no other library than its own two.
#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory.hpp>

#include <cstdio>

struct my_transport {
  hubauth::result<hubauth::reply> send(const hubauth::request& asked) {
    const bool known = asked.credential.expose_value() == "open-sesame";
    return hubauth::reply{200, known ? R"({"success": true})" : R"({"success": false})"};
  }
  bool has_cookies() const { return false; }
};

struct my_prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::question&) { return hubauth::fail(hubauth::errc::no_terminal); }
};

int main() {
  hubauth::basic_auth auth(hubauth::hub, my_transport(), hubauth::memory_store(), my_prompter(),
                           hubauth::system_environment());
  if (auth.login("shut-sesame") || !auth.login("open-sesame")) return 1;
  const auto name = auth.get_auth_header().name();
  std::printf("signed in: %.*s\n", static_cast<int>(name.size()), name.data());
}
