// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>

#include "hubauth/credential.hpp"

namespace hubauth {

enum class method : std::uint8_t { get, post };

/// The method's name on the wire.
constexpr const char* name(method verb) noexcept {
  switch (verb) {
    case method::get: return "GET";
    case method::post: return "POST";
  }
  return "";
}

/// What a service is asked: no body, and at most one credential.
///
/// Keeps:   `credential` is a view, valid during the call that it is given to
struct request {
  method verb = method::post;
  std::string url;            ///< absolute; https, or http on loopback
  header_view credential{};   ///< the only header that may identify anybody; none when cookies do
  bool with_cookies = false;  ///< send the browser's cookies; false: send none, keep none
};

}  // namespace hubauth
