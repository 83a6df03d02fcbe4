// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/result.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/session.hpp"

namespace hubauth {

template <class, class, class, class>
class shared_auth;

/// Signs a program in to a service and provides the header for its requests.
///
/// `Transport`, `Store`, `Prompter` and `Env` are policies (docs/policies.md). They are owned, or borrowed with
/// `std::ref`. Construction does no I/O. Every call blocks until it ends, and returns a value or an error. What a
/// policy throws passes through, and nothing has changed then. A call that fails changes nothing that was in memory or
/// saved, with one exception: a credential that the service rejected is removed from memory.
///
/// \par Lifetime
/// What the service's views refer to must outlive the object.
/// \par Thread safety
/// One thread at a time may use an object, including its const functions. Several objects are independent. For many
/// threads see `shared_auth`.
template <class Transport, class Store, class Prompter, class Env>
class basic_auth {
  static_assert(check_transport<std::remove_reference_t<Transport>>() &&
                check_store<std::remove_reference_t<Store>>() && check_prompter<std::remove_reference_t<Prompter>>() &&
                check_environment<std::remove_reference_t<Env>>());

 public:
  explicit basic_auth(const service& service, Transport transport = Transport(), Store store = Store(),
                      Prompter prompter = Prompter(), Env env = Env())
      : service_(service),
        transport_(std::forward<Transport>(transport)),
        store_(std::forward<Store>(store)),
        prompter_(std::forward<Prompter>(prompter)),
        env_(std::forward<Env>(env)) {}

  /// Signs in with the first credential found: the argument, the environment variable, the saved key, the browser's
  /// session, or a key that the user types. An argument of whitespace alone is none.
  ///
  /// A saved key, and an argument that equals it, is used without a request, unless `login_options::verify_saved` is
  /// set.
  ///
  /// \returns the session, or the error of the source that had a credential but could not sign in
  /// \retval errc::not_signed_in if no source that may be used has a credential
  [[nodiscard]] login_result login(std::string_view api_key = {}, const login_options& options = {},
                                   observer observe = {}) {
    return run(login::operation::login, api_key, options, std::move(observe));
  }

  /// Verifies the credential that is in memory.
  /// \retval errc::not_signed_in if there is none
  /// \retval errc::rejected if the service rejects it; it is removed from memory then
  [[nodiscard]] login_result authenticate(observer observe = {}) {
    return run(login::operation::authenticate, {}, {}, std::move(observe));
  }

  /// Exchanges the browser's cookies for an id token and verifies it. The token takes precedence over a key in memory.
  /// \retval errc::no_browser_session if the cookies give no token
  [[nodiscard]] login_result auth_with_cookies(observer observe = {}) {
    return run(login::operation::auth_with_cookies, {}, {}, std::move(observe));
  }

  /// Prompts the user for a key, verifies and saves it.
  /// \retval errc::too_many_attempts after `max_attempts` answers that were malformed or rejected
  [[nodiscard]] login_result request_api_key(int max_attempts = 3, observer observe = {}) {
    return run(login::operation::request_api_key, {}, {.max_prompt_attempts = max_attempts}, std::move(observe));
  }

  /// The header field for requests to the service: the token's, else the key's, else none. Does not allocate.
  ///
  /// \par Lifetime
  /// Valid until the next call of a function that is not const.
  [[nodiscard]] auth_header_view get_auth_header() const noexcept { return cache_.header(); }

  /// Removes the credentials from memory and erases the saved key.
  /// \returns the store's error if the key is still saved; memory is cleared in any case
  [[nodiscard]] result<void> logout() {
    cache_.clear();
    return store_.erase();
  }

  /// The key in memory; null if there is none.
  [[nodiscard]] const hubauth::api_key* api_key() const noexcept {
    const auto* key = cache_.key();
    return key ? key->credential.api_key() : nullptr;
  }

  /// The id token in memory; null if there is none.
  [[nodiscard]] const hubauth::id_token* id_token() const noexcept {
    const auto* token = cache_.token();
    return token ? token->credential.id_token() : nullptr;
  }

  /// The id of the model that came with the key; empty if none did.
  [[nodiscard]] std::string_view model_key() const noexcept {
    const auto* key = cache_.key();
    return key ? key->credential.model_id() : std::string_view();
  }

 private:
  template <class, class, class, class>
  friend class shared_auth;  // clears the cache if it cannot publish the header

  login_result run(login::operation operation, std::string_view argument, const login_options& options,
                   observer&& observe) {
    login::machine machine(service_, cache_, login::read_environment(service_, env_, transport_, operation), operation,
                           argument, options, std::move(observe));
    while (const auto* effect = machine.wanted()) {
      using kind = login::effect::kind;
      switch (effect->type) {
        case kind::send: machine.resume(login::response_at{transport_.send(effect->request), env_.now()}); break;
        case kind::load: machine.resume(store_.load()); break;
        case kind::save: machine.resume(store_.save(*effect->key)); break;
        case kind::prompt: machine.resume(prompter_.ask(effect->prompt)); break;
      }
    }
    return machine.result();
  }

  service service_;
  Transport transport_;
  Store store_;
  Prompter prompter_;
  Env env_;
  credential_cache cache_;
};

template <class Transport, class Store, class Prompter, class Env>
basic_auth(const service&, Transport, Store, Prompter, Env)
    -> basic_auth<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Store>, std::unwrap_reference_t<Prompter>,
                  std::unwrap_reference_t<Env>>;

}  // namespace hubauth
