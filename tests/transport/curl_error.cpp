// SPDX-License-Identifier: BSL-1.0
#include "hubauth/transport/curl_error.hpp"

#include <string_view>

#include <doctest/doctest.h>

using hubauth::curl_kind;
using hubauth::errc;

static_assert(curl_kind(CURLE_OPERATION_TIMEDOUT) == errc::timed_out);
static_assert(curl_kind(CURLE_COULDNT_RESOLVE_HOST) == errc::unreachable);
static_assert(curl_kind(CURLE_COULDNT_RESOLVE_PROXY) == errc::unreachable);
static_assert(curl_kind(CURLE_COULDNT_CONNECT) == errc::unreachable);
static_assert(curl_kind(CURLE_SEND_ERROR) == errc::unreachable);
static_assert(curl_kind(CURLE_RECV_ERROR) == errc::unreachable);
static_assert(curl_kind(CURLE_GOT_NOTHING) == errc::unreachable);
static_assert(curl_kind(CURLE_PARTIAL_FILE) == errc::unreachable);
static_assert(curl_kind(CURLE_SSL_CONNECT_ERROR) == errc::tls_failed);
static_assert(curl_kind(CURLE_PEER_FAILED_VERIFICATION) == errc::tls_failed);
static_assert(curl_kind(CURLE_SSL_CACERT_BADFILE) == errc::tls_failed);
static_assert(curl_kind(CURLE_UNKNOWN_OPTION) == errc::tls_failed);
static_assert(curl_kind(CURLE_WEIRD_SERVER_REPLY) == errc::bad_reply);
static_assert(curl_kind(CURLE_UNSUPPORTED_PROTOCOL) == errc::bad_reply);
static_assert(curl_kind(CURLE_OUT_OF_MEMORY) == errc::reply_too_large);
static_assert(curl_kind(CURLE_LOGIN_DENIED) == errc::insecure_root);

TEST_CASE("curl_error: what is of TLS in libcurl's own words is tls_failed") {
  for (int code = 1; code != CURL_LAST; ++code) {
    const std::string_view words = curl_easy_strerror(static_cast<CURLcode>(code));
    if (words.find("SSL") == words.npos && words.find("CA cert") == words.npos) continue;
    CAPTURE(words);
    CHECK(curl_kind(static_cast<CURLcode>(code)) == errc::tls_failed);
  }
}

TEST_CASE("curl_error: every code has words") {
  for (int code = 1; code != CURL_LAST; ++code) {
    CAPTURE(code);
    CHECK_FALSE(std::string_view(hubauth::curl_words(static_cast<CURLcode>(code))).empty());
  }
}
