// SPDX-License-Identifier: BSL-1.0
//
// The core with policies of its own, and no library but Boost.Hana and RapidJSON.
#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>

#include <cstdio>

struct my_transport {
  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    const bool accepted = request.credential.expose_value() == "open-sesame";
    return hubauth::response{200, accepted ? R"({"success": true})" : R"({"success": false})"};
  }
  bool has_cookies() const { return false; }
};

struct my_prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&) {
    return hubauth::fail(hubauth::errc::prompt_unavailable);
  }
};

int main() {
  hubauth::basic_auth auth(hubauth::hub, my_transport(), hubauth::memory_store(), my_prompter(),
                           hubauth::system_environment());
  if (auth.login("shut-sesame") || !auth.login("open-sesame")) return 1;
  const auto name = auth.get_auth_header().name();
  std::printf("signed in: %.*s\n", static_cast<int>(name.size()), name.data());
}
