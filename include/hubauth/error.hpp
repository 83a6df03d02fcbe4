// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "hubauth/version.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <system_error>

namespace hubauth {

/// What went wrong. No enumerator stands for success.
enum class errc : int {
  malformed_key = 1,    ///< the text cannot be a key; nothing was sent
  rejected,             ///< the service reports that the credential is not valid
  forbidden,            ///< the credential is valid, but may not do this
  no_browser_session,   ///< the browser's cookies gave no token
  too_many_attempts,    ///< every answer at the prompt was malformed or rejected
  prompt_canceled,      ///< end of input at the prompt
  prompt_unavailable,   ///< there is no terminal, or no user at it
  store_unreadable,     ///< the saved settings cannot be read, or are not valid
  store_unwritable,     ///< the key was not written
  store_locked,         ///< another process holds the lock of the settings
  store_conflict,       ///< the key was written, and another program has overwritten it since
  cookies_unreadable,   ///< the cookie file cannot be read
  not_signed_in,        ///< there is no credential
  unreachable,          ///< no connection to the service, or the connection was closed early
  timed_out,            ///< no response in time
  rate_limited,         ///< the service asks for fewer requests
  server_error,         ///< the service failed
  tls_error,            ///< no secure connection
  proxy_failed,         ///< a proxy refused or failed
  captive_portal,       ///< the network requires a sign-in in the browser first
  unexpected_redirect,  ///< the service redirects; redirects are never followed
  invalid_response,     ///< the response does not follow the service's protocol
  response_too_large,   ///< the response is larger than any response of the protocol
  insecure_url,         ///< the service's URL is not https (nor http on loopback), or is not a URL
};

/// What to do about an error. A condition: compare an error code with it, as in `code == recovery::retry`.
///
/// A policy with error codes of its own participates if its category's `default_error_condition` returns one of these.
enum class recovery : int {
  retry = 1,    ///< the same call may succeed later
  user_action,  ///< the user must act
  none,         ///< it cannot be fixed at run time
};

}  // namespace hubauth

/// \cond Doxygen finds no scope for specializations in other namespaces.
template <>
struct std::is_error_code_enum<hubauth::errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<hubauth::recovery> : std::true_type {};
/// \endcond

