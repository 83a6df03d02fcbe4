// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/testing/enumerate_logins.hpp"
#include "model.hpp"

namespace model {

/// Plays basic_auth and the model side by side, and says in words where they part or where a promise is broken.
template <class Choose, class Watch>
class player {
 public:
  player(Choose& choose, bool is_platform, Watch watch)
      : world_{choose, is_platform ? platform : hub},
        auth_(world_.at, transport_, store_, prompter_, environment_),
        user_(is_platform),
        is_platform_(is_platform),
        watch_(watch) {}

  /// Each call gives an empty text when all is well.
  std::string login(argument given, const login_options& options) {
    begin();
    last_ = auth_.login(of(given).text, options, watch_);
    return compare(user_.login(given, options, world_.calls, world_.around));
  }

  std::string authenticate() {
    begin();
    last_ = auth_.authenticate(watch_);
    return compare(user_.authenticate(world_.calls, world_.around));
  }

  std::string auth_with_cookies() {
    begin();
    last_ = auth_.auth_with_cookies(watch_);
    return compare(user_.auth_with_cookies(world_.calls, world_.around));
  }

  std::string request_api_key(int attempts) {
    begin();
    last_ = auth_.request_api_key(attempts, watch_);
    return compare(user_.request_api_key(attempts, world_.calls, world_.around));
  }

  std::string logout() {
    begin();
    const auto did = auth_.logout();
    const auto wanted = user_.logout(world_.calls);
    if (did.has_value() != wanted.ok || (!did && did.error().code != wanted.kind)) return "logout: another result";
    return holds();
  }

  /// What the last call did, by the policies that it called.
  const std::vector<entry>& calls() const { return world_.calls; }

  /// What the last sign-in ended in.
  const login_result& last() const { return last_; }

 private:
  void begin() {
    world_.calls.clear();
    world_.around = {};
    world_.leaked = false;
  }

  std::string compare(const outcome& wanted) const {
    const auto& did = last_;
    if (!wanted.mismatch.empty()) return std::string(wanted.mismatch);
    if (const auto broken = broken_promise(world_, did); !broken.empty()) return std::string(broken);
    if (did.has_value() != wanted.ok) return wanted.ok ? "it should be signed in" : "it should not be signed in";
    if (did) {
      if (did->source != wanted.source) return "another source won";
      if (did->verified != wanted.verified) return "verified is wrong";
      if (did->saved != wanted.saved) return "saved is wrong";
      if (did->save_error.has_value() != wanted.save_error.has_value()) return "save_error is wrong";
      if (did->save_error && did->save_error->code != *wanted.save_error) return "save_error is another";
    } else {
      const auto& error = did.error();
      if (error.code != wanted.kind) return "another error: " + error.message();
      if (error.code != recovery_for(wanted.kind)) return "another recovery: " + error.message();
      if (error.source != wanted.source) return "the error is about another source: " + error.message();
      if ((error.code == errc::rate_limited) != error.retry_after.has_value()) return "the time to wait is lost";
    }
    const auto& tried = did ? did->trace : did.error().trace;
    for (auto from : all_sources)
      if (tried[from] != wanted.trace[from])
        return std::string("the trace is wrong: ").append(to_string(from)).append(": ").append(describe(tried[from]));
    return holds();
  }

  /// What is held is what the model holds, and the header says so.
  std::string holds() const {
    const auto same = [](const auto* held, const possession& wanted) {
      return held ? held->with_exposed([&](std::string_view text) { return text == wanted.text; })
                  : wanted.text.empty();
    };
    if (!same(auth_.api_key(), user_.key)) return "another key is held";
    if (!same(auth_.id_token(), user_.token)) return "another token is held";
    if (auth_.model_key() != user_.key.model_id) return "another model id is held";

    const bool bearer = is_platform_ || !user_.token.text.empty();
    const auto text = user_.token.text.empty() ? user_.key.text : user_.token.text;
    const auto header = auth_.get_auth_header();
    if (static_cast<bool>(header) == text.empty()) return "there is a header where none belongs, or none";
    if (!header) return {};
    if (header.name() != (bearer ? "authorization" : "x-api-key")) return "the header has another name";
    auto value = header.expose_value();
    if (bearer && !value.starts_with("Bearer ")) return "the header has no scheme";
    if (bearer) value.remove_prefix(7);
    return value == text ? "" : "the header carries another credential";
  }

  simulated_policies<Choose> world_;
  simulated_transport<Choose> transport_{world_};
  simulated_store<Choose> store_{world_};
  simulated_prompter<Choose> prompter_{world_};
  simulated_environment<Choose> environment_{world_};
  basic_auth<simulated_transport<Choose>&, simulated_store<Choose>&, simulated_prompter<Choose>&, simulated_environment<Choose>&> auth_;
  user user_;
  bool is_platform_;
  Watch watch_;
  login_result last_{session()};
};

}  // namespace model
