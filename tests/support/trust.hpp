// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <utility>

#include "hubauth/curl/curl_transport.hpp"
#include "support/certificates.hpp"
#include "support/scoped_env_var.hpp"
#include "support/temporary_directory.hpp"

namespace hubauth::testing {

/// Unsets the variables that name a proxy, and the hosts that are exceptions, for the current scope.
struct no_proxies {
  scoped_env_var variables[8]{{"http_proxy", ""}, {"HTTP_PROXY", ""}, {"https_proxy", ""}, {"HTTPS_PROXY", ""},
                              {"all_proxy", ""},  {"ALL_PROXY", ""},  {"no_proxy", ""},    {"NO_PROXY", ""}};
};

/// Two certificate authorities, and a transport that trusts only the first.
struct trust {
  trust() { ours.write(directory, "ours.pem"); }

  curl_transport transport(curl_options options = {}) const {
    options.ca_file = directory / "ours.pem";
    return curl_transport(std::move(options));
  }

  /// An identity for every host that the tests use.
  tls::identity trusted() const {
    const std::string names = "DNS:localhost,DNS:a.localhost,DNS:deep.a.localhost,DNS:b.localhost,DNS:hub.example";
    return tls::issue({.alternative_names = "IP:127.0.0.1," + names}, &ours);
  }

  no_proxies direct_connections;
  temporary_directory directory;
  tls::identity ours = tls::authority("ours");
  tls::identity foreign = tls::authority("foreign");
};

}  // namespace hubauth::testing
