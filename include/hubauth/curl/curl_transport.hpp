// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <utility>

#include <curl/curl.h>

#include "hubauth/curl/cookie_file.hpp"
#include "hubauth/curl/curl_error.hpp"
#include "hubauth/curl/curl_handle.hpp"
#include "hubauth/curl/curl_options.hpp"
#include "hubauth/curl/request_headers.hpp"
#include "hubauth/curl/response_collector.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/posix/sigpipe_guard.hpp"
#include "hubauth/result.hpp"
#include "hubauth/version.hpp"

namespace hubauth {

/// A transport that uses libcurl: TLS 1.2 or later with a verified certificate, no redirects, no netrc, and no cookies
/// except those of `curl_options::cookie_file`.
///
/// The first `send` creates one libcurl handle; later requests reuse its connections. No signal is raised. The
/// environment's proxies are used for https only: they learn the service's host and nothing else.
///
/// \par Thread safety
/// One thread at a time may use an object. Several objects are independent.
/// \see CVE-2018-1000007, a credential that was sent along with a redirect
class curl_transport {
 public:
  curl_transport() = default;

  explicit curl_transport(curl_options options) : options_(detail::with_valid_limits(std::move(options))) {}

  /// True if there is a cookie file.
  [[nodiscard]] bool has_cookies() const noexcept { return !options_.cookie_file.empty(); }

  /// Sends the request and waits for the response.
  /// \returns the response, whatever its status; the body has at most `response::max_body_size + 1` bytes
  /// \retval errc::unreachable if there is no connection, or if it was closed early
  /// \retval errc::timed_out
  /// \retval errc::tls_error with the reason why the certificate is not trusted
  /// \retval errc::proxy_failed with the status of the proxy's response, if there was one
  /// \retval errc::invalid_response if the response is not HTTP, or its Content-Length is invalid
  /// \retval errc::response_too_large if the header is too large
  /// \retval errc::cookies_unreadable
  /// \retval errc::insecure_url if the URL is neither http nor https, or contains userinfo
  result<response> send(const request& request) {
    const bool is_http = request.url.starts_with("http:");
    if (!is_http && !request.url.starts_with("https:")) return fail(errc::insecure_url);
    if (const auto code = open(); code != CURLE_OK) return fail(detail::to_errc(code), detail::message_for(code));

    detail::response_collector collector(options_.max_header_size);
    const detail::request_headers headers(request.credential);
    char error_text[CURL_ERROR_SIZE] = "";
    const detail::handle_reset_guard reset(handle_.get());

    detail::option_setter set(handle_.get());
    set_limits(set);
    set_security(set);
    set_scheme(set, is_http);
    set_trust(set);
    set(CURLOPT_ERRORBUFFER, &error_text[0]);
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_USERAGENT, "hubauth/" HUBAUTH_VERSION);
    set(CURLOPT_HTTPHEADER, headers.list());
    if (request.method == http_method::post) {
      set(CURLOPT_POSTFIELDS, "");
      set(CURLOPT_POSTFIELDSIZE, 0L);
    }
    set(CURLOPT_WRITEFUNCTION, &detail::response_collector::write_body);
    set(CURLOPT_WRITEDATA, &collector);
    set(CURLOPT_HEADERFUNCTION, &detail::response_collector::write_header);
    set(CURLOPT_HEADERDATA, &collector);
    if (request.send_cookies && has_cookies()) {
      const auto read =
          detail::read_cookies(options_.cookie_file, [&](const char* line) { set(CURLOPT_COOKIELIST, line); });
      if (!read) return unexpected(read.error());
    }
    if (set.code() != CURLE_OK) return detail::transfer_error(handle_.get(), set.code(), error_text);

    const auto code = perform();
    if (collector.header_too_large())
      return fail(errc::response_too_large,
                  "its header has more than " + std::to_string(options_.max_header_size) + " bytes");
    if (collector.content_length_invalid()) return fail(errc::invalid_response, "its Content-Length is invalid");
    if (code != CURLE_OK && !collector.body_too_large()) return detail::transfer_error(handle_.get(), code, error_text);
    if (!collector.header_complete())
      return fail(errc::unreachable, "connection closed before the end of the response header");

    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return collector.take(static_cast<int>(status));
  }

 private:
  CURLcode open() {
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialized != CURLE_OK || handle_) return initialized;
    handle_.reset(curl_easy_init());
    return handle_ ? CURLE_OK : CURLE_FAILED_INIT;
  }

  CURLcode perform() noexcept {
    const detail::sigpipe_guard guard;
    return curl_easy_perform(handle_.get());
  }

  void set_limits(detail::option_setter& set) const {
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, options_.low_speed_limit);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.low_speed_time.count()));
    set(CURLOPT_NOSIGNAL, 1L);  // no SIGALRM at the end of a name lookup
  }

  void set_trust(detail::option_setter& set) const {
    if (options_.ca_file.empty()) return;
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // otherwise the system's directory is trusted, too
  }

  static void set_scheme(detail::option_setter& set, bool is_http) {
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, is_http ? "http" : "https");
#else
    set(CURLOPT_PROTOCOLS, static_cast<long>(is_http ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
#endif
    if (is_http) set(CURLOPT_PROXY, "");  // no proxy may read what is not encrypted
  }

  static void set_security(detail::option_setter& set) {
    // HTTP/2 gains nothing for a few small requests, and its floods stay out.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // the credential is not for the proxy
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_UNRESTRICTED_AUTH, 0L);
    set(CURLOPT_AUTOREFERER, 0L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_HTTP09_ALLOWED, 0L);
  }

  curl_options options_;
  detail::curl_handle handle_;
};

static_assert(check_transport<curl_transport>());

}  // namespace hubauth
