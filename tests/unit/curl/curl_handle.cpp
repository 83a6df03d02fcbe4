// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/curl_handle.hpp"

#include <string>
#include <type_traits>

#include <doctest/doctest.h>

namespace {

using namespace hubauth::detail;

static_assert(std::is_nothrow_move_constructible_v<curl_handle>);
static_assert(!std::is_copy_constructible_v<handle_reset_guard>);

/// The cookies that a handle would send.
std::string cookies(CURL* handle) {
  curl_slist* list = nullptr;
  curl_easy_getinfo(handle, CURLINFO_COOKIELIST, &list);
  std::string text;
  for (const auto* node = list; node; node = node->next) text.append(node->data).append("\n");
  curl_slist_free_all(list);
  return text;
}

}  // namespace

TEST_CASE("curl_handle: the options and cookies of one request are reset before the next") {
  const curl_handle handle(curl_easy_init());
  REQUIRE(handle);
  int marker = 0;
  {
    const handle_reset_guard reset(handle.get());
    option_setter set(handle.get());
    set(CURLOPT_PRIVATE, static_cast<void*>(&marker));
    set(CURLOPT_COOKIELIST, "example.com\tFALSE\t/\tTRUE\t0\tsession\tabc");
    REQUIRE(set.code() == CURLE_OK);
    REQUIRE_FALSE(cookies(handle.get()).empty());
  }
  CHECK(cookies(handle.get()).empty());
  void* value = &marker;
  curl_easy_getinfo(handle.get(), CURLINFO_PRIVATE, &value);
  CHECK(value == nullptr);
}

TEST_CASE("curl_handle: the first option that fails determines the error, and no option is set after it") {
  const curl_handle handle(curl_easy_init());
  REQUIRE(handle);
  option_setter set(handle.get());
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  CHECK(set.code() == CURLE_OK);
  set(static_cast<CURLoption>(CURLOPTTYPE_LONG + 9999), 1L);
  CHECK(set.code() == CURLE_UNKNOWN_OPTION);
  int marker = 0;
  set(CURLOPT_PRIVATE, static_cast<void*>(&marker));
  CHECK(set.code() == CURLE_UNKNOWN_OPTION);
  void* value = nullptr;
  curl_easy_getinfo(handle.get(), CURLINFO_PRIVATE, &value);
  CHECK(value == nullptr);
}
