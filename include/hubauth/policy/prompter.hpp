// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

#include "hubauth/login/prompt_request.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

template <class T>
concept prompts = requires(T& t, const prompt_request& request) {
  { t.ask(request) } -> std::same_as<result<secret>>;
};

/// Prompts the user for a key.
///
/// Exemplar:
///
///     struct my_prompter {
///       hubauth::result<hubauth::secret> ask(const hubauth::prompt_request&);
///     };
///
/// Laws: `ask` returns the answer as it was typed, does not echo it, and asks once; it returns errc::prompt_canceled at
/// the end of input, and errc::prompt_unavailable, without waiting, if no user can be asked.
///
/// Models: `terminal_prompter`
template <class T>
concept prompter = prompts<T>;

/// True for a prompter; otherwise the compiler names the function that `T` lacks.
template <class T>
consteval bool check_prompter() {
  static_assert(prompts<T>, "Prompter needs: result<secret> ask(const prompt_request&)   (docs/policies.md#prompter)");
  return prompter<T>;
}

}  // namespace hubauth
