// SPDX-License-Identifier: BSL-1.0
//
// A transport that uses cpp-httplib, tested with a local hub in the same process.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <future>
#include <string>
#include <string_view>
#include <utility>

#include <httplib.h>
#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/testing/laws/transport.hpp>
#include <hubauth/testing/local_hub.hpp>

// [transport]
struct httplib_transport {
  std::chrono::milliseconds timeout = std::chrono::seconds(30);

  bool has_cookies() const { return false; }

  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    const auto path = request.url.find('/', request.url.find("://") + 3);
    httplib::Client client(request.url.substr(0, path));
    client.set_follow_location(false);  // a redirect would take the credential elsewhere
    client.set_connection_timeout(timeout);
    client.set_read_timeout(2 * timeout);  // of each single read; the watchdog below limits all of them together

    httplib::Request message;
    message.method = to_string(request.method);
    message.path = request.url.substr(path);
    if (request.credential)
      message.headers.emplace(std::string(request.credential.name()), std::string(request.credential.expose_value()));
    std::string body;
    message.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
      body.append(bytes, std::min(size, hubauth::response::max_body_size + 1 - body.size()));
      return body.size() <= hubauth::response::max_body_size;  // stops after one byte more
    };

    std::atomic<bool> timed_out = false;
    std::promise<void> finished;
    const auto watchdog = std::async(std::launch::async, [&, finish = finished.get_future()] {
      if (finish.wait_for(timeout) == std::future_status::ready) return;
      timed_out = true;
      client.stop();
    });
    httplib::Response response;
    auto error = httplib::Error::Success;
    client.send(message, response, error);
    finished.set_value();
    watchdog.wait();

    if (timed_out) return hubauth::fail(hubauth::errc::timed_out);
    const bool body_too_large = body.size() > hubauth::response::max_body_size;
    if (error != httplib::Error::Success && !body_too_large)
      return hubauth::fail(to_errc(error), httplib::to_string(error));
    return hubauth::response{response.status, std::move(body), response.get_header_value("Retry-After"),
                             response.get_header_value("X-RateLimit-Reset")};
  }

  static hubauth::errc to_errc(httplib::Error error) {
    switch (error) {
      case httplib::Error::ConnectionTimeout: return hubauth::errc::timed_out;
      case httplib::Error::SSLConnection:
      case httplib::Error::SSLLoadingCerts:
      case httplib::Error::SSLServerVerification: return hubauth::errc::tls_error;
      default: return hubauth::errc::unreachable;
    }
  }
};
// [transport]

int main() {
  // [laws]
  int violations = 0;
  const auto report = [&](bool holds, std::string_view law) {
    if (!holds) std::printf("violated: %s\n", std::string(law).c_str());
    violations += holds ? 0 : 1;
  };
  hubauth::testing::transport_laws([] { return httplib_transport(); }, report);
  std::printf("%d laws violated\n", violations);
  // [laws]

  // [hub]
  hubauth::testing::local_hub hub;  // on 127.0.0.1, at a free port
  hub.accept_key("open-sesame");
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};

  const auto attempt = [&](const char* name, std::string_view key, httplib_transport transport = {}) {
    hubauth::basic_auth auth(service, transport, hubauth::memory_store(), hubauth::terminal_prompter(),
                             hubauth::system_environment());
    const auto session = auth.login(key);
    std::printf("%s: %s\n", name, session ? "signed in" : session.error().code.message().c_str());
  };
  attempt("the right key", "open-sesame");
  attempt("a wrong key", "open-barley");

  const httplib_transport short_timeout{std::chrono::milliseconds(100)};
  hub.script(hubauth::testing::held());  // the next response, which is not sent
  attempt("no response", "open-sesame", short_timeout);
  hub.script(hubauth::testing::endless_headers());
  attempt("a header without an end", "open-sesame", short_timeout);
  // [hub]
}
