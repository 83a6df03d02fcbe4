// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "model.hpp"
#include "world.hpp"

namespace model {

/// Plays basic_auth and the model side by side, and says in words where they part or where a promise is broken.
template <class Choose, class Watch>
class player {
 public:
  player(Choose& choose, bool is_platform, Watch watch)
      : world_{choose},
        transport_{world_, is_platform},
        auth_(is_platform ? platform : hub, transport_, store_, prompter_, environment_),
        user_(is_platform),
        is_platform_(is_platform),
        watch_(watch) {}

  /// Each call gives an empty text when all is well.
  std::string login(argument given, const login_options& options) {
    begin();
    const auto did = auth_.login(text(given), options, watch_);
    return compare(did, user_.login(given, options, world_.journal, world_.around));
  }

  std::string authenticate() {
    begin();
    const auto did = auth_.authenticate(watch_);
    return compare(did, user_.authenticate(world_.journal, world_.around));
  }

  std::string auth_with_cookies() {
    begin();
    const auto did = auth_.auth_with_cookies(watch_);
    return compare(did, user_.auth_with_cookies(world_.journal, world_.around));
  }

  std::string request_api_key(int attempts) {
    begin();
    const auto did = auth_.request_api_key(attempts, watch_);
    return compare(did, user_.request_api_key(attempts, world_.journal, world_.around));
  }

  std::string logout() {
    begin();
    const auto did = auth_.logout();
    const auto wanted = user_.logout(world_.journal);
    if (did.has_value() != wanted.ok || (!did && did.error().code != wanted.kind)) return "logout: another result";
    return holds();
  }

  /// What the last call did, by the policies that it called.
  const std::vector<entry>& journal() const { return world_.journal; }

  /// What the last sign-in ended in.
  const login_result& last() const { return last_; }

 private:
  void begin() {
    world_.journal.clear();
    world_.around = {};
  }

  std::string compare(const login_result& did, const outcome& wanted) {
    last_ = did;
    if (!wanted.mismatch.empty()) return std::string(wanted.mismatch);
    if (auto broken = broken_promise(did); !broken.empty()) return broken;
    if (did.has_value() != wanted.ok) return wanted.ok ? "it should be signed in" : "it should not be signed in";
    if (did) {
      if (did->from != wanted.from) return "another source won";
      if (did->verified != wanted.verified) return "verified is wrong";
      if (did->persisted != wanted.persisted) return "persisted is wrong";
      if (did->not_persisted.has_value() != wanted.not_persisted.has_value()) return "not_persisted is wrong";
      if (did->not_persisted && did->not_persisted->code != *wanted.not_persisted) return "not_persisted is another";
      if (leaks(did->host) || (did->not_persisted && leaks(did->not_persisted->message()))) return "the session leaks";
    } else {
      const auto& error = did.error();
      if (error.code != wanted.kind) return "another error: " + error.message();
      if (error.code != remedy_for(wanted.kind)) return "another remedy: " + error.message();
      if (error.from != wanted.from) return "the error is about another source: " + error.message();
      if (leaks(error.message())) return "the error's text leaks: " + error.message();
      if ((error.code == errc::rate_limited) != error.retry_after.has_value()) return "the time to wait is lost";
    }
    const auto& tried = did ? did->tried : did.error().tried;
    for (auto from : all_sources)
      if (tried[from] != wanted.tried[from])
        return std::string("the trace is wrong: ").append(name(from)).append(": ").append(describe(tried[from]));
    return holds();
  }

  /// The promises that need no model, read off the calls alone.
  std::string broken_promise(const login_result& did) const {
    int saves = 0;
    bool was_accepted = false, was_saved = false;
    std::string_view accepted;
    for (const auto& one : world_.journal) {
      if (one.who == call::ask && world_.around.prompt_off == true) return "it asked though nobody may be asked";
      if (one.who == call::save && (++saves > 1 || !was_accepted || one.given != accepted))
        return "it saved something else than the accepted key, once";
      if (one.who == call::verify) accepted = one.given;
      if (one.who == call::verify) was_accepted = one.answer == static_cast<unsigned>(verdict::accepted);
      if (one.who == call::load)
        was_saved = one.answer == static_cast<unsigned>(loaded::good) ||
                    one.answer == static_cast<unsigned>(loaded::good_with_model);
    }
    if (did && !was_accepted && !was_saved) return "signed in with a credential that nobody accepted or saved";
    if (!did && was_accepted) return "not signed in though the service accepted";
    return {};
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

  static bool leaks(std::string_view text) {
    return text.find("key-0123456789") != std::string_view::npos ||
           text.find("token-0123456789") != std::string_view::npos;
  }

  world<Choose> world_;
  transport<Choose> transport_;
  store<Choose> store_{world_};
  prompter<Choose> prompter_{world_};
  environment<Choose> environment_{world_};
  basic_auth<transport<Choose>&, store<Choose>&, prompter<Choose>&, environment<Choose>&> auth_;
  user user_;
  bool is_platform_;
  Watch watch_;
  login_result last_{session()};
};

}  // namespace model
