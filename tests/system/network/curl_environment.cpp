// SPDX-License-Identifier: BSL-1.0
//
// The user's files and environment variables can change the route to a service by https, and nothing else.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "hubauth/version.hpp"
#include "support/listener.hpp"
#include "support/raw_server.hpp"
#include "support/scoped_env_var.hpp"
#include "support/sending.hpp"
#include "support/temporary_directory.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"
#include "support/tunnel.hpp"
#include "support/unused_port.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

const std::vector<const char*> https_proxy_variables{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

/// Sends a request with the key, which must succeed.
void send(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  const auto response = transport.send({.url = url, .credential = key.header()});
  REQUIRE_MESSAGE(response, response.error().message());
  CHECK(response->status == 200);
}

}  // namespace

// Proxies.

TEST_CASE("curl_environment: no proxy carries what is not encrypted") {
  const no_proxies unset;
  scripted_server proxy;
  const scoped_env_var variables[]{{"http_proxy", proxy.url()},  {"HTTP_PROXY", proxy.url()},
                                   {"https_proxy", proxy.url()}, {"HTTPS_PROXY", proxy.url()},
                                   {"all_proxy", proxy.url()},   {"ALL_PROXY", proxy.url()}};
  scripted_server server;
  curl_transport transport;
  send(transport, server.url());
  CHECK(server.requests().size() == 1);
  CHECK(proxy.connections() == 0);
}

TEST_CASE("curl_environment: a proxy for https learns the host and nothing else") {
  const trust known;
  const tls_server server(known.trusted());
  for (const char* name : https_proxy_variables) {
    CAPTURE(name);
    const tunnel proxy(server.port());
    const scoped_env_var variable(name, proxy.url());
    auto transport = known.transport();
    for (int request = 0; request != 3; ++request) send(transport, server.url("hub.example") + "/v1/auth");

    const auto host = "hub.example:" + server.port();
    REQUIRE(proxy.requests().size() == 1);
    const auto request = proxy.requests().front();
    CHECK(request.starts_with("CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n"));
    for (const auto text : {key_text, std::string_view("x-api-key"), std::string_view("/v1/auth")})
      CHECK_FALSE(contains(request, text));
    CHECK_FALSE(proxy.forwarded().empty());
    for (const auto text : {key_text, std::string_view("x-api-key"), std::string_view("/v1/auth")})
      CHECK_FALSE(contains(proxy.forwarded(), text));
  }
  CHECK(server.connections() == https_proxy_variables.size());
  CHECK(server.requests().size() == 3 * https_proxy_variables.size());
}

TEST_CASE("curl_environment: a proxy that connects to another server is detected, and learns nothing") {
  const trust known;
  const tls_server impostor(tls::issue({.alternative_names = "DNS:hub.example"}, &known.foreign));
  const tunnel proxy(impostor.port());
  const scoped_env_var variable("https_proxy", proxy.url());
  auto transport = known.transport();
  CHECK(send_error(transport, "https://hub.example").code == errc::tls_error);
  CHECK(impostor.connections() == 1);
  CHECK(impostor.requests().empty());
  CHECK_FALSE(contains(proxy.forwarded(), key_text));
}

TEST_CASE("curl_environment: a proxy's user and password are sent to the proxy, and are in no error") {
  const trust known;
  const tls_server server(tls::issue({.alternative_names = "DNS:hub.example"}, &known.foreign));
  const tunnel proxy(server.port());
  const scoped_env_var variable("https_proxy", proxy.url("someone:password@"));
  auto transport = known.transport();
  const auto error = send_error(transport, "https://hub.example");
  CHECK(error.code == errc::tls_error);
  for (const auto& word : {"someone", "password", "c29tZW9uZTpwYXNzd29yZA=="})
    CHECK_FALSE(contains(error.detail, word));
  REQUIRE(proxy.requests().size() == 1);
  CHECK(contains(proxy.requests()[0], "\r\nProxy-Authorization: Basic c29tZW9uZTpwYXNzd29yZA==\r\n"));
}