namespace hubauth {

/// The enumerator's own name, for programs and logs.
constexpr const char* to_string(errc code) noexcept {
  switch (code) {
    case errc::malformed_key: return "malformed_key";
    case errc::rejected: return "rejected";
    case errc::forbidden: return "forbidden";
    case errc::no_browser_session: return "no_browser_session";
    case errc::too_many_attempts: return "too_many_attempts";
    case errc::prompt_canceled: return "prompt_canceled";
    case errc::prompt_unavailable: return "prompt_unavailable";
    case errc::store_unreadable: return "store_unreadable";
    case errc::store_unwritable: return "store_unwritable";
    case errc::store_locked: return "store_locked";
    case errc::store_conflict: return "store_conflict";
    case errc::cookies_unreadable: return "cookies_unreadable";
    case errc::not_signed_in: return "not_signed_in";
    case errc::unreachable: return "unreachable";
    case errc::timed_out: return "timed_out";
    case errc::rate_limited: return "rate_limited";
    case errc::server_error: return "server_error";
    case errc::tls_error: return "tls_error";
    case errc::proxy_failed: return "proxy_failed";
    case errc::captive_portal: return "captive_portal";
    case errc::unexpected_redirect: return "unexpected_redirect";
    case errc::invalid_response: return "invalid_response";
    case errc::response_too_large: return "response_too_large";
    case errc::insecure_url: return "insecure_url";
  }
  return "unknown";
}

/// The error as text, for users.
constexpr const char* message(errc code) noexcept {
  switch (code) {
    case errc::malformed_key: return "the key is malformed";
    case errc::rejected: return "the service rejected the credential";
    case errc::forbidden: return "the credential is valid but has no permission for this";
    case errc::no_browser_session: return "the browser is not signed in";
    case errc::too_many_attempts: return "too many attempts";
    case errc::prompt_canceled: return "the prompt was canceled";
    case errc::prompt_unavailable: return "no terminal to prompt for a key";
    case errc::store_unreadable: return "cannot read the saved key";
    case errc::store_unwritable: return "cannot save the key";
    case errc::store_locked: return "the settings file is locked by another process";
    case errc::store_conflict: return "another program has overwritten the saved key";
    case errc::cookies_unreadable: return "cannot read the cookie file";
    case errc::not_signed_in: return "not signed in";
    case errc::unreachable: return "cannot connect to the service";
    case errc::timed_out: return "the service did not respond in time";
    case errc::rate_limited: return "rate limit exceeded";
    case errc::server_error: return "the service failed";
    case errc::tls_error: return "TLS connection failed";
    case errc::proxy_failed: return "the proxy refused or failed";
    case errc::captive_portal: return "the network requires a sign-in in the browser";
    case errc::unexpected_redirect: return "the service redirects, and redirects are not followed";
    case errc::invalid_response: return "unexpected response";
    case errc::response_too_large: return "the response is too large";
    case errc::insecure_url: return "the service's URL is not secure";
  }
  return "unknown error";
}

/// What to do about an error of this code.
constexpr recovery recovery_for(errc code) noexcept {
  switch (code) {
    case errc::unreachable:
    case errc::timed_out:
    case errc::rate_limited:
    case errc::server_error:
    case errc::store_locked: return recovery::retry;
    case errc::malformed_key:
    case errc::rejected:
    case errc::forbidden:
    case errc::no_browser_session:
    case errc::too_many_attempts:
    case errc::prompt_canceled:
    case errc::prompt_unavailable:
    case errc::store_unreadable:
    case errc::store_unwritable:
    case errc::store_conflict:
    case errc::cookies_unreadable:
    case errc::not_signed_in:
    case errc::tls_error:
    case errc::proxy_failed:
    case errc::captive_portal:
    case errc::insecure_url: return recovery::user_action;
    case errc::unexpected_redirect:
    case errc::invalid_response:
    case errc::response_too_large: return recovery::none;
  }
  return recovery::none;
}

/// The category of `recovery`.
inline const std::error_category& recovery_category() noexcept {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "hubauth.recovery"; }
    std::string message(int value) const override {
      switch (static_cast<recovery>(value)) {
        case recovery::retry: return "try again later";
        case recovery::user_action: return "the user must act";
        case recovery::none: return "cannot be fixed at run time";
      }
      return "unknown recovery";
    }
  };
  static const category instance;
  return instance;
}

inline std::error_condition make_error_condition(recovery value) noexcept {
  return {static_cast<int>(value), recovery_category()};
}

/// The category of `errc`.
inline const std::error_category& error_category() noexcept {
  struct category final : std::error_category {
    const char* name() const noexcept override { return "hubauth"; }
    std::string message(int value) const override { return hubauth::message(static_cast<errc>(value)); }
    std::error_condition default_error_condition(int value) const noexcept override {
      return make_error_condition(recovery_for(static_cast<errc>(value)));
    }
  };
  static const category instance;
  return instance;
}

inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), error_category()}; }

/// Why a call failed. Contains no secret: a policy must not write a key or a token into `detail`.
struct error_info {
  std::error_code code;  ///< an `errc`, or a code of a policy's own category
  std::string detail{};  ///< what and where: a path and a reason, the service's message; may be empty
  std::optional<std::chrono::seconds> retry_after{};  ///< from now, when the service named a time

  /// Code and detail as text.
  [[nodiscard]] std::string message() const { return detail.empty() ? code.message() : code.message() + ": " + detail; }

  friend bool operator==(const error_info&, const error_info&) = default;
};

}  // namespace hubauth
