// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hubauth/session.hpp"
#include "hubauth/testing/enumerate_logins.hpp"

/// What a sign-in should do, as plain code from the rules, without the table: an independent second opinion.
namespace model {

using namespace hubauth;
using namespace hubauth::testing::answers;

// The usual responses by their places.
enum class verdict : std::uint8_t {
  accepted,
  unauthorized,
  forbidden,
  success_false,
  unexpected_redirect,
  server_error,
  rate_limited,
  not_json,
  no_success,
  too_large,
  unreachable,
  timed_out,
  tls_error,
  count
};
enum class exchange : std::uint8_t {
  token,
  no_token,
  success_false,
  unauthorized,
  bad_token,
  no_success,
  not_json,
  unexpected_redirect,
  server_error,
  rate_limited,
  unreachable,
  timed_out,
  tls_error,
  count
};

static_assert(usual_verifications.size() == static_cast<std::size_t>(verdict::count) &&
              usual_exchanges.size() == static_cast<std::size_t>(exchange::count));

/// What a call ended in, and what is held after it.
struct outcome {
  bool ok = false;
  errc kind{};                   ///< of an error
  std::optional<source> from{};  ///< of the credential or the trouble
  bool verified = false;
  bool saved = false;
  std::optional<errc> save_error{};
  trace tried{};
  std::string_view mismatch{};  ///< not empty when the calls were not those that the rules ask for
};

/// A key with its model id, or a token; empty: none.
struct possession {
  std::string_view text{};
  std::string_view model_id{};
  source from{};
  bool saved = false;
};

class user {
 public:
  explicit user(bool is_platform) : is_platform_(is_platform) {}

  possession key{};    ///< the key that should be held
  possession token{};  ///< the token that should be held

  outcome login(argument given, const login_options& options, const std::vector<entry>& did,
                const circumstances& seen) {
    begin(options, did, seen);
    if (insecure()) return end(lost(errc::insecure_url));
    if (may_use(source::argument, source_status::not_found) && given != argument::none && given != argument::whitespace)
      return end(by_argument(given));
    if (may_use(source::environment, source_status::not_found)) {
      const auto found = look(seen.key);
      if (found == variable::malformed) return end(malformed(source::environment));
      if (found == variable::good) return end(verify({variable_key, {}, source::environment}, false));
    }
    if (may_use(source::saved, source_status::not_found))
      if (const auto done = by_store()) return end(*done);
    if (may_use(source::browser, is_platform_ ? source_status::unsupported : source_status::not_found) && !is_platform_ &&
        look(seen.browser)) {
      if (!look(seen.no_cookies)) return end(by_browser());
      tried_.note(source::browser, source_status::no_cookies);
    }
    if (!may_use(source::prompt, source_status::not_tried)) return end(lost(errc::not_signed_in));
    return end(by_prompt(options.attempts));
  }

  outcome authenticate(const std::vector<entry>& did, const circumstances& seen) {
    begin({}, did, seen);
    if (insecure()) return end(lost(errc::insecure_url));
    if (!token.text.empty()) return end(verify(possession(token), false));
    if (!key.text.empty()) return end(verify(possession(key), false));
    return end(lost(errc::not_signed_in));
  }

  outcome auth_with_cookies(const std::vector<entry>& did, const circumstances& seen) {
    begin({}, did, seen);
    if (insecure()) return end(lost(errc::insecure_url));
    if (is_platform_ || look(seen.no_cookies)) return end(failed(errc::no_browser_session, source::browser));
    return end(by_browser());
  }

  outcome request_api_key(int attempts, const std::vector<entry>& did, const circumstances& seen) {
    begin({}, did, seen);
    if (insecure()) return end(lost(errc::insecure_url));
    return end(by_prompt(attempts));
  }

