// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "hubauth/flow/sign_in.hpp"
#include "hubauth/policy/any.hpp"

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
  [[nodiscard]] header_view get_auth_header() const noexcept { return held_.header(); }

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
    any::policies policies{any::transport(transport_), any::store(store_), any::prompter(prompter_),
                           any::environment(env_)};
    return flow::sign_in(service_, policies, held_, first, argument, options, watch);
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
