// SPDX-License-Identifier: BSL-1.0
//
// Downloads with the header of a sign-in, and signs in again if the service does not accept it any more.

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

#include <curl/curl.h>
#include <hubauth/hubauth.hpp>
#include <hubauth/testing/local_hub.hpp>

struct page {
  long status = 0;  // 0: no response
  std::string body{};
};

std::size_t append_body(const char* bytes, std::size_t, std::size_t size, void* page_pointer) {
  static_cast<page*>(page_pointer)->body.append(bytes, size);
  return size;
}

// [download]
page get(const std::string& url, hubauth::auth_header_view credential) {
  page got;
  curl_slist header{const_cast<char*>(credential.expose_line().data()), nullptr};  // curl_slist_append would copy it
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  if (credential) curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, &header);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);  // a redirect would take the credential elsewhere
  if (url.starts_with("http:")) curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");  // a proxy could read the credential
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &append_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &got);
  if (curl_easy_perform(curl.get()) == CURLE_OK) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &got.status);
  return got;
}

template <class Auth>
page download(Auth& auth, const std::string& url) {
  auto got = get(url, auth.get_auth_header());
  if (got.status != 401) return got;
  auto session = auth.authenticate();  // is the credential still valid? A rejected one is removed from memory
  if (!session && session.error().code == hubauth::errc::rejected) session = auth.request_api_key();
  if (!session) {
    std::fprintf(stderr, "%s\n", session.error().message().c_str());
    return got;
  }
  return get(url, auth.get_auth_header());  // a second time, but no third
}
// [download]

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};
  hubauth::basic_auth auth(service, hubauth::curl_transport(), hubauth::memory_store(), hubauth::terminal_prompter(),
                           hubauth::system_environment());
  if (!auth.login("open-sesame")) return 1;

  hub.script("/v1/models", {.status = 401});  // once
  const auto models = download(auth, url + "/v1/models");
  std::printf("%ld %s\n", models.status, models.body.c_str());
  for (const auto& request : hub.requests()) std::printf("%s %s\n", request.method.c_str(), request.target.c_str());
}
