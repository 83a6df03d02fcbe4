// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_error.hpp"

#include <string_view>

#include <doctest/doctest.h>

using hubauth::to_errc;
using hubauth::errc;

static_assert(to_errc(CURLE_OPERATION_TIMEDOUT) == errc::timed_out);
static_assert(to_errc(CURLE_COULDNT_RESOLVE_HOST) == errc::unreachable);
static_assert(to_errc(CURLE_COULDNT_RESOLVE_PROXY) == errc::unreachable);
static_assert(to_errc(CURLE_COULDNT_CONNECT) == errc::unreachable);
static_assert(to_errc(CURLE_SEND_ERROR) == errc::unreachable);
static_assert(to_errc(CURLE_RECV_ERROR) == errc::unreachable);
static_assert(to_errc(CURLE_GOT_NOTHING) == errc::unreachable);
static_assert(to_errc(CURLE_PARTIAL_FILE) == errc::unreachable);
static_assert(to_errc(CURLE_SSL_CONNECT_ERROR) == errc::tls_error);
static_assert(to_errc(CURLE_PEER_FAILED_VERIFICATION) == errc::tls_error);
static_assert(to_errc(CURLE_SSL_CACERT_BADFILE) == errc::tls_error);
static_assert(to_errc(CURLE_UNKNOWN_OPTION) == errc::tls_error);
static_assert(to_errc(CURLE_WEIRD_SERVER_REPLY) == errc::invalid_response);
static_assert(to_errc(CURLE_UNSUPPORTED_PROTOCOL) == errc::invalid_response);
static_assert(to_errc(CURLE_OUT_OF_MEMORY) == errc::response_too_large);
static_assert(to_errc(CURLE_LOGIN_DENIED) == errc::insecure_url);

TEST_CASE("curl_error: what is of TLS in libcurl's own words is tls_error") {
  for (int code = 1; code != CURL_LAST; ++code) {
    const std::string_view words = curl_easy_strerror(static_cast<CURLcode>(code));
    if (words.find("SSL") == words.npos && words.find("CA cert") == words.npos) continue;
    CAPTURE(words);
    CHECK(to_errc(static_cast<CURLcode>(code)) == errc::tls_error);
  }
}

TEST_CASE("curl_error: every code has words") {
  for (int code = 1; code != CURL_LAST; ++code) {
    CAPTURE(code);
    CHECK_FALSE(std::string_view(hubauth::message_for(static_cast<CURLcode>(code))).empty());
  }
}
