// SPDX-License-Identifier: BSL-1.0
//
// A store in the style of a keyring. The keyring here is a map in memory; yours would be the system's, by libsecret,
// the Keychain or the like, which has the same three calls.

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/testing/laws.hpp>
#include <hubauth/testing/local_hub.hpp>
#include <hubauth/curl/curl_transport.hpp>

struct keyring {  // of a person who is logged in: secrets by the name of what they are for
  bool locked = false;
  std::map<std::string, hubauth::secret> entries{};
};

// [store]
class keyring_store {
 public:
  keyring_store(keyring& where, std::string name) : keyring_(where), name_(std::move(name)) {}

  hubauth::result<std::optional<hubauth::secret>> load() {
    if (keyring_.locked) return hubauth::fail(hubauth::errc::store_unreadable, "the keyring is locked");
    const auto found = keyring_.entries.find(name_);
    if (found == keyring_.entries.end()) return std::optional<hubauth::secret>();  // none is saved: no error
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
  keyring another;
  int broken = 0;
  hubauth::testing::store_laws([&] { return keyring_store(another, "hub"); },
                               [&](bool holds, std::string_view) { broken += holds ? 0 : 1; });
  std::printf("%d laws broken\n", broken);

  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};
  there.key_env_var = "";
  const hubauth::login_options asks_nobody{.sources = hubauth::source_set().without(hubauth::source::prompt)};

  keyring mine;
  const auto run = [&](std::string_view key) {  // a program that starts, signs in and ends
    hubauth::basic_auth auth(there, hubauth::curl_transport(), keyring_store(mine, "hub"), hubauth::terminal_prompter(),
                             hubauth::system_environment());
    const auto session = auth.login(key, asks_nobody);
    if (!session) return void(std::puts(session.error().code.message().c_str()));
    std::printf("signed in, from: %s, saved: %s\n", std::string(to_string(session->source)).c_str(),
                session->saved ? "yes" : session->save_error->message().c_str());
  };
  run("");
  run("open-sesame");
  run("");
  mine.locked = true;
  run("");
  run("open-sesame");
}
