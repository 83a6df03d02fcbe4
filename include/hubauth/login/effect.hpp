// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/http/request.hpp"
#include "hubauth/http/response.hpp"
#include "hubauth/login/prompt_request.hpp"
#include "hubauth/result.hpp"

namespace hubauth::login {

/// What the machine needs next. Each kind is one call of a policy, and its answer is what that call returns.
///
/// \par Lifetime
/// Views and pointers refer to the machine. They are valid until the machine is resumed or destroyed.
struct effect {
  enum class kind : std::uint8_t {
    send,    ///< send `request`; resume with `response_at`
    load,    ///< load the saved key; resume with `result<std::optional<secret>>`
    save,    ///< save `key`; resume with `result<void>`
    prompt,  ///< prompt the user with `prompt`; resume with `result<secret>`
  };

  kind type;
  hubauth::request request{};
  const api_key* key = nullptr;
  prompt_request prompt{};
};

/// The answer to `effect::kind::send`: the response, and the time at which it arrived.
struct response_at {
  result<hubauth::response> response;
  std::chrono::system_clock::time_point now;
};

}  // namespace hubauth::login
