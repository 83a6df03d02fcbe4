// SPDX-License-Identifier: BSL-1.0
//
// A store in the style of a keyring. The keyring here is a map in memory; yours would be that of the system, by
// libsecret, the Keychain or the like, which has the same three calls.

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hubauth/basic_auth.hpp>
#include <hubauth/curl/curl_transport.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/testing/laws.hpp>
#include <hubauth/testing/local_hub.hpp>

struct keyring {  // the secrets of one user, by name
  bool locked = false;
  std::map<std::string, hubauth::secret> entries{};
};

// [store]
class keyring_store {
 public:
  keyring_store(keyring& keyring, std::string name) : keyring_(keyring), name_(std::move(name)) {}

  hubauth::result<std::optional<hubauth::secret>> load() {
    if (keyring_.locked) return hubauth::fail(hubauth::errc::store_unreadable, "the keyring is locked");
    const auto found = keyring_.entries.find(name_);
    if (found == keyring_.entries.end()) return std::optional<hubauth::secret>();  // no key is saved: not an error
    return std::optional(found->second.clone());
  }

  hubauth::result<void> save(const hubauth::api_key& key) {
    if (keyring_.locked) return hubauth::fail(hubauth::errc::store_unwritable, "the keyring is locked");
    keyring_.entries[name_] = key.with_exposed([](std::string_view text) { return hubauth::secret(text); });
    return {};
  }

  hubauth::result<void> erase() {
    if (keyring_.locked) return hubauth::fail(hubauth::errc::store_unwritable, "the keyring is locked");
    keyring_.entries.erase(name_);
    return {};
  }

 private:
  keyring& keyring_;
  std::string name_;
};
// [store]

int main() {
  keyring tested_keyring;
  int violations = 0;
  hubauth::testing::store_laws([&] { return keyring_store(tested_keyring, "hub"); },
                               [&](bool holds, std::string_view) { violations += holds ? 0 : 1; });
  std::printf("%d laws violated\n", violations);

  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};
  service.key_env_var = nullptr;
  const hubauth::login_options no_prompt{.sources = hubauth::source_set().without(hubauth::source::prompt)};

  keyring user_keyring;
  const auto run = [&](std::string_view key) {  // a program that starts, signs in and ends
    hubauth::basic_auth auth(service, hubauth::curl_transport(), keyring_store(user_keyring, "hub"),
                             hubauth::terminal_prompter(), hubauth::system_environment());
    const auto session = auth.login(key, no_prompt);
    if (!session)
      std::puts(session.error().code.message().c_str());
    else if (session->saved)
      std::printf("signed in from %s, saved\n", std::string(to_string(session->source)).c_str());
    else
      std::printf("signed in from %s, not saved: %s\n", std::string(to_string(session->source)).c_str(),
                  session->save_error ? session->save_error->message().c_str() : "");
  };
  run("");
  run("open-sesame");
  run("");
  user_keyring.locked = true;
  run("");
  run("open-sesame");
}
