// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>

#include "hubauth/credential.hpp"
#include "hubauth/flow/sound.hpp"
#include "hubauth/flow/table.hpp"
#include "hubauth/result.hpp"
#include "hubauth/session.hpp"

/// What can happen when a program signs in.
namespace hubauth::flow {

// What states and outcomes carry.

/// Which attempt at the prompt it is.
struct turn {
  int attempt = 1;                ///< counts from 1
  int attempts = 1;               ///< how many there are
  std::optional<failure> last{};  ///< why the answer before was not taken; nothing at the first
};

/// A credential that the service is to be asked about.
struct candidate {
  credential who;
  source from;
  bool persisted = false;  ///< it is saved already
  bool to_keep = false;    ///< it is to be saved once it is accepted
  int attempt = 0;         ///< the one that gave it; 0: nobody was asked, nor may be again
  int attempts = 0;        ///< how many there are
};

/// A credential that signs in.
struct winner {
  credential who;
  source from;
  bool verified;
  bool persisted;
  std::optional<failure> not_persisted{};
};

/// Why nobody is signed in, and which source it was about.
struct loss {
  failure why;
  std::optional<source> from{};
};

/// What the caller wants.
enum class errand : std::uint8_t { login, authenticate, auth_with_cookies, request_api_key };

// Outcomes, by the data that they carry.

struct login_wanted {};
struct check_wanted {};
struct token_wanted {};
struct question_wanted : turn {};
struct nothing_given {};
struct nothing_set {};
struct nothing_saved {};
struct browser_at_hand {};
struct no_browser : turn {};

struct key_offered : candidate {};
struct key_doubted : candidate {};
struct new_to_the_store : candidate {};
struct token_given : candidate {};
struct answered : candidate {};
struct accepted_to_keep : candidate {};
struct credential_held : candidate {};

struct key_remembered : winner {};
struct same_as_saved : winner {};
struct accepted : winner {};
struct kept : winner {};
struct not_kept : winner {};

struct unusable_answer : turn {};
struct rejected_once : turn {};

struct root_refused : loss {};
struct unusable_key : loss {};
struct store_failed : loss {};
struct no_token : loss {};
struct no_answer : loss {};
struct attempts_spent : loss {};
struct rejected_for_good : loss {};
struct undecided : loss {};
struct nothing_held : loss {};

// States, in the table's order.

/// Where is the service, and what does the caller want?
struct starting {
  using outcomes = one_of<root_refused, login_wanted, check_wanted, token_wanted, question_wanted>;
  errand what;
  int attempts = 0;
};

/// Was a key given to the call?
struct taking_argument {
  using outcomes = one_of<key_offered, nothing_given, unusable_key>;
};

/// Is that key the saved one?
struct comparing : candidate {
  using outcomes = one_of<same_as_saved, new_to_the_store>;
};

/// Does the service's variable hold a key?
struct reading_variable {
  using outcomes = one_of<key_offered, nothing_set, unusable_key>;
};

/// Is a key saved?
struct recalling {
  using outcomes = one_of<key_remembered, key_doubted, nothing_saved, unusable_key, store_failed>;
};

/// May a browser's session be tried?
struct looking_for_browser {
  using outcomes = one_of<browser_at_hand, no_browser>;
};

/// Which token do the browser's cookies give?
struct fetching_token {
  using outcomes = one_of<token_given, no_token>;
};

/// What key does the person give?
struct asking : turn {
  using outcomes = one_of<answered, unusable_answer, no_answer, attempts_spent>;
};

/// What do we hold, to ask the service about it?
struct presenting {
  using outcomes = one_of<credential_held, nothing_held>;
};

/// Does the service accept the credential?
struct verifying : candidate {
  using outcomes = one_of<accepted, accepted_to_keep, rejected_once, rejected_for_good, undecided>;
};

/// Can the key be saved?
struct keeping : candidate {
  using outcomes = one_of<kept, not_kept>;
};

struct signed_in : winner {};
struct signed_out : loss {};

/// The table: every way through a sign-in.
struct login {
  using first = starting;

  // clang-format off
  static constexpr auto rows = hana::make_tuple(
      //   in                    ends in             goes to
      row< starting,             root_refused,       signed_out          >{},
      row< starting,             login_wanted,       taking_argument     >{},
      row< starting,             check_wanted,       presenting          >{},
      row< starting,             token_wanted,       fetching_token      >{},
      row< starting,             question_wanted,    asking              >{},

      row< taking_argument,      key_offered,        comparing           >{},
      row< taking_argument,      nothing_given,      reading_variable    >{},
      row< taking_argument,      unusable_key,       signed_out          >{},

      row< comparing,            same_as_saved,      signed_in           >{},
      row< comparing,            new_to_the_store,   verifying           >{},

      row< reading_variable,     key_offered,        verifying           >{},
      row< reading_variable,     nothing_set,        recalling           >{},
      row< reading_variable,     unusable_key,       signed_out          >{},

      row< recalling,            key_remembered,     signed_in           >{},
      row< recalling,            key_doubted,        verifying           >{},
      row< recalling,            nothing_saved,      looking_for_browser >{},
      row< recalling,            unusable_key,       signed_out          >{},
      row< recalling,            store_failed,       signed_out          >{},

      row< looking_for_browser,  browser_at_hand,    fetching_token      >{},
      row< looking_for_browser,  no_browser,         asking              >{},

      row< fetching_token,       token_given,        verifying           >{},
      row< fetching_token,       no_token,           signed_out          >{},

      row< asking,               answered,           verifying           >{},
      row< asking,               unusable_answer,    asking              >{},
      row< asking,               no_answer,          signed_out          >{},
      row< asking,               attempts_spent,     signed_out          >{},

      row< presenting,           credential_held,    verifying           >{},
      row< presenting,           nothing_held,       signed_out          >{},

      row< verifying,            accepted,           signed_in           >{},
      row< verifying,            accepted_to_keep,   keeping             >{},
      row< verifying,            rejected_once,      asking              >{},
      row< verifying,            rejected_for_good,  signed_out          >{},
      row< verifying,            undecided,          signed_out          >{},

      row< keeping,              kept,               signed_in           >{},
      row< keeping,              not_kept,           signed_in           >{}
  );
  // clang-format on
};

static_assert(sound<login>());

}  // namespace hubauth::flow
