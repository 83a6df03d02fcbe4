// SPDX-License-Identifier: BSL-1.0
//
// A hub on 127.0.0.1, to try programs with: prints its URL and runs until standard input ends.

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <hubauth/testing/local_hub.hpp>

int main(int argc, char** argv) {
  std::vector<std::string> keys;
  std::vector<std::pair<std::string, std::string>> sessions;
  CLI::App app("A hub on 127.0.0.1. Prints its URL and runs until standard input ends.", "local_hub");
  app.add_option("--key", keys, "A key to accept; may be repeated")->allow_extra_args(false);
  app.add_option("--session", sessions, "COOKIE TOKEN: a browser's session to accept; may be repeated")
      ->allow_extra_args(false);
  CLI11_PARSE(app, argc, argv);

  hubauth::testing::local_hub hub;
  for (auto& key : keys) hub.accept_key(std::move(key));
  for (auto& [cookie, token] : sessions) hub.accept_session(std::move(cookie), std::move(token));

  std::puts(hub.url().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}
