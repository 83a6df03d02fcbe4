// SPDX-License-Identifier: BSL-1.0
//
// A transport by Boost.Beast, for http on loopback, tried on a hub in the same process.

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
#include <hubauth/terminal/terminal_prompter.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/laws/transport.hpp>
#include <hubauth/testing/local_hub.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// [transport]
struct beast_transport {
  std::chrono::milliseconds limit = std::chrono::seconds(30);

  bool has_cookies() const { return false; }

  hubauth::result<hubauth::response> send(const hubauth::request& request) {
    // https: a beast::ssl_stream around the stream, with the certificate and the host's name verified, and SNI set.
    constexpr std::string_view scheme = "http://";
    if (!request.url.starts_with(scheme)) return hubauth::fail(hubauth::errc::tls_error, "built without TLS");
    const auto slash = request.url.find('/', scheme.size());
    const auto host = request.url.substr(scheme.size(), slash - scheme.size());
    const auto colon = host.find(':');  // no IPv6 address, whose brackets would have to go
    const auto port = colon == std::string::npos ? "80" : host.substr(colon + 1);

    asio::io_context context;
    beast::error_code error;
    const auto ends = asio::ip::tcp::resolver(context).resolve(host.substr(0, colon), port, error);
    if (error) return hubauth::fail(hubauth::errc::unreachable, error.message());
    beast::tcp_stream stream(context);
    stream.expires_after(limit);  // for all that follows, together
    const auto done = [&](const beast::error_code& how, const auto&) { error = how; };
    const auto wait = [&] {
      context.restart();
      context.run();
      return !error;
    };

    http::request<http::empty_body> out(request.method == hubauth::http_method::post ? http::verb::post : http::verb::get,
                                        request.url.substr(slash), 11);
    out.set(http::field::host, host);
    if (request.credential) out.set(as_beast(request.credential.name()), as_beast(request.credential.expose_value()));
    out.prepare_payload();  // its copy of the credential is not wiped

    std::string body(hubauth::response::max_body_size + 1, '\0');
    http::response_parser<http::buffer_body> in;               // reads into `body`, and follows no redirect
    in.body_limit(std::numeric_limits<std::uint64_t>::max());  // boost::none is taken for 0 in Boost 1.74
    in.get().body() = {body.data(), body.size(), true};
    beast::flat_buffer buffer;
    stream.async_connect(ends, done);
    if (wait()) http::async_write(stream, out, done), wait();
    if (!error) http::async_read(stream, buffer, in, done), wait();
    if (error == beast::error::timeout) return hubauth::fail(hubauth::errc::timed_out);
    if (error == http::error::header_limit) return hubauth::fail(hubauth::errc::response_too_large);
    if (error && error != http::error::need_buffer)  // that is: `body` is full
      return hubauth::fail(hubauth::errc::unreachable, error.message());

    body.resize(body.size() - in.get().body().size);
    const auto field = [&](const char* name) { return std::string(in.get()[name]); };
    return hubauth::response{static_cast<int>(in.get().result_int()), body, field("Retry-After"),
                          field("X-RateLimit-Reset")};
  }

  static beast::string_view as_beast(std::string_view text) { return {text.data(), text.size()}; }
};
// [transport]

int main() {
  int broken = 0;
  hubauth::testing::transport_laws([] { return beast_transport(); },
                                   [&](bool holds, std::string_view law) {
                                     if (!holds) std::printf("broken: %s\n", std::string(law).c_str());
                                     broken += holds ? 0 : 1;
                                   });
  std::printf("%d laws broken\n", broken);

  hubauth::testing::local_hub hub;
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};
  hubauth::basic_auth auth(there, beast_transport{std::chrono::milliseconds(100)}, hubauth::memory_store(),
                           hubauth::terminal_prompter(), hubauth::system_environment());
  hub.script(hubauth::testing::held());
  std::puts(auth.login("open-sesame").error().code.message().c_str());
}
