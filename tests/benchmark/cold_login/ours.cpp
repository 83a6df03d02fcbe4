// SPDX-License-Identifier: BSL-1.0
//
// A login by hubauth, from a process's start to its end: finds the key, has it verified, saves it.

#include <cstdio>

#include <hubauth/hubauth.hpp>

/// Asks as the yardstick does. The terminal's own prompter, which hides what is typed, is not what is compared.
struct person {
  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request& about) {
    const auto last = about.previous_error ? about.previous_error->message() : std::string(about.key_page);
    std::fprintf(stderr, "%s\n%s API key, attempt %d of %d: ", last.c_str(), about.service.data(), about.attempt,
                 about.attempts);
    char typed[1024];
    if (!std::fgets(typed, sizeof typed, stdin)) return hubauth::fail(hubauth::errc::prompt_canceled);
    return hubauth::secret(typed);
  }
};

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return std::fprintf(stderr, "usage: ours KEY [COOKIE_FILE]\n"), 2;
  hubauth::basic_auth auth(hubauth::hub, hubauth::curl_transport({.cookie_file = argc == 3 ? argv[2] : ""}),
                           hubauth::settings_file(), person(), hubauth::system_environment());
  const auto session = auth.login(argv[1]);
  if (!session) return std::fprintf(stderr, "%s\n", session.error().message().c_str()), 1;

  const auto name = auth.get_auth_header().name();
  std::printf("%.*s: signed in%s\n", static_cast<int>(name.size()), name.data(),
              session->saved ? "" : ", not saved");
}
