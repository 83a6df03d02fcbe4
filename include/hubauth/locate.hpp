// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include "hubauth/api_key.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/result.hpp"
#include "hubauth/service.hpp"
#include "hubauth/wire/printable.hpp"
#include "hubauth/wire/root.hpp"

/// Where a service is, as the environment has it.
namespace hubauth {

/// The URL of an address: what its variable names, else its own; without the slash at the end.
template <environment Env>
std::string_view locate(const address& at, const Env& env) {
  auto url = at.url;
  if (!at.variable.empty())
    if (const auto named = env.variable(at.variable.data()); named && !trim(*named).empty()) url = trim(*named);
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

/// The URL of the page where a person makes a key, to be shown.
template <environment Env>
std::string keys_page(const service& of, const Env& env) {
  auto page = wire::printable(locate(of.web, env));
  page += of.keys_page;
  return page;
}

/// The root of a service's requests: views of the service or of the environment.
struct service_root {
  std::string_view url;   ///< without a slash at the end
  std::string_view host;  ///< with its port
};

/// Finds the root of a service's requests.
///
/// Gives:   errc::insecure_root when it must not be used, naming the variable that it came from
template <environment Env>
result<service_root> locate_root(const service& at, const Env& env) {
  const auto url = locate(at.root, env);
  const auto [host, fault] = wire::split_root(url);
  if (fault == wire::root_fault::none) return service_root{url, host};

  const bool own = url.data() == at.root.url.data();  // and not its variable's
  std::string where(own ? at.name : at.root.variable);
  return fail(errc::insecure_root,
              where + (fault == wire::root_fault::not_a_url ? " is not a URL that a key may be sent to"
                                                            : " must begin with https:// (http:// only on loopback)"));
}

}  // namespace hubauth