  outcome logout(const std::vector<entry>& did) {
    begin({}, did, unseen_);
    key = {};
    token = {};
    const auto how = next<stored>(call::erase);
    return end(how == stored::done ? outcome{true} : lost(kind(how)));
  }

 private:
  outcome by_argument(argument given) {
    if (given == argument::malformed) return malformed(source::argument);
    const bool like_saved = given == argument::like_saved;
    possession mine{like_saved ? saved_key : argument_key, given == argument::good_with_model ? "model_1" : "",
                    source::argument};
    if (options_.sources.contains(source::saved)) {
      const auto found = next<loaded>(call::load);
      mine.saved = like_saved && (found == loaded::good || found == loaded::good_with_model);
    }
    if (mine.saved && !options_.verify_saved) return taken(mine);
    return verify(mine, !mine.saved);
  }

  std::optional<outcome> by_store() {
    possession mine{saved_key, "", source::saved, true};
    switch (next<loaded>(call::load)) {
      case loaded::nothing:
      case loaded::empty: return std::nullopt;
      case loaded::malformed: return malformed(source::saved);
      case loaded::unreadable: return failed(errc::store_unreadable, source::saved);
      case loaded::busy:
      case loaded::count: return failed(errc::store_locked, source::saved);
      case loaded::good_with_model: mine.model_id = "model_2"; break;
      case loaded::good: break;
    }
    return options_.verify_saved ? verify(mine, false) : taken(mine);
  }

  outcome by_browser() {
    switch (next<exchange>(call::fetch)) {
      case exchange::token: return verify({browser_token, {}, source::browser}, false);
      case exchange::no_token:
      case exchange::success_false:
      case exchange::unauthorized: return failed(errc::no_browser_session, source::browser);
      case exchange::bad_token:
      case exchange::no_success:
      case exchange::not_json: return failed(errc::invalid_response, source::browser);
      case exchange::unexpected_redirect: return failed(errc::unexpected_redirect, source::browser);
      case exchange::server_error: return failed(errc::server_error, source::browser);
      case exchange::rate_limited: return failed(errc::rate_limited, source::browser);
      case exchange::unreachable: return failed(errc::unreachable, source::browser);
      case exchange::timed_out: return failed(errc::timed_out, source::browser);
      case exchange::tls_error:
      case exchange::count: break;
    }
    return failed(errc::tls_error, source::browser);
  }

  outcome by_prompt(int attempts) {
    for (int attempt = 1; attempt <= attempts; ++attempt) {
      if (look(seen_->prompt_off)) return failed(errc::prompt_unavailable, source::prompt);
      possession mine{typed_key, "", source::prompt};
      switch (next<typed>(call::ask, {}, attempt)) {
        case typed::closed: return failed(errc::prompt_canceled, source::prompt);
        case typed::prompt_unavailable:
        case typed::count: return failed(errc::prompt_unavailable, source::prompt);
        case typed::empty:
        case typed::malformed:
        case typed::too_long: tried_.note(source::prompt, source_status::malformed); continue;
        case typed::good_with_model: mine.model_id = "model_3"; break;
        case typed::like_saved: mine.text = saved_key; break;
        case typed::good: break;
      }
      const auto done = verify(mine, true);
      if (done.ok || done.kind != errc::rejected) return done;
    }
    return lost(errc::too_many_attempts, source::prompt);
  }

  outcome verify(possession mine, bool keep) {
    const auto said = next<verdict>(call::verify, mine.text);
    if (said == verdict::accepted) return accepted(mine, keep);
    const auto why = refusal(said);
    if (why != errc::rejected) return failed(why, mine.source);
    tried_.note(mine.source, source_status::rejected);
    invalidate(mine.text);
    return lost(why, mine.source);
  }

  outcome accepted(possession mine, bool keep) {
    tried_.note(mine.source, source_status::verified);
    if (!keep) return won(mine, true);
    const auto how = next<stored>(call::save, mine.text);
    mine.saved = how == stored::done;
    auto out = won(mine, true);
    if (!mine.saved) out.save_error = kind(how);
    return out;
  }

