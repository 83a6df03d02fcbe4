// SPDX-License-Identifier: BSL-1.0
//
// What a program does about an error: it prompts for the recovery, and need not know the kinds.

#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>

// [remedies]
enum class next_step { come_back, show_sign_in, give_up };

next_step decide(const hubauth::login_error& error) {
  if (error.code == hubauth::recovery::retry) return next_step::come_back;   // the same call may succeed later
  if (error.code == hubauth::recovery::user_action) return next_step::show_sign_in;  // a person must act
  return next_step::give_up;  // recovery::none: nobody can mend it at run time
}
// [remedies]

/// Seconds until the program comes back: as the service prompts, else what suits the program.
std::int64_t pause_before_the_next(const hubauth::login_error& error) { return error.retry_after.value_or(60); }

struct scripted_transport {  // answers what it is told, in that order
  std::deque<hubauth::response> answers;

  hubauth::result<hubauth::response> send(const hubauth::request&) {
    if (answers.empty()) return hubauth::fail(hubauth::errc::unreachable);
    auto next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
  bool has_cookies() const { return false; }
};

int main() {
  scripted_transport service{{
      {.status = 429, .retry_after = "90"},
      {.status = 503},
      {.status = 401, .body = R"({"success": false, "message": "the key was withdrawn"})"},
      {.status = 302},
  }};
  hubauth::basic_auth auth(hubauth::hub, std::move(service), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  for (int i = 0; i != 5; ++i) {
    const auto session = auth.login("open-sesame");
    if (session) return 1;
    const auto& error = session.error();
    switch (decide(error)) {
      case next_step::come_back:
        std::printf("in %lld s, again: ", static_cast<long long>(pause_before_the_next(error)));
        break;
      case next_step::show_sign_in: std::printf("for the person: "); break;
      case next_step::give_up: std::printf("for the log: "); break;
    }
    std::puts(error.code.message().c_str());
  }
}
