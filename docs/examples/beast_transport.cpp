// SPDX-License-Identifier: BSL-1.0
//
// A transport that uses Boost.Beast, for http on loopback, tested with a local hub in the same process.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/testing/laws/transport.hpp>
#include <hubauth/testing/local_hub.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// [transport]
struct beast_transport {
  std::chrono::milliseconds timeout = std::chrono::seconds(30);

  bool has_cookies() const { return false; }

  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    // For https: a beast::ssl_stream around the stream that verifies the certificate and the host name, and sets SNI.
    constexpr std::string_view scheme = "http://";
    if (!request.url.starts_with(scheme)) return hubauth::fail(hubauth::errc::tls_error, "built without TLS");
    const auto slash = request.url.find('/', scheme.size());
    const auto host = request.url.substr(scheme.size(), slash - scheme.size());
    const auto colon = host.find(':');  // an IPv6 address is in brackets, which would have to be removed
    const auto port = colon == std::string::npos ? "80" : host.substr(colon + 1);

    asio::io_context context;
    beast::error_code error;
    const auto endpoints = asio::ip::tcp::resolver(context).resolve(host.substr(0, colon), port, error);
    if (error) return hubauth::fail(hubauth::errc::unreachable, error.message());
    beast::tcp_stream stream(context);
    stream.expires_after(timeout);  // for everything that follows, together
    const auto done = [&](const beast::error_code& outcome, const auto&) { error = outcome; };
    const auto run = [&] {
      context.restart();
      context.run();
    };

    http::request<http::empty_body> message(
        request.method == hubauth::http_method::post ? http::verb::post : http::verb::get, request.url.substr(slash),
        11);
    message.set(http::field::host, host);
    if (request.credential)  // Beast's copy of the credential is not wiped
      message.set(to_beast(request.credential.name()), to_beast(request.credential.expose_value()));
    message.prepare_payload();

    std::string body(hubauth::response::max_body_size + 1, '\0');
    http::response_parser<http::buffer_body> parser;               // reads into `body`, and follows no redirect
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // in Boost 1.74, boost::none means 0
    parser.get().body() = {body.data(), body.size(), true};
    beast::flat_buffer buffer;
    stream.async_connect(endpoints, done);
    run();
    if (!error) {
      http::async_write(stream, message, done);
      run();
    }
    if (!error) {
      http::async_read(stream, buffer, parser, done);
      run();
    }
    if (error == beast::error::timeout) return hubauth::fail(hubauth::errc::timed_out);
    if (error == http::error::header_limit) return hubauth::fail(hubauth::errc::response_too_large);
    if (error && error != http::error::need_buffer)  // need_buffer: `body` is full
      return hubauth::fail(hubauth::errc::unreachable, error.message());

    body.resize(body.size() - parser.get().body().size);
    const auto field = [&](const char* name) { return std::string(parser.get()[name]); };
    return hubauth::response{static_cast<int>(parser.get().result_int()), body, field("Retry-After"),
                             field("X-RateLimit-Reset")};
  }

  static beast::string_view to_beast(std::string_view text) { return {text.data(), text.size()}; }
};
// [transport]

int main() {
  int violations = 0;
  hubauth::testing::transport_laws([] { return beast_transport(); },
                                   [&](bool holds, std::string_view law) {
                                     if (!holds) std::printf("violated: %s\n", std::string(law).c_str());
                                     violations += holds ? 0 : 1;
                                   });
  std::printf("%d laws violated\n", violations);

  hubauth::testing::local_hub hub;
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};
  hubauth::basic_auth auth(service, beast_transport{std::chrono::milliseconds(100)}, hubauth::memory_store(),
                           hubauth::terminal_prompter(), hubauth::system_environment());
  hub.script(hubauth::testing::held());
  std::puts(auth.login("open-sesame").error().code.message().c_str());
}