  /// HUB: any status below 500 with `"success": false` rejects. The Platform: 401 and 403 alone, and only 200 accepts.
  errc refusal(verdict said) const {
    switch (said) {
      case verdict::unauthorized:
      case verdict::forbidden: return errc::rejected;
      case verdict::success_false: return is_platform_ ? errc::invalid_response : errc::rejected;
      case verdict::unexpected_redirect: return errc::unexpected_redirect;
      case verdict::server_error: return errc::server_error;
      case verdict::rate_limited: return errc::rate_limited;
      case verdict::accepted:
      case verdict::not_json:
      case verdict::no_success: return errc::invalid_response;
      case verdict::too_large: return errc::response_too_large;
      case verdict::unreachable: return errc::unreachable;
      case verdict::timed_out: return errc::timed_out;
      case verdict::tls_error:
      case verdict::count: break;
    }
    return errc::tls_error;
  }

  static errc kind(stored how) {
    switch (how) {
      case stored::unwritable: return errc::store_unwritable;
      case stored::busy: return errc::store_locked;
      case stored::done:
      case stored::overwritten:
      case stored::count: break;
    }
    return errc::store_conflict;
  }

  outcome won(const possession& mine, bool verified) {
    if (mine.source == source::browser) {
      token = mine;
    } else {
      key = mine;
      token = {};
    }
    return {true, {}, mine.source, verified, mine.saved};
  }

  outcome taken(const possession& mine) {
    tried_.note(mine.source, source_status::used_unverified);
    return won(mine, false);
  }

  outcome malformed(source from) {
    tried_.note(from, source_status::malformed);
    return lost(errc::malformed_key, from);
  }

  outcome failed(errc why, source from) {
    tried_.note(from, source_status::error);
    return lost(why, from);
  }

  static outcome lost(errc why, std::optional<source> from = {}) { return {false, why, from}; }

  /// Whether the options leave the source in; `otherwise` is what becomes of it if it has nothing.
  bool may_use(source from, source_status otherwise) {
    const bool may = options_.sources.contains(from);
    tried_.note(from, may ? otherwise : source_status::excluded);
    return may;
  }

  void invalidate(std::string_view rejected) {
    if (key.text == rejected) key = {};
    if (token.text == rejected) token = {};
  }

  bool insecure() { return look(seen_->where) == root::insecure; }

  void begin(const login_options& options, const std::vector<entry>& did, const circumstances& seen) {
    options_ = options;
    did_ = &did;
    seen_ = &seen;
    at_ = 0;
    tried_ = {};
    mismatch_ = {};
  }

  outcome end(outcome out) {
    if (mismatch_.empty() && at_ != did_->size()) mismatch_ = "it went on calling policies";
    out.trace = tried_;
    out.mismatch = mismatch_;
    return out;
  }

  /// The answer that was given to the call that must come next.
  template <class Answer>
  Answer next(call who, std::string_view given = {}, int number = 0) {
    if (at_ == did_->size()) {
      mismatch_ = "it stopped calling policies";
      return Answer{};
    }
    const auto& did = (*did_)[at_++];
    if (did.who != who) mismatch_ = "it called another policy";
    if (did.given != given) mismatch_ = "it used another credential";
    if (did.number != number) mismatch_ = "it counted otherwise";
    return static_cast<Answer>(did.answer);
  }

  template <class T>
  T look(const std::optional<T>& seen) {
    if (!seen) mismatch_ = "it did not look at its circumstances";
    return seen.value_or(T{});
  }

  const circumstances unseen_{};
  bool is_platform_;
  login_options options_{};
  const std::vector<entry>* did_ = nullptr;
  const circumstances* seen_ = nullptr;
  std::size_t at_ = 0;
  trace tried_{};
  std::string_view mismatch_{};
};

}  // namespace model
