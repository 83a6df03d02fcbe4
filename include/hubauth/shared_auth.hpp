// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "hubauth/basic_auth.hpp"
#include "hubauth/shared/shared_header.hpp"
#include "hubauth/shared/sign_in_queue.hpp"

namespace hubauth {

/// A store that saves nothing for a sign-in that a logout has canceled.
template <class Store>
class cancelable_store {
 public:
  cancelable_store(Store&& store, const turns& of) : store_(std::forward<Store>(store)), turns_(of) {}

  result<std::optional<secret>> load() { return store_.load(); }
  result<void> save(const api_key& key) {
    if (turns_.canceled()) return fail(std::make_error_code(std::errc::operation_canceled));
    return store_.save(key);
  }
  result<void> erase() { return store_.erase(); }

 private:
  Store store_;
  const turns& turns_;
};

/// A `basic_auth` for many threads: some sign in and out, all others have the header without waiting.
///
///     hubauth::shared_auth auth(hubauth::hub, my_transport(), ...);
///     auto mine = auth.reader();                                     // in each thread
///     if (send(my_request, mine.get_auth_header()).status == 401)
///       const auto session = auth.authenticate();                    // many find out: one prompts, all get its answer
///
/// Needs:   no policy waits for another thread that signs in or out here
/// Gives:   as `basic_auth`; std::errc::operation_canceled for a sign-in that a logout has canceled, or whose `stop`
///          was requested before its turn (one that runs runs to its end); std::errc::resource_deadlock_would_occur
///          when a policy calls back in the same thread
/// Keeps:   all functions are for any thread; each reader is for one. One thread at a time uses the policies, not
///          always the same one, and no lock is held meanwhile. A sign-in that is wanted while the very same one (call,
///          argument, options) has not ended is that one, with its session or its error; others take turns in the order
///          of their calls. What a policy throws is thrown in the thread that it ran in; of those who waited, one runs
///          then
template <class Transport, class Store, class Prompter, class Env>
class shared_auth {
  static_assert(check_store<std::remove_reference_t<Store>>());

 public:
  explicit shared_auth(const service& at, Transport transport = Transport(), Store store = Store(),
                       Prompter prompter = Prompter(), Env env = Env())
      : auth_(at, std::forward<Transport>(transport), cancelable_store<Store>(std::forward<Store>(store), turns_),
              std::forward<Prompter>(prompter), std::forward<Env>(env)) {}

  /// A thread's own view of the header.
  ///
  /// Needs:   this object outlives it
  [[nodiscard]] shared_header::reader reader() const noexcept { return shared_header::reader(header_); }

  /// As in `basic_auth`. A credential that the service rejects is gone for the readers at once.
  [[nodiscard]] login_result login(std::string_view api_key = {}, const login_options& options = {},
                                   const std::stop_token& stop = {}) {
    return sign_in({flow::operation::login, secret(api_key), options}, stop);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result authenticate(const std::stop_token& stop = {}) {
    return sign_in({flow::operation::authenticate}, stop);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result auth_with_cookies(const std::stop_token& stop = {}) {
    return sign_in({flow::operation::auth_with_cookies}, stop);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result request_api_key(int max_attempts = 3, const std::stop_token& stop = {}) {
    login_options options;
    options.attempts = max_attempts;
    return sign_in({flow::operation::request_api_key, {}, options}, stop);
  }

  /// Forgets what is held and erases the saved key. No reader gives a header from the moment of the call; every sign-in
  /// that has begun ends in std::errc::operation_canceled and leaves nothing behind.
  ///
  /// Waits for the turn of the one under way to end, since one thread at a time uses the store.
  /// Gives:   the store's error when the key is still saved; nothing is held all the same
  [[nodiscard]] result<void> logout() {
    return turns_.sign_out([&] { header_.publish({}); }, [&] { return auth_.logout(); });
  }

  /// How many callers wait now, for the sign-in under way or for their turn.
  [[nodiscard]] std::size_t waiting() const { return turns_.waiter_count(); }

 private:
  login_result sign_in(login_request wanted, const std::stop_token& stop) {
    return turns_.sign_in(
        std::move(wanted), stop, [&](const login_request& what) { return run(what); },
        [&] { header_.publish(auth_.get_auth_header()); });
  }

  login_result run(const login_request& wanted) {
    const auto watch = [&](const fsm::transition_names&) { header_.withdraw_unless(auth_.get_auth_header()); };
    switch (wanted.what) {
      case flow::operation::login:
        return wanted.argument.with_exposed(
            [&](std::string_view text) { return auth_.login(text, wanted.options, watch); });
      case flow::operation::authenticate: return auth_.authenticate(watch);
      case flow::operation::auth_with_cookies: return auth_.auth_with_cookies(watch);
      case flow::operation::request_api_key: break;
    }
    return auth_.request_api_key(wanted.options.attempts, watch);
  }

  turns turns_;
  shared_header header_;
  basic_auth<Transport, cancelable_store<Store>, Prompter, Env> auth_;
};

template <class Transport, class Store, class Prompter, class Env>
shared_auth(const service&, Transport, Store, Prompter, Env)
    -> shared_auth<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Store>,
                   std::unwrap_reference_t<Prompter>, std::unwrap_reference_t<Env>>;

}  // namespace hubauth
