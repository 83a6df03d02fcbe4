// SPDX-License-Identifier: BSL-1.0
//
// Which servers the transport trusts. The others learn nothing of the key.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>
#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/version.hpp"
#include "support/sending.hpp"
#include "support/temporary_directory.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// The status that a client receives that verifies nothing.
long status_without_verification(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  const auto drop = +[](char*, std::size_t, std::size_t size, void*) { return size; };
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_1));
  curl_easy_setopt(handle.get(), CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, drop);
  curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/// The detail of the error, which must be tls_error.
std::string tls_error_detail(curl_transport transport, const std::string& url) {
  const auto error = send_error(transport, url);
  CHECK(error.code == errc::tls_error);
  CHECK(error.code == recovery::user_action);
  CHECK(error.detail == detail::sanitize(error.detail));
  CHECK(error.detail.ends_with("; check the network, the certificate authorities and the clock"));
  return error.detail;
}

}  // namespace

TEST_CASE("curl_tls: a server with a trusted certificate receives one request with one credential") {
  const trust known;
  const auto identity = tls::issue({.alternative_names = "IP:127.0.0.1,DNS:localhost"}, &known.ours);
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const char* host : {"127.0.0.1", "localhost"}) {
      CAPTURE(version);
      CAPTURE(host);
      tls_server server(identity, tls_server::accept, {.min_version = version, .max_version = version});
      auto transport = known.transport();
      const auto key = some_key();
      const auto response = transport.send({.url = server.url(host) + "/v1/auth", .credential = key.header()});
      REQUIRE(response);
      CHECK(response->body == R"({"success": true})");
      CHECK(server.connections() == 1);
      REQUIRE(server.requests().size() == 1);
      CHECK(header_lines(server.requests()[0]) ==
            std::vector<std::string>{"POST /v1/auth HTTP/1.1", "Accept: application/json", "Content-Length: 0",
                                     "Host: " + server.url(host).substr(8), "User-Agent: hubauth/" HUBAUTH_VERSION,
                                     "x-api-key: " + std::string(key_text)});
    }
}

TEST_CASE("curl_tls: a server that cannot be trusted is refused for a reason of its own, and learns nothing") {
  using tls::day;
  const trust known;
  struct {
    std::string what;
    tls::identity identity;
    int max_version = TLS1_3_VERSION;
  } const cases[]{
      {"another host", tls::issue({.alternative_names = "DNS:localhost,IP:127.0.0.2"}, &known.ours)},
      {"self-signed", tls::issue({})},
      {"expired", tls::issue({.not_before = -2 * day, .not_after = -day}, &known.ours)},
      {"not yet valid", tls::issue({.not_before = day, .not_after = 2 * day}, &known.ours)},
      {"unknown authority", tls::issue({}, &known.foreign)},
      {"TLS 1.1", tls::issue({}, &known.ours), TLS1_1_VERSION},
  };
  std::string report;
  std::set<std::string> reasons;
  for (const auto& row : cases) {
    CAPTURE(row.what);
    tls_server server(row.identity, tls_server::accept,
                      {.min_version = TLS1_1_VERSION, .max_version = row.max_version});
    const auto detail = tls_error_detail(known.transport(), server.url());
    CHECK(reasons.insert(detail).second);
    CHECK(server.connections() == 1);
    CHECK(server.requests().empty());
    report += "\n  " + row.what + ": " + detail;
    CHECK(status_without_verification(server.url()) == 200);  // the transport refuses, not the server
    CHECK(server.requests().size() == 1);
  }
  MESSAGE(std::size(cases) << " servers were refused, each of which responds to a client that verifies nothing:"
                           << report);
}

TEST_CASE("curl_tls: the common name does not matter, and its control characters are removed from the error") {
  const trust known;
  for (const char* name : {"localhost", "\x1B[31m\n"}) {
    const tls_server server(tls::issue({.common_name = name, .alternative_names = {}}, &known.ours));
    tls_error_detail(known.transport(), server.url());  // checks that it is sanitized
    CHECK(server.requests().empty());
  }
}

