// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

#include "hubauth/api_key.hpp"
#include "hubauth/credential.hpp"
#include "hubauth/result.hpp"
#include "hubauth/wire/reply.hpp"
#include "hubauth/wire/request.hpp"

namespace hubauth {

/// Where a service is found: a URL, unless an environment variable names another.
struct address {
  std::string_view url;       ///< used when the variable is unset or blank
  std::string_view variable;  ///< NUL-terminated name; empty: none
};

/// All that hubauth knows of a service.
///
/// The known ones are `hub` and `platform` (hubauth/service/); one of your own is another value of this type.
/// Keeps:   views and functions; what they point at must outlive every `basic_auth` made with it
struct service {
  std::string_view name;          ///< for people: "Ultralytics HUB"
  address root;                   ///< of the requests
  address web;                    ///< of the pages
  std::string_view keys_page;     ///< below `web`: where a person makes a key
  std::string_view key_variable;  ///< environment variable that may hold a key, NUL-terminated; empty: none

  header_form key_header;    ///< how a key is sent
  header_form token_header;  ///< how an id token is sent

  method verify_method;
  std::string_view verify_path;  ///< below `root`: who asks it with a credential learns whether it is valid

  /// Whether the reply to that accepts the credential; `now` is in seconds since 1970. May use up the reply.
  result<void> (*judge)(reply& answer, std::int64_t now);

  std::string_view token_path = {};  ///< below `root`: gives a token for a browser's cookies; empty: no such thing

  /// The token in the reply to that. Null when `token_path` is empty.
  result<id_token> (*read_token)(reply& answer, std::int64_t now) = nullptr;
};

}  // namespace hubauth
