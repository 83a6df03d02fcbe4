// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>

#include "hubauth/credential/auth_header.hpp"

namespace hubauth {

enum class http_method : std::uint8_t { get, post };

/// The method's name in a request.
constexpr const char* to_string(http_method method) noexcept {
  switch (method) {
    case http_method::get: return "GET";
    case http_method::post: return "POST";
  }
  return "";
}

/// A request to a service: no body, and at most one credential.
struct request {
  http_method method = http_method::post;
  std::string url{};              ///< absolute; https, or http on loopback
  auth_header_view credential{};  ///< the only header that may identify the user; a view, valid while the request is sent
  bool send_cookies = false;      ///< send the browser's cookies; if false, send none and keep none
};

}  // namespace hubauth
