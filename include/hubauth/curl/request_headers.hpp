// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <curl/curl.h>

#include "hubauth/credential/auth_header.hpp"

namespace hubauth::detail {

/// The header fields of a request, as the list that libcurl reads while it sends.
///
/// The list points to the credential's own line, so that there is no copy to wipe.
///
/// \par Lifetime
/// The credential and this object must outlive the request.
class request_headers {
 public:
  explicit request_headers(auth_header_view credential) noexcept
      : credential_{const_cast<char*>(credential.expose_line().data()), nullptr},  // libcurl only reads it
        content_type_{no_content_type_, credential ? &credential_ : nullptr} {}
  request_headers(const request_headers&) = delete;
  request_headers& operator=(const request_headers&) = delete;

  /// The first node.
  [[nodiscard]] const curl_slist* list() const noexcept { return &accept_; }

 private:
  char accept_line_[25] = "Accept: application/json";
  char no_content_type_[14] = "Content-Type:";  // a name without a value: libcurl leaves the field out
  curl_slist credential_;
  curl_slist content_type_;
  curl_slist accept_{accept_line_, &content_type_};
};

}  // namespace hubauth::detail
