// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/result.hpp"
#include "hubauth/curl/cookie_file.hpp"
#include "hubauth/curl/curl_error.hpp"
#include "hubauth/curl/response_collector.hpp"
#include "hubauth/posix/sigpipe_guard.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth {

/// How long `curl_transport` waits, how much it reads, whom it trusts, and where it finds cookies.
///
/// Needs:   nothing; no limit can be switched off: one that is not above 0 is taken as its default
struct curl_options {
  std::string ca_file{};              ///< PEM: the only authorities that may vouch for the service; empty: the system's
  std::string cookie_file{};          ///< Netscape's format, read at each request `send_cookies`; empty: no cookies
  long connect_timeout_ms = 10'000;   ///< until there is a connection, the name's look-up included
  long total_timeout_ms = 30'000;     ///< until there is a whole response
  long low_speed_bytes = 1;           ///< per second; who sends less,
  long low_speed_seconds = 15;        ///< for so long, has timed out
  long max_header_bytes = 64 * 1024;  ///< of all header fields, those of interim (1xx) responses included
};

namespace detail {

/// Sets options until one fails, and remembers why.
class curl_setter {
 public:
  explicit curl_setter(CURL* handle) noexcept : handle_(handle) {}

  /// Needs:   `value` is of the very type that the option takes: a `long` or a pointer
  template <class T>
  void operator()(CURLoption option, T value) noexcept {
    if (code_ == CURLE_OK) code_ = (curl_easy_setopt)(handle_, option, value);
  }

  [[nodiscard]] CURLcode code() const noexcept { return code_; }

 private:
  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

/// The parts of a request that libcurl reads while it sends.
///
/// Keeps:   nodes that point at the credential's own line, so that there is no copy of it to secure_zero
struct outgoing_headers {
  explicit outgoing_headers(auth_header_view credential) noexcept
      : credential_node{const_cast<char*>(credential.expose_line().data()), nullptr},  // libcurl only reads it
        type_node{no_content_type, credential ? &credential_node : nullptr} {}
  outgoing_headers(const outgoing_headers&) = delete;
  outgoing_headers& operator=(const outgoing_headers&) = delete;

  char accept[25] = "Accept: application/json";
  char no_content_type[14] = "Content-Type:";  // a name alone: libcurl leaves the field out
  curl_slist credential_node;
  curl_slist type_node;
  curl_slist headers{accept, &type_node};
};

}  // namespace detail

/// Sends requests by libcurl: verified TLS 1.2 or later, no redirects, no netrc, no cookies but those asked for.
///
/// Gives:   whatever the status, a response with at most `response::max_body_size + 1` bytes of body; errc::unreachable, also when
///          it broke off; errc::timed_out; errc::tls_error, and why the certificate was not taken; errc::invalid_response
///          when what came is not HTTP or says two lengths; errc::response_too_large when its header is;
///          errc::cookies_unreadable; errc::insecure_url when the URL is not http(s) or holds a name
/// Keeps:   one libcurl handle, made by the first `send`, whose connection the next ones use again; for one thread at
///          a time. No signal is raised. The proxies of the environment are used for https only: they see no more than
///          the service's name
/// Source:  CVE-2018-1000007, a credential that went along with a redirect
class curl_transport {
 public:
  curl_transport() = default;

  explicit curl_transport(curl_options options) : options_(std::move(options)) {
    const curl_options defaults;
    for (auto limit :
         {&curl_options::connect_timeout_ms, &curl_options::total_timeout_ms, &curl_options::low_speed_bytes,
          &curl_options::low_speed_seconds, &curl_options::max_header_bytes})
      if (options_.*limit <= 0) options_.*limit = defaults.*limit;
  }

  /// True when there is a cookie file to take them from.
  [[nodiscard]] bool has_cookies() const noexcept { return !options_.cookie_file.empty(); }

