// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <system_error>

namespace hubauth {

/// What went wrong. There is no value for success.
enum class errc : int {
  malformed_key = 1,   ///< the text can't be a key; nothing was sent
  rejected,            ///< the service says that the credential is not valid
  no_browser_session,  ///< the browser's cookies gave no token
  too_many_attempts,   ///< every answer at the prompt was unusable or rejected
  prompt_closed,       ///< end of input at the prompt
  no_terminal,         ///< nobody can be asked
  store_unreadable,    ///< the saved settings can't be read or are not what they should be
  store_unwritable,    ///< the key was not written
  store_busy,          ///< another process holds the settings
  store_overwritten,   ///< the key was written, and another program has written something else since
  cookies_unreadable,  ///< the cookie file can't be read
  not_signed_in,       ///< there is no credential
  unreachable,         ///< the service could not be reached, or hung up
  timed_out,           ///< no answer in time
  rate_limited,        ///< the service asks to come back later
  server_error,        ///< the service failed
  tls_failed,          ///< no secure connection
  redirected,          ///< the service points elsewhere; never followed
  bad_reply,           ///< the reply is not one of this protocol
  reply_too_large,     ///< the reply is larger than any of this protocol
  insecure_root,       ///< the service's address is not https (nor http on loopback)
};

/// What to do about it. A condition: compare an error's code with it, `code == remedy::retry`.
///
/// A policy with errors of its own joins in by a category whose `default_error_condition` gives one of these.
enum class remedy : int {
  retry = 1,  ///< the same call may succeed later
  ask,        ///< a person must act
  report,     ///< nobody can mend it at run time
};

}  // namespace hubauth

template <>
struct std::is_error_code_enum<hubauth::errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<hubauth::remedy> : std::true_type {};

namespace hubauth {

/// The enumerator's own name.
constexpr const char* name(errc kind) noexcept {
  switch (kind) {
    case errc::malformed_key: return "malformed_key";
    case errc::rejected: return "rejected";
    case errc::no_browser_session: return "no_browser_session";
    case errc::too_many_attempts: return "too_many_attempts";
    case errc::prompt_closed: return "prompt_closed";
    case errc::no_terminal: return "no_terminal";
    case errc::store_unreadable: return "store_unreadable";
    case errc::store_unwritable: return "store_unwritable";
    case errc::store_busy: return "store_busy";
    case errc::store_overwritten: return "store_overwritten";
    case errc::cookies_unreadable: return "cookies_unreadable";
    case errc::not_signed_in: return "not_signed_in";
    case errc::unreachable: return "unreachable";
    case errc::timed_out: return "timed_out";
    case errc::rate_limited: return "rate_limited";
    case errc::server_error: return "server_error";
    case errc::tls_failed: return "tls_failed";
    case errc::redirected: return "redirected";
    case errc::bad_reply: return "bad_reply";
    case errc::reply_too_large: return "reply_too_large";
    case errc::insecure_root: return "insecure_root";
  }
  return "unknown";
}

/// The error in words, as a sentence may continue with it: "the key is malformed".
constexpr const char* describe(errc kind) noexcept {
  switch (kind) {
    case errc::malformed_key: return "the key is malformed";
    case errc::rejected: return "the service rejected the credential";
    case errc::no_browser_session: return "the browser is not signed in";
    case errc::too_many_attempts: return "too many attempts";
    case errc::prompt_closed: return "the prompt was closed before a key was given";
    case errc::no_terminal: return "there is no terminal to ask for a key";
    case errc::store_unreadable: return "the saved settings can't be read";
    case errc::store_unwritable: return "the key can't be saved";
    case errc::store_busy: return "another process holds the saved settings";
    case errc::store_overwritten: return "another program has overwritten the saved key";
    case errc::cookies_unreadable: return "the cookie file can't be read";
    case errc::not_signed_in: return "there is no credential";
    case errc::unreachable: return "the service can't be reached";
    case errc::timed_out: return "the service did not answer in time";
    case errc::rate_limited: return "the service asks to come back later";
    case errc::server_error: return "the service failed";
    case errc::tls_failed: return "no secure connection to the service";
    case errc::redirected: return "the service redirects, which is never followed";
    case errc::bad_reply: return "the service's reply is not understood";
    case errc::reply_too_large: return "the service's reply is too large";
    case errc::insecure_root: return "the service's address is not https";
  }
  return "unknown error";
}

/// What to do about an error of this kind.
constexpr remedy remedy_for(errc kind) noexcept {
  switch (kind) {
    case errc::unreachable:
    case errc::timed_out:
    case errc::rate_limited:
    case errc::server_error:
    case errc::store_busy: return remedy::retry;
    case errc::malformed_key:
    case errc::rejected:
    case errc::no_browser_session:
    case errc::too_many_attempts:
    case errc::prompt_closed:
    case errc::no_terminal:
    case errc::store_unreadable:
    case errc::store_unwritable:
    case errc::store_overwritten:
    case errc::cookies_unreadable:
    case errc::not_signed_in: return remedy::ask;
    case errc::tls_failed:
    case errc::redirected:
    case errc::bad_reply:
    case errc::reply_too_large:
    case errc::insecure_root: return remedy::report;
  }
  return remedy::report;
}

/// The category of `remedy`.
inline const std::error_category& remedy_category() noexcept {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "hubauth.remedy"; }
    std::string message(int value) const override {
      switch (static_cast<remedy>(value)) {
        case remedy::retry: return "try again later";
        case remedy::ask: return "a person must act";
        case remedy::report: return "report it";
      }
      return "unknown remedy";
    }
  };
  static const category instance;
  return instance;
}

inline std::error_condition make_error_condition(remedy what) noexcept {
  return {static_cast<int>(what), remedy_category()};
}

/// The category of `errc`.
inline const std::error_category& error_category() noexcept {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "hubauth"; }
    std::string message(int value) const override { return describe(static_cast<errc>(value)); }
    std::error_condition default_error_condition(int value) const noexcept override {
      return make_error_condition(remedy_for(static_cast<errc>(value)));
    }
  };
  static const category instance;
  return instance;
}

inline std::error_code make_error_code(errc kind) noexcept { return {static_cast<int>(kind), error_category()}; }

}  // namespace hubauth
