// SPDX-License-Identifier: BSL-1.0
//
// What a program does about an error: it compares the code with `recovery`, and need not know the single codes.

#include <chrono>
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>

// [recovery]
enum class next_step { retry_later, show_sign_in, give_up };

next_step decide(const hubauth::login_error& error) {
  if (error.code == hubauth::recovery::retry) return next_step::retry_later;         // the same call may succeed later
  if (error.code == hubauth::recovery::user_action) return next_step::show_sign_in;  // the user must act
  return next_step::give_up;  // recovery::none: it cannot be fixed at run time
}

// When to try again: the service's time, or else one that suits the program.
std::chrono::seconds delay_after(const hubauth::login_error& error) {
  return error.retry_after.value_or(std::chrono::seconds(60));
}
// [recovery]

struct scripted_transport {  // returns these responses in order
  std::deque<hubauth::response> responses;

  hubauth::result<hubauth::response> send(const hubauth::request&) {
    if (responses.empty()) return hubauth::fail(hubauth::errc::unreachable);
    auto next = std::move(responses.front());
    responses.pop_front();
    return next;
  }
  bool has_cookies() const { return false; }
};

int main() {
  scripted_transport transport{{
      {.status = 429, .retry_after = "90"},
      {.status = 503},
      {.status = 401, .body = R"({"success": false, "message": "the key was revoked"})"},
      {.status = 302},
  }};
  hubauth::basic_auth auth(hubauth::hub, std::move(transport), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  for (int i = 0; i != 5; ++i) {
    const auto session = auth.login("open-sesame");
    if (session) return 1;
    const auto& error = session.error();
    switch (decide(error)) {
      case next_step::retry_later:
        std::printf("retry in %lld s: ", static_cast<long long>(delay_after(error).count()));
        break;
      case next_step::show_sign_in: std::printf("show the sign-in page: "); break;
      case next_step::give_up: std::printf("write to the log: "); break;
    }
    std::puts(error.code.message().c_str());
  }
}
