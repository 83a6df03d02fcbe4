// SPDX-License-Identifier: BSL-1.0
//
// A login with hubauth, from the start of the process to its end: finds the key, verifies and saves it.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <hubauth/hubauth.hpp>

/// Prompts as the yardstick does: the terminal prompter is not compared.
struct prompter {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request& about) {
    const auto last = about.previous_error ? about.previous_error->message() : std::string(about.key_page);
    std::fprintf(stderr, "%s\n%s API key, attempt %d of %d: ", last.c_str(), about.service_name.data(), about.attempt,
                 about.max_attempts);
    char typed[1024];
    if (!std::fgets(typed, sizeof typed, stdin)) return hubauth::fail(hubauth::errc::prompt_canceled);
    return hubauth::secret(typed);
  }
};

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return std::fprintf(stderr, "usage: ours KEY [COOKIE_FILE]\n"), 2;
  const char* ca_file = std::getenv("BENCHMARK_CA_FILE");
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport({.ca_file = ca_file ? ca_file : "", .cookie_file = argc == 3 ? argv[2] : ""}),
                           hubauth::settings_file(), prompter(), hubauth::system_environment());
  const auto session = auth.login(argv[1]);
  if (!session) return std::fprintf(stderr, "%s\n", session.error().message().c_str()), 1;

  const auto name = auth.get_auth_header().name();
  std::printf("%.*s: signed in%s\n", static_cast<int>(name.size()), name.data(),
              session->saved ? "" : ", not saved");
}
