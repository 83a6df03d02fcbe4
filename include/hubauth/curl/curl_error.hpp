// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <curl/curl.h>

#include "hubauth/error.hpp"

namespace hubauth {

/// What a transfer that failed means.
constexpr errc to_errc(CURLcode code) noexcept {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return errc::timed_out;

    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: return errc::insecure_url;

    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_SHUTDOWN_FAILED:
#if LIBCURL_VERSION_NUM >= 0x074d00
    case CURLE_SSL_CLIENTCERT:
#endif
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_UNKNOWN_OPTION:  // this libcurl lacks what makes a connection secure
    case CURLE_NOT_BUILT_IN: return errc::tls_error;

    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9: the URL's own scheme was looked at before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return errc::invalid_response;

#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
    case CURLE_OUT_OF_MEMORY: return errc::response_too_large;  // libcurl's word for a field longer than it takes

    default: return errc::unreachable;  // name, proxy, connection, a response that broke off; later libcurls may add codes
  }
}

/// The same in words, for a person.
inline const char* message_for(CURLcode code) noexcept {
  switch (code) {
    case CURLE_LOGIN_DENIED: return "the URL has a user's name in it";
    case CURLE_OUT_OF_MEMORY: return "a header field is too long";
    default: return curl_easy_strerror(code);
  }
}

}  // namespace hubauth
