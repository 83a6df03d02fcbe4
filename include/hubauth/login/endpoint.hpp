// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/http/base_url.hpp"
#include "hubauth/result.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/text/sanitize.hpp"
#include "hubauth/text/trim.hpp"

namespace hubauth::detail {

/// The value of a variable that counts as set: not empty, and not whitespace alone.
inline bool is_set(const std::optional<std::string>& value) { return value && !trim(*value).empty(); }

/// The URL that a variable names, or else the default one; without a slash at the end.
/// \param env_value  the value of `url.env_var`; none if it is unset
inline std::string resolve_url(const configurable_url& url, const std::optional<std::string>& env_value) {
  std::string resolved(is_set(env_value) ? trim(*env_value) : url.default_url);
  if (resolved.ends_with('/')) resolved.pop_back();
  return resolved;
}

/// The URL of the page where users create keys, to be shown.
inline std::string key_page(const service& service, const std::optional<std::string>& web_url) {
  return sanitize(resolve_url(service.web_url, web_url)).append(service.key_page_path);
}

/// Where the requests of a service go.
struct endpoint {
  std::string url{};   ///< without a slash at the end
  std::string host{};  ///< with its port
};

/// The endpoint of a service.
/// \param api_url  the value of `service.api_url.env_var`; none if it is unset
/// \retval errc::insecure_url if a credential must not be sent to the URL; names the variable that it comes from, and
///         does not repeat the URL, which may contain a password
inline result<endpoint> resolve_endpoint(const service& service, const std::optional<std::string>& api_url) {
  auto url = resolve_url(service.api_url, api_url);
  const auto parsed = parse_base_url(url);
  const bool from_env = service.api_url.env_var && is_set(api_url);
  const auto origin = from_env ? std::string(service.api_url.env_var) : "the URL of " + std::string(service.name);
  switch (parsed.error) {
    case base_url_error::none: break;
    case base_url_error::not_a_url: return fail(errc::insecure_url, origin + " is not a URL that a key may be sent to");
    case base_url_error::not_https:
      return fail(errc::insecure_url, origin + " must start with https:// (http:// only on loopback)");
  }
  std::string host(parsed.host);
  return endpoint{std::move(url), std::move(host)};
}

}  // namespace hubauth::detail
