// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>

#include "hubauth/login/operation.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/service/service.hpp"

namespace hubauth::login {

/// What the environment and the transport say before a sign-in starts. The machine reads nothing else of them.
struct environment_values {
  std::optional<std::string> api_url{};  ///< the variable that replaces the base URL of the requests
  std::optional<std::string> web_url{};  ///< the variable that replaces the base URL of the pages
  std::optional<secret> key{};           ///< the variable that may hold a key
  bool prompt_disabled = false;          ///< HUBAUTH_PROMPT is 0
  bool has_browser_session = false;      ///< the browser's session may be tried
  bool has_cookies = false;              ///< the transport can send the browser's cookies
};

/// Reads what `operation` can use of the environment and the transport.
/// \param env        a model of `environment`
/// \param transport  a model of `transport`
template <class Env, class Transport>
environment_values read_environment(const service& service, const Env& env, const Transport& transport,
                                    operation operation) {
  const auto get_env = [&](const char* name) -> std::optional<std::string> {
    const auto value = name ? env.get_env(name) : std::nullopt;
    return value ? std::optional<std::string>(*value) : std::nullopt;
  };
  environment_values values;
  values.api_url = get_env(service.api_url.env_var);
  values.web_url = get_env(service.web_url.env_var);
  const bool login = operation == operation::login;
  const bool browser = !service.token_path.empty();
  if (login && service.key_env_var)
    if (const auto key = env.get_env(service.key_env_var)) values.key.emplace(*key);
  if (login || operation == operation::request_api_key) values.prompt_disabled = env.get_env("HUBAUTH_PROMPT") == "0";
  if (login && browser) values.has_browser_session = env.has_browser_session();
  if (browser && (values.has_browser_session || operation == operation::auth_with_cookies))
    values.has_cookies = transport.has_cookies();
  return values;
}

}  // namespace hubauth::login
