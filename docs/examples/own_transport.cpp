// SPDX-License-Identifier: BSL-1.0
#include <cstdio>
#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>

struct my_transport {  // a service in memory that accepts one key; yours would send `request` with your HTTP library
  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    const bool accepted = request.credential.expose_value() == "open-sesame";
    return hubauth::response{200,
                             accepted ? R"({"success": true})" : R"({"success": false, "message": "unknown key"})"};
  }
  bool has_cookies() const { return false; }
};

int main() {
  hubauth::basic_auth auth(hubauth::hub, my_transport(), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  const auto session = auth.login("open-sesame");
  std::puts(session ? "signed in" : session.error().message().c_str());
}
