// SPDX-License-Identifier: BSL-1.0
//
// Downloads from a service with the header of a sign-in, and signs in again when it is not taken any more.

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include <hubauth/hubauth.hpp>
#include <hubauth/testing/local_hub.hpp>

struct page {
  long status = 0;  // 0: no answer
  std::string body{};
};

std::size_t append(const char* bytes, std::size_t, std::size_t size, void* to) {
  static_cast<page*>(to)->body.append(bytes, size);
  return size;
}

// [download]
page get(const std::string& url, hubauth::auth_header_view who) {
  page got;
  curl_slist header{const_cast<char*>(who.expose_line().data()), nullptr};  // no copy: curl_slist_append makes one
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  if (who) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, &header);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);  // the header would go along to wherever it points
  if (url.starts_with("http:")) curl_easy_setopt(curl, CURLOPT_PROXY, "");  // a proxy would read it
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got);
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got.status);
  curl_easy_cleanup(curl);
  return got;
}

template <class Auth>
page download(Auth& auth, const std::string& url) {
  auto got = get(url, auth.get_auth_header());
  if (got.status != 401) return got;
  auto session = auth.authenticate();  // is the credential still good? A rejected one is forgotten
  if (!session && session.error().code == hubauth::errc::rejected) session = auth.request_api_key();
  if (!session) return std::fprintf(stderr, "%s\n", session.error().message().c_str()), got;
  return get(url, auth.get_auth_header());  // once more, not for ever
}
// [download]

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};
  hubauth::basic_auth auth(there, hubauth::curl_transport(), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  if (!auth.login("open-sesame")) return 1;

  hub.script("/v1/models", {.status = 401});  // once
  const auto models = download(auth, root + "/v1/models");
  std::printf("%ld %s\n", models.status, models.body.c_str());
  for (const auto& request : hub.requests()) std::printf("%s %s\n", request.method.c_str(), request.target.c_str());
}
