// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <string_view>

#include "hubauth/credential/auth_header.hpp"
#include "hubauth/credential/id_token.hpp"
#include "hubauth/http/request.hpp"
#include "hubauth/http/response.hpp"
#include "hubauth/result.hpp"

namespace hubauth {

/// A URL that an environment variable can replace.
struct configurable_url {
  std::string_view default_url{};  ///< used if the variable is unset or empty
  const char* env_var = nullptr;   ///< the variable's name; null: none
};

/// What hubauth knows about a service. The known services are `hub` and `platform`; a service of your own is another
/// value of this type. What it does not have can be left out.
///
/// \par Lifetime
/// Holds views and function pointers. What they refer to must outlive every object that is made with the service.
struct service {
  std::string_view name;              ///< for users: "Ultralytics HUB"
  configurable_url api_url;           ///< the base URL of its requests
  configurable_url web_url{};         ///< the base URL of its pages
  std::string_view key_page_path{};   ///< the path, below `web_url`, of the page where users create keys
  const char* key_env_var = nullptr;  ///< the variable that may hold a key; null: none

  auth_header_format key_header_format;      ///< how a key is sent
  auth_header_format token_header_format{};  ///< how an id token is sent

  http_method verify_method;
  std::string_view verify_path;  ///< the path, below `api_url`, of the request that verifies a credential

  /// Whether the response to that request accepts the credential.
  result<void> (*check_response)(response&& response, std::chrono::system_clock::time_point now);

  std::string_view token_path{};  ///< the path, below `api_url`, that returns a token for cookies; empty: none

  /// The token in the response to that request. Null if `token_path` is empty.
  result<id_token> (*parse_token_response)(response&& response, std::chrono::system_clock::time_point now) = nullptr;
};

}  // namespace hubauth
