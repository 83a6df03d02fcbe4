// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <utility>

#include "hubauth/credential/credential.hpp"
#include "hubauth/fsm/transition.hpp"
#include "hubauth/fsm/well_formed.hpp"
#include "hubauth/login/effect.hpp"
#include "hubauth/login/operation.hpp"
#include "hubauth/login/source.hpp"
#include "hubauth/result.hpp"

/// What can happen when a program signs in: the states, their outcomes, and the table of transitions.
namespace hubauth::login {

using fsm::outcomes;
using fsm::transition;

// The data of states and outcomes.

/// One attempt at the prompt.
struct prompt_attempt {
  int number = 1;  ///< counts from 1
  int max = 1;
  std::optional<error_info> previous_error{};  ///< why the previous answer was not accepted; none at the first attempt

  [[nodiscard]] prompt_attempt next(error_info error) const { return {number + 1, max, std::move(error)}; }
};

/// A credential that the service has to verify.
struct candidate {
  login_credential found;
  bool save_if_accepted = false;
  std::optional<prompt_attempt> typed_at{};  ///< the attempt at the prompt at which the user typed it
};

/// A credential that signs in.
struct authenticated {
  login_credential found;
};

/// Why the sign-in fails, and the source of the credential or of the error, if any.
struct login_failure {
  error_info error;
  std::optional<hubauth::source> source{};
};

// Outcomes, by their data.

struct login_requested {};
struct verification_requested {};
struct token_requested {};
struct prompt_requested : prompt_attempt {};
struct no_argument {};
struct variable_unset {};
struct no_saved_key {};
struct browser_session_found {};
struct no_browser_session : prompt_attempt {};

struct key_found : candidate {};
struct verification_required : candidate {};
struct not_yet_saved : candidate {};
struct token_received : candidate {};
struct key_entered : candidate {};
struct accepted_unsaved : candidate {};
struct credential_found : candidate {};

struct saved_key_trusted : authenticated {};
struct matches_saved : authenticated {};
struct accepted : authenticated {};
struct key_saved : authenticated {};
struct save_failed : authenticated {};

struct malformed_input : prompt_attempt {};
struct rejected_retryable : prompt_attempt {};

struct insecure_endpoint : login_failure {};
struct malformed_key : login_failure {};
struct store_failed : login_failure {};
struct no_token : login_failure {};
struct prompt_failed : login_failure {};
struct attempts_exhausted : login_failure {};
struct rejected_final : login_failure {};
struct verification_failed : login_failure {};
struct not_signed_in : login_failure {};

// States, in the order of the table. A state that has an `answer` waits for a driver.

/// Where is the service, and what does the caller want?
struct resolving_endpoint {
  using outcomes =
      fsm::outcomes<insecure_endpoint, login_requested, verification_requested, token_requested, prompt_requested>;
  login::operation operation;
};

/// Did the caller pass a key?
struct reading_argument {
  using outcomes = fsm::outcomes<key_found, no_argument, malformed_key>;
};

/// Is that key the saved one?
struct comparing_with_saved : candidate {
  using outcomes = fsm::outcomes<matches_saved, not_yet_saved>;
  using answer = result<std::optional<secret>>;
};

/// Does the service's variable hold a key?
struct reading_environment {
  using outcomes = fsm::outcomes<key_found, variable_unset, malformed_key>;
};

/// Is a key saved?
struct loading_saved_key {
  using outcomes = fsm::outcomes<saved_key_trusted, verification_required, no_saved_key, malformed_key, store_failed>;
  using answer = result<std::optional<secret>>;
};

/// May the browser's session be tried?
struct checking_browser {
  using outcomes = fsm::outcomes<browser_session_found, no_browser_session>;
};

/// Which token does the service return for the browser's cookies?
struct fetching_token {
  using outcomes = fsm::outcomes<token_received, no_token>;
  using answer = response_at;
};

/// Which key does the user type?
struct prompting : prompt_attempt {
  using outcomes = fsm::outcomes<key_entered, malformed_input, prompt_failed, attempts_exhausted>;
  using answer = result<secret>;
};

/// Which credential is in memory, to be verified?
struct using_current_credential {
  using outcomes = fsm::outcomes<credential_found, not_signed_in>;
};

/// Does the service accept the credential?
struct verifying : candidate {
  using outcomes =
      fsm::outcomes<accepted, accepted_unsaved, rejected_retryable, rejected_final, verification_failed>;
  using answer = response_at;
};

/// Can the key be saved?
struct saving : candidate {
  using outcomes = fsm::outcomes<key_saved, save_failed>;
  using answer = result<void>;
};

struct signed_in : authenticated {};
struct failed : login_failure {};

/// Every way through a sign-in.
struct table {
  using initial = resolving_endpoint;

  // clang-format off
  static constexpr auto transitions = fsm::hana::make_tuple(
      //         from                      outcome                 to
      transition<resolving_endpoint,       insecure_endpoint,      failed                  >{},
      transition<resolving_endpoint,       login_requested,        reading_argument        >{},
      transition<resolving_endpoint,       verification_requested, using_current_credential>{},
      transition<resolving_endpoint,       token_requested,        fetching_token          >{},
      transition<resolving_endpoint,       prompt_requested,       prompting               >{},

      transition<reading_argument,         key_found,              comparing_with_saved    >{},
      transition<reading_argument,         no_argument,            reading_environment     >{},
      transition<reading_argument,         malformed_key,          failed                  >{},

      transition<comparing_with_saved,     matches_saved,          signed_in               >{},
      transition<comparing_with_saved,     not_yet_saved,          verifying               >{},

      transition<reading_environment,      key_found,              verifying               >{},
      transition<reading_environment,      variable_unset,         loading_saved_key       >{},
      transition<reading_environment,      malformed_key,          failed                  >{},

      transition<loading_saved_key,        saved_key_trusted,      signed_in               >{},
      transition<loading_saved_key,        verification_required,  verifying               >{},
      transition<loading_saved_key,        no_saved_key,           checking_browser        >{},
      transition<loading_saved_key,        malformed_key,          failed                  >{},
      transition<loading_saved_key,        store_failed,           failed                  >{},

      transition<checking_browser,         browser_session_found,  fetching_token          >{},
      transition<checking_browser,         no_browser_session,     prompting               >{},

      transition<fetching_token,           token_received,         verifying               >{},
      transition<fetching_token,           no_token,               failed                  >{},

      transition<prompting,                key_entered,            verifying               >{},
      transition<prompting,                malformed_input,        prompting               >{},
      transition<prompting,                prompt_failed,          failed                  >{},
      transition<prompting,                attempts_exhausted,     failed                  >{},

      transition<using_current_credential, credential_found,       verifying               >{},
      transition<using_current_credential, not_signed_in,          failed                  >{},

      transition<verifying,                accepted,               signed_in               >{},
      transition<verifying,                accepted_unsaved,       saving                  >{},
      transition<verifying,                rejected_retryable,     prompting               >{},
      transition<verifying,                rejected_final,         failed                  >{},
      transition<verifying,                verification_failed,    failed                  >{},

      transition<saving,                   key_saved,              signed_in               >{},
      transition<saving,                   save_failed,            signed_in               >{}
  );
  // clang-format on
};

static_assert(fsm::well_formed<table>());

}  // namespace hubauth::login
