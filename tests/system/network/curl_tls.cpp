// SPDX-License-Identifier: BSL-1.0
//
// Whom the transport believes over TLS, and what others learn of the key: nothing.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
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
#include "support/temporary_directory.hpp"
#include "support/sending.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

using namespace prompting;

namespace {

/// What a client gets that looks at nothing.
long status_for_anybody(const std::string& url) {
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

/// The words of the error_info, which is tls_error and nothing to be tried again.
std::string tls_failure(curl_transport transport, const std::string& url) {
  const auto why = failing(transport, url);
  CHECK(why.code == errc::tls_error);
  CHECK(why.code == recovery::none);
  CHECK(why.detail == detail::sanitize(why.detail));
  return why.detail;
}

}  // namespace

TEST_CASE("curl_tls: a server that the authority vouches for is asked once, with one credential") {
  const trust known;
  const auto identity = tls::issue({.hosts = "IP:127.0.0.1,DNS:localhost"}, &known.ours);
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const char* host : {"127.0.0.1", "localhost"}) {
      CAPTURE(version);
      CAPTURE(host);
      tls_server server(identity, tls_server::accept, {.oldest = version, .newest = version});
      auto transport = known.transport();
      const auto key = some_key();
      const auto got = transport.send({.url = server.root(host) + "/v1/auth", .credential = key.header()});
      REQUIRE(got);
      CHECK(got->body == R"({"success": true})");
      CHECK(server.connections() == 1);
      REQUIRE(server.requests().size() == 1);
      CHECK(server.requests()[0] == "POST /v1/auth HTTP/1.1\r\nHost: " + server.root(host).substr(8) +
                                        "\r\nUser-Agent: hubauth/0.1\r\nAccept: application/json\r\nx-api-key: " +
                                        std::string(key_text) + "\r\nContent-Length: 0\r\n\r\n");
    }
}

TEST_CASE("curl_tls: a server that must not be believed is told from the others, and learns nothing") {
  using tls::day;
  const trust known;
  struct {
    std::string what;
    tls::identity identity;
    const char* says;
    int newest = TLS1_3_VERSION;
  } const cases[]{
      {"another host", tls::issue({.hosts = "DNS:localhost,IP:127.0.0.2"}, &known.ours),
       "does not match|no alternative"},
      {"another host by its name", tls::issue({.name = "localhost", .hosts = {}}, &known.ours), "'localhost'"},
      {"self-signed", tls::issue({}), "self"},
      {"expired", tls::issue({.source = -2 * day, .until = -day}, &known.ours), "expired"},
      {"not yet valid", tls::issue({.source = day, .until = 2 * day}, &known.ours), "not yet valid"},
      {"unknown authority", tls::issue({}, &known.foreign), "issuer"},
      {"TLS 1.1", tls::issue({}, &known.ours), "protocol version", TLS1_1_VERSION},
      {"control characters", tls::issue({.name = "\x1B[31m\n", .hosts = {}}, &known.ours), "[31m"},
  };
  std::string report;
  for (const auto& it : cases) {
    CAPTURE(it.what);
    tls_server server(it.identity, tls_server::accept, {.oldest = TLS1_1_VERSION, .newest = it.newest});
    const auto words = tls_failure(known.transport(), server.root());
    CAPTURE(words);
    const std::string_view says = it.says;
    CHECK((holds(words, says.substr(0, says.find('|'))) || holds(words, says.substr(says.find('|') + 1))));
    CHECK(server.connections() == 1);
    CHECK(server.requests().empty());
    report += "\n  " + it.what + ": " + words;
    CHECK(status_for_anybody(server.root()) == 200);  // it is the transport that refuses
    CHECK(server.requests().size() == 1);
  }
  MESSAGE(std::size(cases) << " servers were refused, each of which answers a client that looks at nothing:" << report);
}

