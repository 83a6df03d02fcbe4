// SPDX-License-Identifier: BSL-1.0
//
// What files and variables of the user's change: the way to a service by https, and nothing else.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <openssl/x509_vfy.h>

#include <doctest/doctest.h>

#include "hubauth/testing/scripted_server.hpp"
#include "support/scoped_env_var.hpp"
#include "support/temporary_directory.hpp"
#include "support/sending.hpp"
#include "support/listener.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"
#include "support/tunnel.hpp"

using namespace prompting;
using testing::scripted_server;

namespace {

const std::vector<const char*> for_https{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

/// A request with the key that must succeed.
void ask(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  const auto got = transport.send({.url = url, .credential = key.header()});
  REQUIRE_MESSAGE(got, got.error().message());
  CHECK(got->status == 200);
}

}  // namespace

// Proxies.

TEST_CASE("curl_environment: no proxy carries what is not encrypted") {
  const no_proxies none;
  scripted_server proxy;
  const scoped_env_var variables[]{{"http_proxy", proxy.root()},  {"HTTP_PROXY", proxy.root()},
                                    {"https_proxy", proxy.root()}, {"HTTPS_PROXY", proxy.root()},
                                    {"all_proxy", proxy.root()},   {"ALL_PROXY", proxy.root()}};
  scripted_server server;
  curl_transport transport;
  ask(transport, server.root());
  CHECK(server.requests().size() == 1);
  CHECK(proxy.connections() == 0);
}

TEST_CASE("curl_environment: a proxy for https learns where, not what") {
  const trust known;
  const tls_server server(known.trusted());
  for (const char* name : for_https) {
    CAPTURE(name);
    const tunnel proxy(server.port());
    const scoped_env_var variable(name, proxy.url());
    auto transport = known.transport();
    for (int request = 0; request != 3; ++request) ask(transport, server.root("hub.example") + "/v1/auth");

    const auto host = "hub.example:" + server.port();
    CHECK(proxy.requests() == std::vector<std::string>{"CONNECT " + host + " HTTP/1.1\r\nHost: " + host +
                                                       "\r\nUser-Agent: hubauth/0.1\r\n"
                                                       "Proxy-Connection: Keep-Alive\r\n\r\n"});
    CHECK_FALSE(proxy.carried().empty());
    for (const auto& told : {std::string(key_text), std::string("x-api-key"), std::string("/v1/auth")})
      CHECK_FALSE(holds(proxy.carried(), told));
  }
  CHECK(server.connections() == for_https.size());
  CHECK(server.requests().size() == 3 * for_https.size());
}

TEST_CASE("curl_environment: a proxy that leads to somebody else is found out, and learns nothing") {
  const trust known;
  const tls_server impostor(tls::issue({.hosts = "DNS:hub.example"}, &known.foreign));
  const tunnel proxy(impostor.port());
  const scoped_env_var variable("https_proxy", proxy.url());
  auto transport = known.transport();
  CHECK(failing(transport, "https://hub.example").code == errc::tls_error);
  CHECK(impostor.connections() == 1);
  CHECK(impostor.requests().empty());
  CHECK_FALSE(holds(proxy.carried(), key_text));
}

TEST_CASE("curl_environment: a proxy's name and password go to the proxy, and into no error") {
  const trust known;
  const tls_server server(tls::issue({.hosts = "DNS:hub.example"}, &known.foreign));
  const tunnel proxy(server.port());
  const scoped_env_var variable("https_proxy", proxy.url("someone:password@"));
  auto transport = known.transport();
  const auto why = failing(transport, "https://hub.example");
  CHECK(why.code == errc::tls_error);
  for (const auto& word : {"someone", "password", "c29tZW9uZTpwYXNzd29yZA=="}) CHECK_FALSE(holds(why.detail, word));
  REQUIRE(proxy.requests().size() == 1);
  CHECK(holds(proxy.requests()[0], "\r\nProxy-Authorization: Basic c29tZW9uZTpwYXNzd29yZA==\r\n"));
}

TEST_CASE("curl_environment: a proxy that does not connect is unreachable, or too large") {
  const no_proxies none;
  struct {
    std::string answer;
    std::string endless;
    errc kind;
  } const cases[]{
      {"", "", errc::unreachable},
      {"hello", "", errc::unreachable},
      {"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", "", errc::unreachable},
      {"HTTP/1.1 302 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "", errc::unreachable},
      {"HTTP/1.1 503 Later\r\nRetry-After: 7\r\n\r\n", "", errc::unreachable},
      {"HTTP/1.1 200 OK\r\n", "x: " + std::string(100, 'x') + "\r\n", errc::response_too_large},
      {"HTTP/1.1 503 Later\r\n", "x: " + std::string(100, 'x') + "\r\n", errc::response_too_large},
  };
  for (const auto& it : cases) {
    CAPTURE(it.answer);
    const raw_server proxy([&](int socket) {
      raw_server::read_head(socket);
      raw_server::write(socket, it.answer);
      while (!it.endless.empty() && raw_server::write(socket, it.endless)) {
      }
    });
    const scoped_env_var variable("https_proxy", "http://127.0.0.1:" + proxy.port());
    curl_transport transport;
    CHECK(failing(transport, "https://hub.example").code == it.kind);
  }
}

TEST_CASE("curl_environment: a host that is to be asked without a proxy is") {
  const trust known;
  const tls_server server(known.trusted());
  const tunnel proxy(server.port());
  std::size_t asked = 0;
  for (const char* name : {"no_proxy", "NO_PROXY"})
    for (const char* hosts : {"*", "127.0.0.1", "example.com,127.0.0.1", "127.0.0.0/8", "example.com"}) {
      CAPTURE(name);
      CAPTURE(hosts);
      const scoped_env_var proxies("https_proxy", proxy.url());
      const scoped_env_var without(name, hosts);
      auto transport = known.transport();
      ask(transport, server.root());
      CHECK(server.requests().size() == ++request);
    }
  CHECK(proxy.connections() == 2);  // for the two lists without this host
}

// Files.

TEST_CASE("curl_environment: files and variables for other programs change no byte of a request") {
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

  const std::string who = "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
  const tls_server tls(known.trusted(), [&](const std::string&) { return who; });
  const listener plain(who);
  const auto ask_both = [&] {
    for (const auto& root : {tls.root(), plain.root()}) {
      auto transport = known.transport();
      const auto key = some_key();
      for (const auto& credential : {key.header(), auth_header_view()}) {
        const auto got = transport.send({.url = root, .credential = credential});
        REQUIRE(got);
        CHECK(got->status == 401);
      }
    }
  };
  ask_both();
  {
    const scoped_env_var variables[]{{"HOME", home},
                                      {"CURL_HOME", home},
                                      {"XDG_CONFIG_HOME", home},
                                      {"NETRC", home + "/.netrc"},
                                      {"CURL_SSL_BACKEND", "none"},
                                      {"SSL_CERT_FILE", known.directory / "missing"},
                                      {"SSL_CERT_DIR", known.directory / "missing"},
                                      {"CURL_CA_BUNDLE", known.directory / "missing"}};
    ask_both();
  }
  const auto same = [](const std::vector<std::string>& heads) {
    REQUIRE(heads.size() == 4);
    CHECK(heads[0] == heads[2]);
    CHECK(heads[1] == heads[3]);
    CHECK(holds(heads[0], key_text));
    CHECK_FALSE(holds(heads[1], key_text));
  };
  same(tls.requests());
  same(plain.heard());
}

TEST_CASE("curl_environment: no variable adds to the authorities that are trusted") {
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

  const auto convinces_openssl = [&] {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free);
    X509_STORE_set_default_paths(store.get());
    X509_STORE_CTX_init(check.get(), store.get(), identity.certificate.get(), nullptr);
    return X509_verify_cert(check.get()) == 1;
  };
  CHECK_FALSE(convinces_openssl());
  struct {
    const char* variable;
    std::string value;
    bool is_openssls;
  } const cases[]{{"SSL_CERT_FILE", ours, true},        {"SSL_CERT_DIR", directory, true},
                  {"CURL_CA_BUNDLE", ours, false},      {"REQUESTS_CA_BUNDLE", ours, false},
                  {"HOME", known.directory.path(), false}, {"CURL_HOME", known.directory.path(), false}};
  for (const auto& it : cases) {
    CAPTURE(it.variable);
    const scoped_env_var variable(it.variable, it.value);
    CHECK(convinces_openssl() == it.is_openssls);  // whoever prompts OpenSSL itself
    curl_transport transport;
    CHECK(failing(transport, server.root()).code == errc::tls_error);
  }
  CHECK(server.requests().empty());
}
