// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <string_view>

#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

/// What a person is asked, and what they need to know to answer.
///
/// Keeps:   views, valid during the call; free of control characters; no secret
struct question {
  std::string_view service;       ///< its name
  std::string_view keys_page;     ///< URL of the page where keys are made
  int attempt = 1;                ///< counts from 1
  int attempts = 1;               ///< how many there are
  const failure* last = nullptr;  ///< why the answer before was not taken; null at the first
};

template <class T>
concept asks = requires(T& t, const question& about) {
  { t.ask(about) } -> std::same_as<result<secret>>;
};

/// Asks a person for a key.
///
/// Exemplar:
///     struct my_prompter {
///       hubauth::result<hubauth::secret> ask(const hubauth::question&);
///     };
/// Laws:    `ask` gives the answer as it was typed, shows none of it, and asks once; errc::prompt_closed at the end of
///          input, errc::no_terminal, without a wait, when nobody can be asked
/// Models:  terminal_prompter
template <class T>
concept prompter = asks<T>;

/// True for a prompter; else the error says which function `T` lacks.
template <class T>
consteval bool check_prompter() {
  static_assert(asks<T>, "Prompter needs: result<secret> ask(const question&)   (docs/policies.md#prompter)");
  return prompter<T>;
}

}  // namespace hubauth
