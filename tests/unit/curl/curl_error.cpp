// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_error.hpp"

#include <memory>
#include <string_view>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using detail::to_errc;

static_assert(to_errc(CURLE_OPERATION_TIMEDOUT) == errc::timed_out);

static_assert(to_errc(CURLE_COULDNT_RESOLVE_HOST) == errc::unreachable);
static_assert(to_errc(CURLE_COULDNT_CONNECT) == errc::unreachable);
static_assert(to_errc(CURLE_SEND_ERROR) == errc::unreachable);
static_assert(to_errc(CURLE_RECV_ERROR) == errc::unreachable);
static_assert(to_errc(CURLE_GOT_NOTHING) == errc::unreachable);
static_assert(to_errc(CURLE_PARTIAL_FILE) == errc::unreachable);
static_assert(to_errc(CURLE_FAILED_INIT) == errc::unreachable);
static_assert(to_errc(static_cast<CURLcode>(CURL_LAST)) == errc::unreachable, "a code of a later libcurl");

static_assert(to_errc(CURLE_COULDNT_RESOLVE_PROXY) == errc::proxy_failed);
#if LIBCURL_VERSION_NUM >= 0x074900
static_assert(to_errc(CURLE_PROXY) == errc::proxy_failed);
#endif

static_assert(to_errc(CURLE_SSL_CONNECT_ERROR) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_ENGINE_NOTFOUND) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_ENGINE_SETFAILED) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_ENGINE_INITFAILED) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_CERTPROBLEM) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_CIPHER) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_CACERT_BADFILE) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_CRL_BADFILE) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_ISSUER_ERROR) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_PINNEDPUBKEYNOTMATCH) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_INVALIDCERTSTATUS) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_SHUTDOWN_FAILED) == errc::tls_error);
#if LIBCURL_VERSION_NUM >= 0x074d00
static_assert(to_errc(CURLE_SSL_CLIENTCERT) == errc::tls_error);
#endif
static_assert(to_errc(CURLE_PEER_FAILED_VERIFICATION) == errc::tls_error);
static_assert(to_errc(CURLE_USE_SSL_FAILED) == errc::tls_error);
static_assert(to_errc(CURLE_UNKNOWN_OPTION) == errc::tls_error);
static_assert(to_errc(CURLE_NOT_BUILT_IN) == errc::tls_error);

static_assert(to_errc(CURLE_UNSUPPORTED_PROTOCOL) == errc::invalid_response);
static_assert(to_errc(CURLE_WEIRD_SERVER_REPLY) == errc::invalid_response);
static_assert(to_errc(CURLE_BAD_CONTENT_ENCODING) == errc::invalid_response);

static_assert(to_errc(CURLE_OUT_OF_MEMORY) == errc::response_too_large);
#if LIBCURL_VERSION_NUM >= 0x080600
static_assert(to_errc(CURLE_TOO_LARGE) == errc::response_too_large);
#endif

static_assert(to_errc(CURLE_URL_MALFORMAT) == errc::insecure_url);
static_assert(to_errc(CURLE_LOGIN_DENIED) == errc::insecure_url);

/// The error of a handle that has not made a transfer.
error_info transfer_error(CURLcode code, std::string_view text) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  return detail::transfer_error(handle.get(), code, text).error();
}

}  // namespace

TEST_CASE("curl_error: every code has a message") {
  for (int code = 1; code != CURL_LAST; ++code) {
    CAPTURE(code);
    CHECK_FALSE(std::string_view(detail::message_for(static_cast<CURLcode>(code))).empty());
  }
  CHECK(detail::message_for(CURLE_LOGIN_DENIED) == std::string_view("the URL contains userinfo"));
  CHECK(detail::message_for(CURLE_OUT_OF_MEMORY) == std::string_view("a header field is too long"));
}

TEST_CASE("curl_error: only a TLS error contains libcurl's text, which may name the server") {
  CHECK(transfer_error(CURLE_COULDNT_CONNECT, "user:password@proxy").detail ==
        detail::message_for(CURLE_COULDNT_CONNECT));
  CHECK(transfer_error(CURLE_PEER_FAILED_VERIFICATION, "expired") ==
        error_info{errc::tls_error, "expired; check the network, the certificate authorities and the clock"});
}

TEST_CASE("curl_error: a TLS error is sanitized, and has a reason also if libcurl gives none") {
  CHECK(transfer_error(CURLE_PEER_FAILED_VERIFICATION, " name '\x1B[31m\n' \n").detail.starts_with("name '[31m'; "));
  CHECK(transfer_error(CURLE_SSL_CONNECT_ERROR, "").detail.starts_with(detail::message_for(CURLE_SSL_CONNECT_ERROR)));
}