TEST_CASE("curl_tls: a server without TLS, or one that leaves in the middle of it, learns nothing") {
  const trust known;
  std::string heard;
  const auto listen = [&](int socket, std::size_t most) {
    char bytes[2048];
    const auto size = ::recv(socket, bytes, std::min(most, sizeof bytes), 0);
    if (size > 0) heard.append(bytes, static_cast<std::size_t>(size));
  };
  const std::string_view half_a_hello("\x16\x03\x03\x00\x7A\x02", 6);
  struct {
    std::string what;
    std::function<void(int)> talk;
  } const cases[]{
      {"says HTTP", [&](int socket) { listen(socket, 2048), raw_server::write(socket, "HTTP/1.1 200 OK\r\n\r\n{}"); }},
      {"closes at once", [](int) {}},
      {"closes in the client's hello", [&](int socket) { listen(socket, 8); }},
      {"closes behind the client's hello", [&](int socket) { listen(socket, 2048); }},
      {"closes in its own hello", [&](int socket) { listen(socket, 2048), raw_server::write(socket, half_a_hello); }},
  };
  std::string report;
  for (const auto& it : cases) {
    CAPTURE(it.what);
    heard.clear();
    std::string words;
    {
      const raw_server server(it.talk);
      words = tls_failure(known.transport(), "https://127.0.0.1:" + server.port());
      CHECK(server.connections() == 1);
    }
    CHECK_FALSE(words.empty());
    CHECK_FALSE(holds(heard, "POST"));
    CHECK_FALSE(holds(heard, key_text));
    report += "\n  " + it.what + ": " + std::to_string(heard.size());
  }
  MESSAGE("bytes of the client that were read, none of them the key's:" << report);
}

TEST_CASE("curl_tls: without a file of its own it trusts the system's authorities, and ours is none of them") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  CHECK(holds(tls_failure(curl_transport(), server.root()), "issuer"));
  CHECK(server.requests().empty());
}

namespace {

/// Makes an authority the only one that the system trusts: in a file system of this process's own, where the directories
/// of authorities that libcurl was built with hold it and nothing else. False where the system does not allow that.
bool trust_system_wide(const tls::identity& authority) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const auto write = [&](const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    write_text(file, authority.pem());
  };
  if (::mount("none", "/etc", "tmpfs", 0, nullptr) != 0) return false;
  const auto* about = curl_version_info(CURLVERSION_NOW);
  char name[16];
  std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(authority.certificate.get()));
  if (about->capath) write(std::filesystem::path(about->capath) / name);
  if (about->cainfo) write(about->cainfo);
  return true;
}

}  // namespace

TEST_CASE("curl_tls: with a file of its own no authority of the system is trusted") {
  const trust known;
  const tls_server server(tls::issue({}, &known.foreign));
  enum outcome : int { key_saved, system_is_not_trusted, system_is_trusted_too, not_allowed };
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (!trust_system_wide(known.foreign)) ::_exit(not_allowed);
    auto by_the_system = curl_transport();
    if (!by_the_system.send(post(server.root()))) ::_exit(system_is_not_trusted);
    auto by_ours = known.transport();
    ::_exit(by_ours.send(post(server.root())) ? system_is_trusted_too : key_saved);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == not_allowed) {
    MESSAGE("not tried: needs root that may mount");
    return;
  }
  CHECK(WEXITSTATUS(status) == key_saved);
  CHECK(server.requests().size() == 1);  // the first transport's
}

TEST_CASE("curl_tls: a file of authorities that can't be read is named, and nothing is asked") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  const auto& directory = known.directory;
  for (const auto& file : {directory / "missing", directory.path(), directory.write("empty", ""), directory.write("page", "<html>"),
                           directory / "ours.pem/below"}) {
    CAPTURE(file);
    CHECK(holds(tls_failure(curl_transport(curl_options{.ca_file = file}), server.root()), file));
  }
  tls_failure(curl_transport(curl_options{.ca_file = directory.path() + "/\x1B[31m\n"}), server.root());
  CHECK(server.requests().empty());
}

TEST_CASE("curl_tls: no more than HTTP/1.1 is offered") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours));
  auto transport = known.transport();
  REQUIRE(transport.send(post(server.root())));
  CHECK(server.offered() == "\x08http/1.1");
}

namespace {

struct typing {
  std::deque<std::string> answers;

  result<secret> ask(const prompt_request&) {
    const secret answer(answers.front());
    answers.pop_front();
    return answer.clone();
  }
};

}  // namespace

TEST_CASE("curl_tls: a session at the prompt, three requests long, is one connection and one handshake") {
  const trust known;
  const tls_server server(tls::issue({}, &known.ours), [](const std::string& head) {
    const bool right = holds(head, "x-api-key: third\r\n");
    const std::string body = right ? R"({"success": true})" : R"({"success": false})";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  const auto root = server.root();
  auto at = hub;
  at.root = {root, ""};
  basic_auth auth(at, known.transport(), memory_store(), typing{{"first", "second", "third"}}, system_environment());
  const auto session = auth.request_api_key();
  REQUIRE(session);
  CHECK(session->verified);
  CHECK(server.requests().size() == 3);
  CHECK(server.connections() == 1);
  CHECK(server.handshakes() == 1);
}
