// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/fsm/transition_names.hpp"
#include "hubauth/login/effect.hpp"
#include "hubauth/login/environment_values.hpp"
#include "hubauth/login/operation.hpp"
#include "hubauth/login/options.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/session.hpp"

namespace hubauth {

/// Is called with the names of each transition as it is taken. Never sees a secret. May be empty.
using observer = std::function<void(const fsm::transition_names&)>;

}  // namespace hubauth

namespace hubauth::login {

/// A sign-in as a state machine that performs no I/O.
///
/// It reports the effect that it needs, is resumed with the answer, and goes on, until no effect is wanted. A driver performs
/// the effects; `basic_auth` is one that blocks. docs/drivers.md shows how to write another.
///
///     login::machine machine(hub, cache, std::move(environment), login::operation::login, key, options);
///     while (const login::effect* effect = machine.wanted()) ...  // perform it, then machine.resume(answer)
///     return machine.result();
///
/// To cancel a sign-in, destroy the machine: nothing in the cache has changed then, except that a credential that the
/// service rejected is not in it any more. The same holds after an exception, from a driver or from the machine: the machine
/// can only be destroyed.
///
/// \par Lifetime
/// `service` and `cache` must outlive the machine. Everything else is copied.
/// \par Thread safety
/// One thread at a time may use a machine and its cache, not always the same one.
class machine {
 public:
  /// Starts the operation and runs until the first effect.
  /// \param argument  the key that the caller passed to `login`; empty or whitespace: none
  machine(const service& service, credential_cache& cache, environment_values environment, operation operation,
          std::string_view argument = {}, const login_options& options = {}, observer observe = {});
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;
  ~machine();

  /// The effect that the machine needs; null if the sign-in has ended.
  [[nodiscard]] const effect* wanted() const noexcept;

  /// Continues with the answer to the wanted effect, until the next effect or the end.
  /// \pre the wanted effect is of the kind that the answer is for, see `effect::kind`
  void resume(response_at answer);
  void resume(hubauth::result<std::optional<secret>> answer);
  void resume(hubauth::result<void> answer);
  void resume(hubauth::result<secret> answer);

  /// The session, whose credential is in the cache from now on, or the error.
  /// \pre no effect is wanted, and this is the first call
  [[nodiscard]] login_result result();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace hubauth::login

#include "hubauth/login/machine.ipp"
