// SPDX-License-Identifier: BSL-1.0
//
// Brings a transport of its own: a service in memory, to try a program without a network.

#include <cstdio>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system.hpp"
#include "hubauth/prompter/terminal.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory.hpp"

/// Speaks as much of HUB's protocol as a sign-in by key needs, and knows one key.
struct memory_hub {
  hubauth::result<hubauth::reply> send(const hubauth::request& asked) {
    const bool known = asked.credential.expose_value() == "open-sesame";
    return hubauth::reply{200, known ? R"({"success": true})" : R"({"success": false, "message": "unknown key"})"};
  }
  bool has_cookies() const { return false; }
};

int main() {
  hubauth::basic_auth auth(hubauth::hub, memory_hub(), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  for (const char* key : {"open-barley", "open-sesame"}) {
    const auto session = auth.login(key);
    std::puts(session ? "signed in" : session.error().message().c_str());
  }
}