namespace {

/// A proxy that sends the same bytes to every client, and then `endless` until the client closes the connection.
struct refusing_proxy {
  std::string response;
  std::string endless{};
  raw_server server{[this](int socket) {
    raw_server::read_head(socket);
    raw_server::write(socket, response);
    while (!endless.empty() && raw_server::write(socket, endless)) {
    }
  }};

  std::string url() const { return "http://someone:password@127.0.0.1:" + server.port(); }
};

error_info error_through(const std::string& proxy) {
  const no_proxies unset;
  const scoped_env_var variable("https_proxy", proxy);
  curl_transport transport;
  return send_error(transport, "https://hub.example");
}

}  // namespace

TEST_CASE("curl_environment: a proxy that refuses is proxy_failed, with its status and without its password") {
  struct {
    std::string response;
    std::string detail;
  } const cases[]{
      {"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
       "HTTP 407 from the proxy"},
      {"HTTP/1.1 302 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "HTTP 302 from the proxy"},
      {"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nno\r\n", "HTTP 403 from the proxy"},
      {"HTTP/1.1 503 Later\r\nRetry-After: 7\r\n\r\n", "HTTP 503 from the proxy"},
  };
  for (const auto& row : cases) {
    CAPTURE(row.response);
    const refusing_proxy proxy{row.response};
    CHECK(error_through(proxy.url()) == error_info{errc::proxy_failed, row.detail});
  }
}

TEST_CASE("curl_environment: a proxy that closes the connection, or is not one, is unreachable") {
  for (const char* response : {"", "hello"}) {
    CAPTURE(response);
    const refusing_proxy proxy{response};
    CHECK(error_through(proxy.url()).code == errc::unreachable);
  }
}

TEST_CASE("curl_environment: a proxy's header without end is too large") {
  for (const char* status : {"200 OK", "503 Later"}) {
    CAPTURE(status);
    const refusing_proxy proxy{std::string("HTTP/1.1 ") + status + "\r\n", "x: " + std::string(100, 'x') + "\r\n"};
    CHECK(error_through(proxy.url()).code == errc::response_too_large);
  }
}

TEST_CASE("curl_environment: a proxy that cannot be found or connected to is not the service's failure") {
  const auto unknown = error_through("http://someone:password@unknown.invalid:1");
  CHECK(unknown.code == errc::proxy_failed);

  const unused_port port;
  const auto refused = error_through("http://someone:password@127.0.0.1:" + port.number());
  const bool reports_proxy = curl_version_info(CURLVERSION_NOW)->version_num >= 0x080700;
  CHECK(refused.code == (LIBCURL_VERSION_NUM >= 0x080700 && reports_proxy ? errc::proxy_failed : errc::unreachable));
  for (const auto& error : {unknown, refused})
    for (const char* word : {"someone", "password"}) CHECK_FALSE(contains(error.detail, word));
}

TEST_CASE("curl_environment: the service's own errors are not the proxy's") {
  const unused_port port;
  const no_proxies unset;
  const scoped_env_var proxies("https_proxy", "http://127.0.0.1:" + port.number());
  const scoped_env_var exceptions("no_proxy", "127.0.0.1");
  curl_transport transport;
  CHECK(send_error(transport, "https://127.0.0.1:" + port.number()).code == errc::unreachable);
}

TEST_CASE("curl_environment: a host without a proxy is connected directly") {
  const trust known;
  const tls_server server(known.trusted());
  const tunnel proxy(server.port());
  std::size_t requests = 0;
  for (const char* name : {"no_proxy", "NO_PROXY"})
    for (const char* hosts : {"*", "127.0.0.1", "example.com,127.0.0.1", "127.0.0.0/8", "example.com"}) {
      CAPTURE(name);
      CAPTURE(hosts);
      const scoped_env_var proxies("https_proxy", proxy.url());
      const scoped_env_var without(name, hosts);
      auto transport = known.transport();
      send(transport, server.url());
      CHECK(server.requests().size() == ++requests);
    }
  CHECK(proxy.connections() == 2);  // the two lists that do not have this host
}

// Files.

TEST_CASE("curl_environment: files and variables of other programs change no byte of a request") {
  const trust known;
  const auto home = known.directory / "home";
  REQUIRE(::mkdir(home.c_str(), 0700) == 0);
  const std::string netrc = "machine 127.0.0.1 login someone password word\ndefault login someone password word\n";
  const std::string options =
      "header = \"X-Other: 1\"\nuser = someone:word\nuser-agent = other\nlocation\ninsecure\n"
      "cookie = \"session=other\"\nrequest = PUT\ncacert = " +
      known.directory / "ours.pem" + "\n";
  for (const char* name : {".netrc", "_netrc"}) write_text(home + "/" + name, netrc);
  for (const char* name : {".curlrc", "_curlrc", "curlrc"}) write_text(home + "/" + name, options);

  const std::string unauthorized =
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
  const tls_server https(known.trusted(), [&](const std::string&) { return unauthorized; });
  const listener http(unauthorized);
  const auto send_to_both = [&] {
    for (const auto& url : {https.url(), http.url()}) {
      auto transport = known.transport();
      const auto key = some_key();
      for (const auto& credential : {key.header(), auth_header_view()}) {
        const auto response = transport.send({.url = url, .credential = credential});
        REQUIRE(response);
        CHECK(response->status == 401);
      }
    }
  };
  send_to_both();
  {
    const scoped_env_var variables[]{{"HOME", home},
                                     {"CURL_HOME", home},
                                     {"XDG_CONFIG_HOME", home},
                                     {"NETRC", home + "/.netrc"},
                                     {"CURL_SSL_BACKEND", "none"},
                                     {"SSL_CERT_FILE", known.directory / "missing"},
                                     {"SSL_CERT_DIR", known.directory / "missing"},
                                     {"CURL_CA_BUNDLE", known.directory / "missing"}};
    send_to_both();
  }
  const auto check_same = [](const std::vector<std::string>& heads) {
    REQUIRE(heads.size() == 4);
    CHECK(heads[0] == heads[2]);
    CHECK(heads[1] == heads[3]);
    CHECK(contains(heads[0], key_text));
    CHECK_FALSE(contains(heads[1], key_text));
  };
  check_same(https.requests());
  check_same(http.received());
}

TEST_CASE("curl_environment: no variable adds a trusted certificate authority") {
  const trust known;
  const auto ours = known.directory / "ours.pem";
  const auto identity = known.trusted();
  const tls_server server(identity);

  const auto directory = known.directory / "authorities";
  REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
  char name[16];
  std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(known.ours.certificate.get()));
  write_text(directory + "/" + name, read_text(ours));
  write_text(known.directory / ".curlrc", "insecure\ncacert = " + ours + "\n");

  const auto openssl_trusts_server = [&] {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free);
    X509_STORE_set_default_paths(store.get());
    X509_STORE_CTX_init(check.get(), store.get(), identity.certificate.get(), nullptr);
    return X509_verify_cert(check.get()) == 1;
  };
  CHECK_FALSE(openssl_trusts_server());
  struct {
    const char* variable;
    std::string value;
    bool is_read_by_openssl;
  } const cases[]{{"SSL_CERT_FILE", ours, true},           {"SSL_CERT_DIR", directory, true},
                  {"CURL_CA_BUNDLE", ours, false},         {"REQUESTS_CA_BUNDLE", ours, false},
                  {"HOME", known.directory.path(), false}, {"CURL_HOME", known.directory.path(), false}};
  for (const auto& row : cases) {
    CAPTURE(row.variable);
    const scoped_env_var variable(row.variable, row.value);
    CHECK(openssl_trusts_server() == row.is_read_by_openssl);  // as in a program that uses OpenSSL's defaults
    curl_transport transport;
    CHECK(send_error(transport, server.url()).code == errc::tls_error);
  }
  CHECK(server.requests().empty());
}
