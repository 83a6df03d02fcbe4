// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

#include <curl/curl.h>

#include "hubauth/http/status.hpp"
#include "hubauth/result.hpp"
#include "hubauth/text/sanitize.hpp"
#include "hubauth/text/trim.hpp"

namespace hubauth::detail {

/// The error that libcurl's code of a failed transfer means.
constexpr errc to_errc(CURLcode code) noexcept {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return errc::timed_out;

    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: return errc::insecure_url;

#if LIBCURL_VERSION_NUM >= 0x074900
    case CURLE_PROXY:
#endif
    case CURLE_COULDNT_RESOLVE_PROXY: return errc::proxy_failed;

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
    case CURLE_UNKNOWN_OPTION:  // this libcurl lacks an option that makes a connection secure
    case CURLE_NOT_BUILT_IN: return errc::tls_error;

    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9: the scheme of the URL was checked before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return errc::invalid_response;

#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
    case CURLE_OUT_OF_MEMORY: return errc::response_too_large;  // also for a header field that is too long

    default: return errc::unreachable;  // name lookup, connection, a response that ends early; libcurl adds codes
  }
}

/// libcurl's code as text, for users.
inline const char* message_for(CURLcode code) noexcept {
  switch (code) {
    case CURLE_LOGIN_DENIED: return "the URL contains userinfo";
    case CURLE_OUT_OF_MEMORY: return "a header field is too long";
    default: return curl_easy_strerror(code);
  }
}

/// True if the handle's last transfer tried to use a proxy; false also if this libcurl cannot report it.
inline bool used_proxy([[maybe_unused]] CURL* handle) noexcept {
  long used = 0;
#if LIBCURL_VERSION_NUM >= 0x080700
  curl_easy_getinfo(handle, CURLINFO_USED_PROXY, &used);
#endif
  return used != 0;
}

/// The error of the handle's last transfer.
/// \param text  libcurl's error buffer: the reason why a certificate is not trusted, the file that cannot be read
/// \returns an error whose detail does not contain the proxy's URL, which may have a password in it
inline unexpected<error_info> transfer_error(CURL* handle, CURLcode code, std::string_view text) {
  long proxy_status = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status != 0 && !is_success(static_cast<int>(proxy_status)))
    return fail(errc::proxy_failed, "HTTP " + std::to_string(proxy_status) + " from the proxy");
  if (code == CURLE_COULDNT_CONNECT && used_proxy(handle))
    return fail(errc::proxy_failed, "cannot connect to the proxy");

  const auto error = to_errc(code);
  if (error != errc::tls_error) return fail(error, message_for(code));
  // The text may contain the name in a certificate, which anyone can have chosen.
  const auto reason = text.empty() ? std::string(message_for(code)) : sanitize(trim(text));
  return fail(error, reason + "; check the network, the certificate authorities and the clock");
}

}  // namespace hubauth::detail
