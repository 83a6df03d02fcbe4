// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "hubauth/flow/run.hpp"
#include "hubauth/flow/steps.hpp"

namespace hubauth {

/// Signs a program in to a service, and gives the header for its requests.
///
/// `Transport`, `Store`, `Prompter` and `Env` are policies (docs/policies.md), owned, or borrowed by `std::ref`.
/// Construction does no I/O. Every call ends in a value; what goes wrong is an error in it, and what a policy throws
/// passes through with nothing changed.
/// Keeps:   the credential that signs in, in one wiped buffer. A call that does not end signed in changes nothing that
///          was held or saved, but for a credential that the service rejected: that one is forgotten here. One thread
///          at a time may use an object, its const functions included; several objects are independent. For many
///          threads: `shared_auth`
template <class Transport, class Store, class Prompter, class Env>
class basic_auth {
  static_assert(check_transport<std::remove_reference_t<Transport>>() &&
                check_store<std::remove_reference_t<Store>>() && check_prompter<std::remove_reference_t<Prompter>>() &&
                check_environment<std::remove_reference_t<Env>>());

 public:
  explicit basic_auth(const service& at, Transport transport = Transport(), Store store = Store(),
                      Prompter prompter = Prompter(), Env env = Env())
      : service_(at),
        transport_(std::forward<Transport>(transport)),
        store_(std::forward<Store>(store)),
        prompter_(std::forward<Prompter>(prompter)),
        env_(std::forward<Env>(env)) {}

  /// Signs in with the first credential found: the argument, the environment's, the saved one, the browser's, or one
  /// that a person is asked for. One of blanks alone is no argument.
  ///
  /// Gives:   the session; else the error of the source that had a credential but could not sign in, or
  ///          errc::not_signed_in when no source that may be used had one. `watch` sees the rows of the flow as they
  ///          are taken, by names
  template <class Watch = flow::unwatched>
  [[nodiscard]] login_result login(std::string_view api_key = {}, const login_options& options = {},
                                   Watch&& watch = {}) {
    return follow({flow::errand::login}, api_key, options, watch);
  }

  /// Asks the service about the credential at hand.
  ///
  /// Gives:   the session, verified; errc::not_signed_in when nothing is held; errc::rejected when the service does not
  ///          accept it, which is then forgotten
  template <class Watch = flow::unwatched>
  [[nodiscard]] login_result authenticate(Watch&& watch = {}) {
    return follow({flow::errand::authenticate}, {}, {}, watch);
  }

  /// Exchanges the browser's cookies for an id token, which is verified, held beside a key, and goes before it.
  ///
  /// Gives:   the session; errc::no_browser_session when the cookies give no token
  template <class Watch = flow::unwatched>
  [[nodiscard]] login_result auth_with_cookies(Watch&& watch = {}) {
    return follow({flow::errand::auth_with_cookies}, {}, {}, watch);
  }

  /// Asks a person for a key, which is verified and saved.
  ///
  /// Gives:   the session; errc::too_many_attempts after `max_attempts` unusable or rejected answers
  template <class Watch = flow::unwatched>
  [[nodiscard]] login_result request_api_key(int max_attempts = 3, Watch&& watch = {}) {
    return follow({flow::errand::request_api_key, max_attempts}, {}, {}, watch);
  }

  /// The header field for requests to the service: the token's, else the key's, else none. Allocates nothing.
  ///
  /// Keeps:   valid until the next call that is not const
  [[nodiscard]] header_view get_auth_header() const noexcept {
    const auto* held = held_.current();
    return held ? held->who.header() : header_view();
  }

  /// Forgets what is held, and erases the saved key.
  ///
  /// Gives:   the store's error when the key is still saved; nothing is held all the same
  [[nodiscard]] result<void> logout() {
    held_.clear();
    return store_.erase();
  }

  /// The key that is held; null when there is none.
  [[nodiscard]] const hubauth::api_key* api_key() const noexcept {
    const auto* held = held_.key();
    return held ? held->who.key() : nullptr;
  }

  /// The id token that is held; null when there is none.
  [[nodiscard]] const hubauth::id_token* id_token() const noexcept {
    const auto* held = held_.token();
    return held ? held->who.token() : nullptr;
  }

  /// The id of the model that came with the key; empty when none did.
  [[nodiscard]] std::string_view model_key() const noexcept {
    const auto* held = held_.key();
    return held ? held->who.model_id() : std::string_view();
  }

 private:
  template <class Watch>
  login_result follow(flow::starting first, std::string_view argument, const login_options& options, Watch& watch) {
    flow::steps<std::remove_reference_t<Transport>, std::remove_reference_t<Store>, std::remove_reference_t<Prompter>,
                std::remove_reference_t<Env>>
        steps(transport_, store_, prompter_, env_, service_, held_, argument, options);
    auto end = flow::run<flow::login>(first, steps, watch);
    std::string host(wire::split_root(steps.root()).host);

    if (auto* won = std::get_if<flow::signed_in>(&end)) {
      session out{won->from,       won->verified, won->persisted, std::move(won->not_persisted),
                  std::move(host), steps.tried()};
      held_.adopt({std::move(won->who), won->from, won->persisted});
      return out;
    }
    auto& lost = std::get<flow::signed_out>(end);
    return unexpected(login_error{lost.why.code, std::move(lost.why.detail), lost.from, in_words(lost.from),
                                  std::move(host), hint(lost), lost.why.retry_after, steps.tried()});
  }

  std::string in_words(std::optional<source> from) const {
    if (!from) return {};
    switch (*from) {
      case source::argument: return "the argument";
      case source::environment: return "the variable " + std::string(service_.key_variable);
      case source::saved: return "the saved settings";
      case source::browser: return "the browser";
      case source::prompt: break;
    }
    return "the prompt";
  }

  /// What a person can do about it.
  std::string hint(const flow::loss& lost) const {
    if (lost.why.code == errc::no_terminal || lost.why.code == errc::not_signed_in) {
      std::string text = "give a key as the argument";
      if (!service_.key_variable.empty()) text += " or in " + std::string(service_.key_variable);
      return text;
    }
    const bool about_key = lost.why.code == errc::rejected || lost.why.code == errc::malformed_key;
    if (about_key && lost.from == source::saved) return "it stays saved until another key is saved or you log out";
    if (about_key || lost.why.code == errc::too_many_attempts) return "keys are made at " + keys_page(service_, env_);
    return {};
  }

  service service_;
  Transport transport_;
  Store store_;
  Prompter prompter_;
  Env env_;
  held_credentials held_;
};

template <class Transport, class Store, class Prompter, class Env>
basic_auth(const service&, Transport, Store, Prompter, Env)
    -> basic_auth<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Store>, std::unwrap_reference_t<Prompter>,
                  std::unwrap_reference_t<Env>>;

}  // namespace hubauth
