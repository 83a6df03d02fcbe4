// SPDX-License-Identifier: BSL-1.0
//
// Many sign-ins at once in one thread: libcurl's multi interface is the event loop, and drives the sign-in machines.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/login/machine.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/local_hub.hpp>

using curl_handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// [transfer]
// One request at a time, performed by the loop. The destructor cancels it.
class transfer {
 public:
  using handler = std::function<void(hubauth::result<hubauth::response>)>;

  explicit transfer(CURLM* loop) : loop_(loop) {}
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;
  ~transfer() { curl_multi_remove_handle(loop_, curl_.get()); }

  bool has_cookies() const { return false; }

  // The request must stay valid until `done` is called.
  void start(const hubauth::request& request, handler done) {
    done_ = std::move(done);
    response_ = {};
    header_ = {const_cast<char*>(request.credential.expose_line().data()), nullptr};  // curl_slist_append would copy it
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_URL, request.url.c_str());
    if (request.credential) set(CURLOPT_HTTPHEADER, &header_);
    if (request.method == hubauth::http_method::post) set(CURLOPT_POSTFIELDS, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);  // a redirect would take the credential elsewhere
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    if (request.url.starts_with("http:")) set(CURLOPT_PROXY, "");  // a proxy could read the credential
    set(CURLOPT_TIMEOUT, 30L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, &append_body);
    set(CURLOPT_WRITEDATA, this);
    curl_multi_add_handle(loop_, curl_.get());
  }

  // Called by the loop.
  void finish(CURLcode code) {
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(loop_, curl_.get());
    curl_easy_reset(curl_.get());  // libcurl keeps no credential
    const auto done = std::exchange(done_, {});
    const bool body_too_large = response_.body.size() > hubauth::response::max_body_size;
    response_.status = static_cast<int>(status);
    if (code == CURLE_OK || body_too_large) return done(std::move(response_));
    done(hubauth::fail(code == CURLE_OPERATION_TIMEDOUT ? hubauth::errc::timed_out : hubauth::errc::unreachable,
                       curl_easy_strerror(code)));
  }

 private:
  static std::size_t append_body(const char* bytes, std::size_t, std::size_t size, void* self) {
    auto& body = static_cast<transfer*>(self)->response_.body;
    body.append(bytes, std::min(size, hubauth::response::max_body_size + 1 - body.size()));
    return body.size() > hubauth::response::max_body_size ? 0 : size;  // 0 stops the transfer
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_.get(), option, value);
  }

  CURLM* loop_;
  curl_handle curl_{curl_easy_init(), &curl_easy_cleanup};
  curl_slist header_{};
  hubauth::response response_{};
  handler done_{};
};
// [transfer]

// [driver]
// A sign-in that never blocks. The destructor cancels it.
class async_login {
 public:
  using handler = std::function<void(hubauth::login_result)>;

  async_login(CURLM* loop, const hubauth::service& service, std::string_view key, handler done)
      : transfer_(loop),
        machine_(service, cache_,
                 hubauth::login::read_environment(service, hubauth::system_environment(), transfer_,
                                                  hubauth::login::operation::login),
                 hubauth::login::operation::login, key),
        done_(std::move(done)) {}

  // Performs the effects until the machine waits for a response, or the sign-in has ended.
  void advance() {
    while (const hubauth::login::effect* effect = machine_.wanted()) {
      using kind = hubauth::login::effect::kind;
      switch (effect->type) {
        case kind::send:
          transfer_.start(effect->request, [this](hubauth::result<hubauth::response> response) {
            machine_.resume({std::move(response), std::chrono::system_clock::now()});
            advance();
          });
          return;
        case kind::load: machine_.resume(store_.load()); break;
        case kind::save: machine_.resume(store_.save(*effect->key)); break;
        case kind::prompt:  // a program with a dialog would show it and return, as for `send`
          machine_.resume(hubauth::result<hubauth::secret>(hubauth::fail(hubauth::errc::prompt_unavailable)));
          break;
      }
    }
    done_(machine_.result());
  }

  hubauth::auth_header_view get_auth_header() const { return cache_.header(); }

 private:
  hubauth::credential_cache cache_;
  hubauth::memory_store store_;
  transfer transfer_;
  hubauth::login::machine machine_;
  handler done_;
};
// [driver]

// Waits for events and handles them.
void run_once(CURLM* loop) {
  int count = 0;
  curl_multi_perform(loop, &count);
  while (const CURLMsg* message = curl_multi_info_read(loop, &count)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    transfer* finished = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &finished);
    finished->finish(code);
  }
  curl_multi_poll(loop, nullptr, 0, 10, nullptr);
}

int main() {
  constexpr std::size_t sign_ins = 20;
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  for (std::size_t i = 0; i != sign_ins; ++i)  // responses that come late
    hub.script(hubauth::testing::held({.body = R"({"success": true})"}));
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};

  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> loop(curl_multi_init(), &curl_multi_cleanup);
  std::size_t signed_in = 0;
  std::vector<std::unique_ptr<async_login>> logins;
  for (std::size_t i = 0; i != sign_ins; ++i) {
    logins.push_back(std::make_unique<async_login>(
        loop.get(), service, "open-sesame", [&](const hubauth::login_result& result) { signed_in += result ? 1 : 0; }));
    logins.back()->advance();
  }
  while (hub.requests().size() != sign_ins) run_once(loop.get());
  std::printf("%zu sign-ins wait for a response\n", logins.size());

  logins.resize(sign_ins / 2);  // cancels the others
  hub.release();
  while (signed_in != logins.size()) run_once(loop.get());
  std::printf("%zu canceled, %zu signed in\n", sign_ins - logins.size(), signed_in);
}
