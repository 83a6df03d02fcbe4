// SPDX-License-Identifier: BSL-1.0
//
// A transport by cpp-httplib, tried on a hub in the same process.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <httplib.h>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/laws/transport.hpp>
#include <hubauth/testing/local_hub.hpp>

// [transport]
struct httplib_transport {
  std::chrono::milliseconds limit = std::chrono::seconds(30);

  bool has_cookies() const { return false; }

  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    const auto path = request.url.find('/', request.url.find("://") + 3);
    httplib::Client client(request.url.substr(0, path));
    client.set_follow_location(false);  // else the credential goes where the service, or who poses as it, points
    client.set_connection_timeout(limit);
    client.set_read_timeout(2 * limit);  // of each read; the watch below ends all of them together

    httplib::Request out;
    out.method = to_string(request.method);
    out.path = request.url.substr(path);
    if (const auto who = request.credential)
      out.headers.emplace(std::string(who.name()), std::string(who.expose_value()));
    std::string body;
    out.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
      body.append(bytes, std::min(size, hubauth::response::max_body_size + 1 - body.size()));
      return body.size() <= hubauth::response::max_body_size;  // one byte behind it, it stops
    };

    std::atomic<bool> late = false;
    std::jthread watch([&](const std::stop_token& over) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait_for(lock, over, limit, [] { return false; });
      late = !over.stop_requested();
      if (late) client.stop();
    });
    httplib::Response in;
    auto error = httplib::Error::Success;
    client.send(out, in, error);
    watch = {};                                                   // ends it
    for (auto& field : out.headers) hubauth::secure_zero(field.second);  // httplib's own copies are out of reach

    if (late) return hubauth::fail(hubauth::errc::timed_out);
    const bool full = body.size() > hubauth::response::max_body_size;
    if (error != httplib::Error::Success && !full) return hubauth::fail(kind(error), httplib::to_string(error));
    return hubauth::response{in.status, body, in.get_header_value("Retry-After"),
                          in.get_header_value("X-RateLimit-Reset")};
  }

  static hubauth::errc kind(httplib::Error error) {
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
  int broken = 0;
  const auto report = [&](bool holds, std::string_view law) {
    if (!holds) std::printf("broken: %s\n", std::string(law).c_str());
    broken += holds ? 0 : 1;
  };
  hubauth::testing::transport_laws([] { return httplib_transport(); }, report);
  std::printf("%d laws broken\n", broken);
  // [laws]

  // [hub]
  hubauth::testing::local_hub hub;  // on 127.0.0.1, at a free port
  hub.accept_key("open-sesame");
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};

  const auto attempt = [&](const char* what, std::string_view key, httplib_transport transport = {}) {
    hubauth::basic_auth auth(there, transport, hubauth::memory_store(), hubauth::terminal_prompter(),
                             hubauth::system_environment());
    const auto session = auth.login(key);
    std::printf("%s: %s\n", what, session ? "signed in" : session.error().code.message().c_str());
  };
  attempt("the right key", "open-sesame");
  attempt("a wrong key", "open-barley");

  const httplib_transport hasty{std::chrono::milliseconds(100)};
  hub.script(hubauth::testing::held());  // the next answer, which does not come
  attempt("no answer", "open-sesame", hasty);
  hub.script(hubauth::testing::endless_headers());
  attempt("a header without an end", "open-sesame", hasty);
  // [hub]
}
