// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

#include <curl/curl.h>

#include "hubauth/posix/sigpipe_guard.hpp"

namespace hubauth::detail {

/// Closes a libcurl handle and its connections.
struct curl_deleter {
  void operator()(CURL* handle) const noexcept {
    const sigpipe_guard guard;  // TLS writes a close_notify to each connection
    curl_easy_cleanup(handle);
  }
};

using curl_handle = std::unique_ptr<CURL, curl_deleter>;

/// Resets a handle at the end of a request, so that the next request knows nothing of it. Connections stay open.
class handle_reset_guard {
 public:
  explicit handle_reset_guard(CURL* handle) noexcept : handle_(handle) {}
  handle_reset_guard(const handle_reset_guard&) = delete;
  handle_reset_guard& operator=(const handle_reset_guard&) = delete;

  ~handle_reset_guard() {
    curl_easy_setopt(handle_, CURLOPT_COOKIELIST, "ALL");
    curl_easy_reset(handle_);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);  // also while the handle is closed: signals belong to the program
  }

 private:
  CURL* handle_;
};

/// Sets options until one fails, and keeps the error of that one.
class option_setter {
 public:
  explicit option_setter(CURL* handle) noexcept : handle_(handle) {}

  /// \pre `value` has the type that the option requires: a `long` or a pointer
  template <class T>
  void operator()(CURLoption option, T value) noexcept {
    if (code_ == CURLE_OK) code_ = (curl_easy_setopt)(handle_, option, value);
  }

  [[nodiscard]] CURLcode code() const noexcept { return code_; }

 private:
  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace hubauth::detail