  /// Makes the request and waits for the response.
  [[gnu::cold]] result<response> send(const request& request) {
    const bool plain = request.url.starts_with("http:");
    if (!plain && !request.url.starts_with("https:")) return fail(errc::insecure_url);
    if (const auto code = open(); code != CURLE_OK) return failed(code);

    detail::response_collector in(options_.max_header_bytes);
    detail::outgoing_headers out(request.credential);
    char words[CURL_ERROR_SIZE] = "";
    const handle_reset_guard at_end{handle_.get()};

    detail::curl_setter set(handle_.get());
    set_limits(set);
    set_safety(set, plain);
    set_trust(set);
    set(CURLOPT_ERRORBUFFER, &words[0]);
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_USERAGENT, "hubauth/0.1");
    set(CURLOPT_HTTPHEADER, &out.headers);
    if (request.method == http_method::post) {
      set(CURLOPT_POSTFIELDS, "");
      set(CURLOPT_POSTFIELDSIZE, 0L);
    }
    set(CURLOPT_WRITEFUNCTION, &detail::response_collector::take_body);
    set(CURLOPT_WRITEDATA, &in);
    set(CURLOPT_HEADERFUNCTION, &detail::response_collector::take_header);
    set(CURLOPT_HEADERDATA, &in);
    if (request.send_cookies && has_cookies()) {
      const auto read = read_cookies(options_.cookie_file, [&](const char* line) { set(CURLOPT_COOKIELIST, line); });
      if (!read) return unexpected(read.error());
    }
    if (set.code() != CURLE_OK) return failed(set.code());

    const auto code = perform();
    if (in.header_is_full) return fail(errc::response_too_large);
    if (in.content_length_invalid) return fail(errc::invalid_response, "its Content-Length is no number, or another one each time");
    if (code != CURLE_OK && !in.body_is_full()) return failed(code, words);
    if (!in.header_complete) return fail(errc::unreachable, "the response broke off in its header");

    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    in.answer.status = static_cast<int>(status);
    return std::move(in.answer);
  }

 private:
  struct closing {
    void operator()(CURL* handle) const noexcept {
      const detail::sigpipe_guard here;  // a goodbye is written to each connection
      curl_easy_cleanup(handle);
    }
  };

  /// What one request was told or has learned, the next one must not know. Connections stay.
  struct handle_reset_guard {
    CURL* handle;
    ~handle_reset_guard() {
      curl_easy_setopt(handle, CURLOPT_COOKIELIST, "ALL");
      curl_easy_reset(handle);
      curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // for its end: how SIGPIPE is handled is the program's business
    }
  };

  /// `more` is what libcurl says of this very case: why a certificate was not taken, which file can't be read.
  static unexpected<error_info> failed(CURLcode code, std::string_view more = {}) {
    const auto kind = to_errc(code);
    return fail(kind, kind == errc::tls_error && !more.empty() ? detail::sanitize(trim(more)) : message_for(code));
  }

  CURLcode perform() noexcept {
    const detail::sigpipe_guard here;
    return curl_easy_perform(handle_.get());
  }

  CURLcode open() {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (global != CURLE_OK || handle_) return global;
    handle_.reset(curl_easy_init());
    return handle_ ? CURLE_OK : CURLE_FAILED_INIT;
  }

  void set_limits(detail::curl_setter& set) const {
    set(CURLOPT_CONNECTTIMEOUT_MS, options_.connect_timeout_ms);
    set(CURLOPT_TIMEOUT_MS, options_.total_timeout_ms);
    set(CURLOPT_LOW_SPEED_LIMIT, options_.low_speed_bytes);
    set(CURLOPT_LOW_SPEED_TIME, options_.low_speed_seconds);
    set(CURLOPT_NOSIGNAL, 1L);  // a library raises no SIGALRM to end a look-up
  }

  void set_trust(detail::curl_setter& set) const {
    if (options_.ca_file.empty()) return;
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // else the system's directory is still trusted
  }

  static void set_safety(detail::curl_setter& set, bool plain) {
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
#else
    set(CURLOPT_PROTOCOLS, static_cast<long>(plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
#endif
    if (plain) set(CURLOPT_PROXY, "");  // nobody else may read what is not encrypted
    // A few small requests gain nothing by HTTP/2, and its floods stay outside.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
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
  std::unique_ptr<CURL, closing> handle_;
};

static_assert(check_transport<curl_transport>());

}  // namespace hubauth