TEST_CASE("curl_tls: a server without TLS, or one that closes the connection in the handshake, learns nothing") {
  const trust known;
  std::string received;
  const auto listen = [&](int socket, std::size_t max_size) {
    char bytes[2048];
    const auto size = ::recv(socket, bytes, std::min(max_size, sizeof bytes), 0);
    if (size > 0) received.append(bytes, static_cast<std::size_t>(size));
  };
  const std::string_view half_server_hello("\x16\x03\x03\x00\x7A\x02", 6);
  struct {
    std::string what;
    std::function<void(int)> talk;
  } const cases[]{
      {"speaks HTTP",
       [&](int socket) { listen(socket, 2048), raw_server::write(socket, "HTTP/1.1 200 OK\r\n\r\n{}"); }},
      {"closes at once", [](int) {}},
      {"closes within the client's hello", [&](int socket) { listen(socket, 8); }},
      {"closes after the client's hello", [&](int socket) { listen(socket, 2048); }},
      {"closes within its own hello",
       [&](int socket) { listen(socket, 2048), raw_server::write(socket, half_server_hello); }},
  };
  std::string report;
  for (const auto& row : cases) {
    CAPTURE(row.what);
    received.clear();
    std::string detail;
    {
      const raw_server server(row.talk);
      detail = tls_error_detail(known.transport(), "https://127.0.0.1:" + server.port());
      CHECK(server.connections() == 1);
    }
    CHECK_FALSE(detail.starts_with(";"));
    CHECK_FALSE(contains(received, "POST"));
    CHECK_FALSE(contains(received, key_text));
    report += "\n  " + row.what + ": " + std::to_string(received.size());
  }
  MESSAGE("bytes that were received, none of them of the key:" << report);
}

TEST_CASE("curl_tls: without a ca_file, an authority that the system does not trust is refused") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  tls_error_detail(curl_transport(), server.url());
  CHECK(server.requests().empty());
}

namespace {

/// Makes an authority the only one that the system trusts, for this process: mounts a file system in which the
/// directories that libcurl was built with contain nothing else.
/// \returns false if the process must not mount
bool trust_system_wide(const tls::identity& authority) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const auto write = [&](const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    write_text(file, authority.pem());
  };
  if (::mount("none", "/etc", "tmpfs", 0, nullptr) != 0) return false;
  const auto* version = curl_version_info(CURLVERSION_NOW);
  char name[16];
  std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(authority.certificate.get()));
  if (version->capath) write(std::filesystem::path(version->capath) / name);
  if (version->cainfo) write(version->cainfo);
  return true;
}

}  // namespace

TEST_CASE("curl_tls: with a ca_file, no authority of the system is trusted") {
  const trust known;
  const tls_server server(tls::issue({}, &known.foreign));
  enum outcome : int { only_ca_file_trusted, system_not_trusted, system_trusted, cannot_mount };
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (!trust_system_wide(known.foreign)) ::_exit(cannot_mount);
    auto without_ca_file = curl_transport();
    if (!without_ca_file.send(post(server.url()))) ::_exit(system_not_trusted);
    auto with_ca_file = known.transport();
    ::_exit(with_ca_file.send(post(server.url())) ? system_trusted : only_ca_file_trusted);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == cannot_mount) {
    MESSAGE("skipped: needs the right to mount");
    return;
  }
  CHECK(WEXITSTATUS(status) == only_ca_file_trusted);
  CHECK(server.requests().size() == 1);  // of the transport without ca_file
}

TEST_CASE("curl_tls: the error for a ca_file that cannot be read has its path, and no request is sent") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  const auto& directory = known.directory;
  for (const auto& file : {directory / "missing", directory.path(), directory.write("empty", ""),
                           directory.write("page", "<html>"), directory / "ours.pem/below"}) {
    CAPTURE(file);
    CHECK(contains(tls_error_detail(curl_transport(curl_options{.ca_file = file}), server.url()), file));
  }
  tls_error_detail(curl_transport(curl_options{.ca_file = directory.path() + "/\x1B[31m\n"}), server.url());
  CHECK(server.requests().empty());
}

TEST_CASE("curl_tls: HTTP/2 is not offered") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  auto transport = known.transport();
  REQUIRE(transport.send(post(server.url())));
  CHECK_FALSE(contains(server.offered_protocols(), "h2"));
}

namespace {

/// Types these answers at the prompt.
struct scripted_prompter {
  std::deque<std::string> answers;

  result<secret> ask(const prompt_request&) {
    const secret answer(answers.front());
    answers.pop_front();
    return answer.clone();
  }
};

}  // namespace

TEST_CASE("curl_tls: three attempts at the prompt need one connection and one handshake") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours), [](const std::string& head) {
    const bool accepted = contains(head, "x-api-key: third\r\n");
    const std::string body = accepted ? R"({"success": true})" : R"({"success": false})";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  const auto url = server.url();
  basic_auth auth(service_at(hub, url), known.transport(), memory_store(),
                  scripted_prompter{{"first", "second", "third"}}, system_environment());
  const auto session = auth.request_api_key();
  REQUIRE(session);
  CHECK(session->verified);
  CHECK(server.requests().size() == 3);
  CHECK(server.connections() == 1);
  CHECK(server.handshakes() == 1);
}
