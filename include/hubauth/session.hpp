// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <system_error>

#include "hubauth/login/options.hpp"
#include "hubauth/login/source.hpp"
#include "hubauth/result.hpp"

namespace hubauth {

/// A successful sign-in. Holds no secret: `basic_auth` keeps the credential.
struct session {
  hubauth::source source = hubauth::source::argument;  ///< the source of the credential
  bool verified = false;                               ///< the service accepted the credential just now
  bool saved = false;                                  ///< the credential is saved
  std::optional<error_info> save_error{};              ///< why it could not be saved
  std::string host{};                                  ///< the service's host, with its port
  login_trace trace{};                                 ///< the status of each source

  friend bool operator==(const session&, const session&) = default;
};

/// Why a sign-in failed. Holds no secret.
struct login_error {
  std::error_code code;                               ///< an `errc`, or a code of a policy's own category
  std::string detail{};                               ///< what and where, the service's message; may be empty
  std::optional<hubauth::source> source{};            ///< the source of the credential or of the error, if any
  std::string source_description{};                   ///< that source as text: "the variable HUB_API_KEY"
  std::string host{};                                 ///< the service's host, with its port
  std::string hint{};                                 ///< what the user can do; may be empty
  std::optional<std::chrono::seconds> retry_after{};  ///< from now, when the service named a time
  login_trace trace{};                                ///< the status of each source

  /// All of it in one line, for users.
  [[nodiscard]] std::string message() const {
    std::string text = host;
    if (!host.empty()) text += ": ";
    text += code.message();
    if (!source_description.empty()) text += " (from " + source_description + ")";
    if (!detail.empty()) text += ": " + detail;
    if (retry_after) text += "; try again in " + std::to_string(retry_after->count()) + " s";
    if (!hint.empty()) text += "; " + hint;
    return text;
  }

  friend bool operator==(const login_error&, const login_error&) = default;
};

/// A session, or why there is none.
using login_result = result<session, login_error>;

}  // namespace hubauth
