// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hubauth/basic_auth.hpp"
#include "hubauth/shared/cancelable_store.hpp"
#include "hubauth/shared/cancellation.hpp"
#include "hubauth/shared/login_request.hpp"
#include "hubauth/shared/shared_header.hpp"
#include "hubauth/shared/sign_in_queue.hpp"

namespace hubauth {

/// A `basic_auth` for many threads: each can sign in and out, and reads the header without waiting.
///
///     hubauth::shared_auth auth(hubauth::hub, my_transport(), ...);
///     auto reader = auth.reader();  // in each thread
///     if (send(my_request, reader.get_auth_header()).status == 401)
///       const auto session = auth.authenticate();  // many threads call it: one request, and all get its result
///
/// Sign-ins are single-flight: a call that equals one that has begun and not ended (the same function, argument and
/// options) joins it and gets its session or its error. Other calls run one after another, in the order in which they
/// were made.
///
/// A sign-in returns the errors of `basic_auth`, and
/// - std::errc::operation_canceled if a logout canceled it, or if its `cancellation` ended its wait. A `cancellation`
///   ends the wait of its own caller only, and never a sign-in that runs;
/// - std::errc::resource_deadlock_would_occur if a policy called it back in the same thread. `logout` returns it too.
///
/// What a policy throws is thrown in the thread that it ran in; if others joined that call, one of them runs it again.
/// If there is no memory for the new header after a sign-in, std::bad_alloc is thrown: no credential is in memory then,
/// and no reader has a header.
///
/// \pre No policy waits for another thread that signs in or out with this object.
/// \par Thread safety
/// Any thread can call all functions; each reader is for one thread at a time. One thread at a time uses the policies,
/// not always the same one, and no lock is held meanwhile.
template <class Transport, class Store, class Prompter, class Env>
class shared_auth {
  static_assert(check_store<std::remove_reference_t<Store>>());

 public:
  explicit shared_auth(const service& service, Transport transport = Transport(), Store store = Store(),
                       Prompter prompter = Prompter(), Env env = Env())
      : auth_(service, std::forward<Transport>(transport),
              detail::cancelable_store<Store>(std::forward<Store>(store), queue_), std::forward<Prompter>(prompter),
              std::forward<Env>(env)) {}

  /// One thread's view of the header. Must not outlive this object.
  [[nodiscard]] shared_header::reader reader() const noexcept { return shared_header::reader(header_); }

  /// As in `basic_auth`. As soon as the service rejects a credential, no reader has it any more.
  [[nodiscard]] login_result login(std::string_view api_key = {}, const login_options& options = {},
                                   const cancellation& cancellation = {}) {
    return sign_in({login::operation::login, secret(api_key), options}, cancellation);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result authenticate(const cancellation& cancellation = {}) {
    return sign_in({login::operation::authenticate}, cancellation);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result auth_with_cookies(const cancellation& cancellation = {}) {
    return sign_in({login::operation::auth_with_cookies}, cancellation);
  }

  /// As in `basic_auth`.
  [[nodiscard]] login_result request_api_key(int max_attempts = 3, const cancellation& cancellation = {}) {
    return sign_in({login::operation::request_api_key, {}, {.max_prompt_attempts = max_attempts}}, cancellation);
  }

  /// Removes the credentials from memory and erases the saved key.
  ///
  /// From the moment of the call no reader has a header, and every sign-in that has begun ends with
  /// std::errc::operation_canceled: its credential is neither used nor saved. The call returns after the sign-in or
  /// logout that runs has ended, because one thread at a time uses the store.
  /// \returns the store's error if the key is still saved; memory is cleared in any case
  [[nodiscard]] result<void> logout() {
    return queue_.sign_out([this] { header_.withdraw(); }, [this] { return auth_.logout(); });
  }

  /// The number of callers that wait now, for the result of a sign-in or for their turn.
  [[nodiscard]] std::size_t waiter_count() const { return queue_.waiter_count(); }

 private:
  login_result sign_in(detail::login_request request, const cancellation& cancellation) {
    return queue_.sign_in(
        std::move(request), cancellation, [this](const detail::login_request& each) { return run(each); },
        [this] { publish(); });
  }

  login_result run(const detail::login_request& request) {
    const auto withdraw_rejected = [this](const fsm::transition_names&) {
      header_.withdraw_unless(auth_.get_auth_header());
    };
    switch (request.operation) {
      case login::operation::login:
        return request.argument.with_exposed(
            [&](std::string_view api_key) { return auth_.login(api_key, request.options, withdraw_rejected); });
      case login::operation::authenticate: return auth_.authenticate(withdraw_rejected);
      case login::operation::auth_with_cookies: return auth_.auth_with_cookies(withdraw_rejected);
      case login::operation::request_api_key: break;
    }
    return auth_.request_api_key(request.options.max_prompt_attempts, withdraw_rejected);
  }

  /// Publishes the header of `auth_`. If this throws, neither `auth_` nor the readers have one.
  void publish() {
    struct rollback {
      shared_auth& self;
      bool published = false;
      ~rollback() {
        if (published) return;
        self.auth_.cache_.clear();
        self.header_.withdraw();
      }
    } guard{*this};
    header_.publish(auth_.get_auth_header());
    guard.published = true;
  }

  detail::sign_in_queue queue_;
  shared_header header_;
  basic_auth<Transport, detail::cancelable_store<Store>, Prompter, Env> auth_;
};

template <class Transport, class Store, class Prompter, class Env>
shared_auth(const service&, Transport, Store, Prompter, Env)
    -> shared_auth<std::unwrap_reference_t<Transport>, std::unwrap_reference_t<Store>,
                   std::unwrap_reference_t<Prompter>, std::unwrap_reference_t<Env>>;

}  // namespace hubauth
