// SPDX-License-Identifier: BSL-1.0
//
// Responses that are too large, too slow, closed early or contradictory.

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>
#include <doctest/doctest.h>

#include "hubauth/basic_auth.hpp"
#include "hubauth/environment/system_environment.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "support/raw_server.hpp"
#include "support/scoped_env_var.hpp"
#include "support/sending.hpp"
#include "support/temporary_directory.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using namespace std::chrono_literals;

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string accepting = R"({"success": true})";

/// The name of an error; "accepted" if there is none.
template <class T>
std::string outcome(const T& result) {
  return result ? "accepted" : to_string(static_cast<errc>(result.error().code.value()));
}

/// The outcome of a request that verifies a key at HUB.
std::string verify(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  return outcome(transport.send({.url = url, .credential = key.header()}).and_then([](response&& response) {
    return hub.check_response(std::move(response), {});
  }));
}

/// A server that sends these bytes and closes the connection.
class one_response_server {
 public:
  explicit one_response_server(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string url() const { return "http://127.0.0.1:" + server_.port(); }

 private:
  std::string bytes_;
  raw_server server_{[this](int socket) { raw_server::read_head(socket), raw_server::write(socket, bytes_); }};
};

std::string verify_by(const std::string& bytes) {
  const one_response_server server(bytes);
  curl_transport transport;
  return verify(transport, server.url());
}

/// Bytes that gunzip expands to more than a hundred times their size (RFC 1951 section 3.2.6: fixed codes).
std::string packed_bomb(std::size_t size) {
  std::string bytes("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
  unsigned byte = 0, filled = 0;
  const auto put = [&](std::string_view bits) {
    for (char bit : bits) {
      byte |= static_cast<unsigned>(bit == '1') << filled;
      if (++filled < 8) continue;
      bytes += static_cast<char>(byte);
      byte = filled = 0;
    }
  };
  put("110");                                        // the last block, with fixed codes
  put("10101000");                                   // an x
  while (bytes.size() < size) put("1100010100000");  // the previous byte 258 times, repeatedly
  return bytes;
}

/// A client without limits: decompresses and stores the body, until there is no memory left.
struct unlimited_client {
  std::string body;
  bool out_of_memory = false;

  explicit unlimited_client(const std::string& url) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
    const auto take = +[](char* bytes, std::size_t, std::size_t size, void* self) -> std::size_t {
      auto& in = *static_cast<unlimited_client*>(self);
      try {
        in.body.append(bytes, size);
      } catch (const std::bad_alloc&) {
        in.out_of_memory = true;
        return 0;
      }
      return size;
    };
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, this);
    curl_easy_perform(handle.get());
  }
};

}  // namespace

// Too large.

TEST_CASE("curl_bombs: no body is decompressed") {
  scripted_server server;
  const auto packed = packed_bomb(response::max_body_size);
  curl_transport transport;
  for (const char* encoding : {"gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "none-known"}) {
    CAPTURE(encoding);
    server.script({}, {.body = packed, .headers = {{"Content-Encoding", encoding}}});
    const auto response = transport.send(post(server.url()));
    REQUIRE(response);
    CHECK((response->body == packed));
  }
  for (const auto& request : server.requests()) CHECK(request.all("accept-encoding").empty());

  server.script({}, {.body = packed, .headers = {{"Content-Encoding", "gzip"}}});
  const unlimited_client client(server.url());
  CHECK(client.body.size() > 100 * packed.size());
  MESSAGE(packed.size() << " bytes, which a client that decompresses expands to " << client.body.size());
}

TEST_CASE("curl_bombs: an endless body is not read to its end, and the next request succeeds") {
  const auto chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  for (const auto& bomb : {endless_body(), raw(ok + "Transfer-Encoding: chunked\r\n\r\n", chunk),
                           raw(ok + "Content-Length: 999999999999999999\r\n\r\n", std::string(0x1000, 'x'))}) {
    scripted_server server;
    server.script({}, bomb);
    curl_transport transport;
    const auto endless = transport.send(post(server.url()));
    REQUIRE(endless);
    CHECK(endless->status == 200);
    CHECK(endless->body.size() == response::max_body_size + 1);

    const auto next = transport.send(post(server.url()));
    REQUIRE(next);
    CHECK(next->body.empty());
  }
}

namespace {

/// Responses with an endless header, each of another kind.
const std::vector<scripted_response>& endless_heads() {
  const std::string long_value(0x1000, 'x');
  static const std::vector<scripted_response> all{
      endless_headers(),
      endless_interim_responses(),
      raw(ok + "x: ", long_value),
      raw(ok + "x: y\r\n", " " + long_value + "\r\n"),
      raw(ok + long_value, long_value),
      raw(ok, "Set-Cookie: a=" + long_value + "\r\n"),
      raw(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "x: " + long_value.substr(0, 100) + "\r\n"),
  };
  return all;
}

}  // namespace

TEST_CASE("curl_bombs: an endless header is too large") {
  for (const auto& bomb : endless_heads()) {
    CAPTURE(bomb.body.substr(0, 60));
    CHECK(send_error(bomb).code == errc::response_too_large);
  }
}

TEST_CASE("curl_bombs: the limit of the header counts every byte") {
  const std::string head = ok + "Content-Length: 0\r\n\r\n";
  const auto size = head.size();
  for (const auto limit : {size, size - 1}) {
    CAPTURE(limit);
    const one_response_server server(head);
    curl_transport transport(curl_options{.max_header_size = limit});
    CHECK(outcome(transport.send(post(server.url()))) == (limit == size ? "accepted" : "response_too_large"));
  }
}

// Too slow.

TEST_CASE("curl_bombs: an endless response that is sent byte by byte is timed_out") {
  struct {
    std::string part;
    std::string start;
  } const cases[]{
      {"a status line", ""},           {"a field's name", ok},
      {"a field's value", ok + "x: "}, {"interim responses", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 "},
      {"a body", ok + "\r\n"},         {"a chunk's extension", ok + "Transfer-Encoding: chunked\r\n\r\n1;"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.part);
    const raw_server server([&](int socket) {
      raw_server::read_head(socket);
      bool open = raw_server::write(socket, it.start.empty() ? "HTTP/1.1 " : it.start);
      pollfd hang_up{socket, POLLRDHUP, 0};
      while (open && ::poll(&hang_up, 1, 1) == 0) open = raw_server::write(socket, "0");
    });
    curl_transport transport(curl_options{.total_timeout = 50ms});
    CHECK(verify(transport, "http://127.0.0.1:" + server.port()) == "timed_out");
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("curl_bombs: a TLS handshake that does not end is timed_out") {
  const raw_server server([](int socket) {
    pollfd hang_up{socket, POLLRDHUP, 0};
    ::poll(&hang_up, 1, -1);
  });
  for (const auto& limits : {curl_options{.connect_timeout = 50ms}, curl_options{.total_timeout = 50ms}}) {
    curl_transport transport(limits);
    CHECK(verify(transport, "https://127.0.0.1:" + server.port()) == "timed_out");
  }
}

// Closed early.

namespace {

/// A response, and its outcome.
struct framing {
  std::string name;
  std::string bytes;
  std::size_t optional_bytes = 0;        ///< at its end; libcurl need not wait for them
  std::string complete = "accepted";     ///< the outcome of all of it
  std::string body_cut = "unreachable";  ///< the outcome if the header is complete and the body is not
};

const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
const framing framings[]{
    {"length", ok + "Content-Length: 17\r\n\r\n" + accepting},
    {"repeated length", ok + "Content-Length: 17\r\nContent-Length: 17\r\n\r\n" + accepting},
    {"chunks", chunked + "9\r\n{\"success\r\n8\r\n\": true}\r\n0\r\n\r\n", 1},
    {"chunks and trailers", chunked + "11\r\n" + accepting + "\r\n0\r\nx: y\r\n\r\n", 1},
    {"after an interim response", "HTTP/1.1 103 Early\r\n\r\n" + ok + "Content-Length: 17\r\n\r\n" + accepting},
    {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 17\n\n" + accepting},
    {"end of the connection", ok + "\r\n" + accepting, 0, "accepted", "invalid_response"},
    {"a rejection", "HTTP/1.1 401 No\r\nContent-Length: 18\r\n\r\n{\"success\": false}", 0, "rejected"},
};

/// Where the last response's header ends.
std::size_t end_of_head(const std::string& bytes) {
  const auto last_response = bytes.rfind("HTTP/");
  const auto crlf = bytes.find("\r\n\r\n", last_response);
  return crlf != bytes.npos ? crlf + 4 : bytes.find("\n\n", last_response) + 2;
}

}  // namespace

TEST_CASE("curl_bombs: a response that is closed early at any byte is never complete") {
  const trust known;
  const auto identity = known.trusted();
  std::string report;
  for (const auto& it : framings) {
    CAPTURE(it.name);
    const auto cut = [&](const std::string& head) {  // the path is the size
      return it.bytes.substr(0, std::stoul(head.substr(head.find('/') + 1)));
    };
    const raw_server http([&](int socket) { raw_server::write(socket, cut(raw_server::read_head(socket))); });
    const tls_server https(identity, cut, {.max_responses = 1});
    const tls_server without_close_notify(identity, cut, {.max_responses = 1, .ending = tls_ending::close});
    std::size_t complete = 0;
    const auto send = [&](const std::string& url, std::size_t size) {
      auto transport = known.transport();
      auto actual = verify(transport, url + "/" + std::to_string(size));
      complete += actual == it.complete;
      return actual;
    };
    for (std::size_t size = 0; size <= it.bytes.size(); ++size) {
      CAPTURE(size);
      const bool all = size == it.bytes.size();
      const bool may_be_complete = size + it.optional_bytes >= it.bytes.size();
      const auto expected = all ? it.complete : size < end_of_head(it.bytes) ? "unreachable" : it.body_cut;
      for (const auto& url : {"http://127.0.0.1:" + http.port(), https.url()}) {
        const auto actual = send(url, size);
        CHECK((actual == expected || (may_be_complete && actual == it.complete)));
      }
      const auto actual = send(without_close_notify.url(), size);
      CHECK((actual == expected || (may_be_complete && actual == it.complete) || actual == "unreachable"));
    }
    const auto connections = http.connections() + https.connections() + without_close_notify.connections();
    CHECK(connections == 3 * (it.bytes.size() + 1));
    report += "\n  " + it.name + ": " + std::to_string(connections) + ", " + std::to_string(complete) + " complete";
  }
  MESSAGE("responses over HTTP, and over HTTPS with and without close_notify, cut after each byte:" << report);
}

// Contradictory.

TEST_CASE("curl_bombs: a response with a wrong length is not accepted, whatever its body is") {
  const auto with = [](const std::string& fields) { return verify_by(ok + fields + "\r\n" + accepting); };
  const auto length = [](const std::string& value) { return "Content-Length: " + value + "\r\n"; };
  CHECK(accepting.size() == 17);
  CHECK(with(length("17")) == "accepted");
  CHECK(with(length(" 17 ")) == "accepted");
  CHECK(with(length("18")) == "unreachable");
  CHECK(with(length("999999999999999999")) == "unreachable");
  CHECK(with(length("16")) == "invalid_response");
  CHECK(with(length("0")) == "invalid_response");
  for (const char* value : {"", "-17", "+17", "17 17", "17, 17", "17, 18", "17abc", "abc", "0x11", "17.0", "1e1",
                            "1000000000000000000", "18446744073709551633", "99999999999999999999999999"}) {
    CAPTURE(value);
    CHECK(with(length(value)) == "invalid_response");
  }
  CHECK(with(length("17") + length("17")) == "accepted");
  const std::vector<std::pair<std::string, std::string>> contradictory{{"17", "16"}, {"16", "17"},  {"17", "18"},
                                                                       {"18", "17"}, {"17", "017"}, {"17", ""}};
  for (const auto& pair : contradictory) {
    CAPTURE(pair.first);
    CAPTURE(pair.second);
    CHECK(with(length(pair.first) + length(pair.second)) == "invalid_response");
    CHECK(with(length(pair.first) + "x: y\r\nCONTENT-length:" + pair.second + "\r\n") == "invalid_response");
  }
  CHECK(verify_by("HTTP/1.1 103 Early\r\nContent-Length: 3\r\n\r\n" + ok + length("17") + "\r\n" + accepting) ==
        "accepted");
}

TEST_CASE("curl_bombs: bytes after a response are not the next response") {
  std::size_t count = 0;
  const raw_server server([&](int socket) {
    while (!raw_server::read_head(socket).empty()) {
      ++count;
      const auto body = count == 1 ? R"({"success": false})" + (ok + "Content-Length: 17\r\n\r\n" + accepting)
                                   : std::string(R"({"success": false})");
      raw_server::write(socket, ok + "Content-Length: 18\r\n\r\n" + body);
    }
  });
  curl_transport transport;
  CHECK(verify(transport, "http://127.0.0.1:" + server.port()) == "rejected");
  CHECK(verify(transport, "http://127.0.0.1:" + server.port()) == "rejected");
  CHECK(server.connections() == 2);
}

// In bounded memory.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HUBAUTH_TEST_NEEDS_MUCH_MEMORY
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HUBAUTH_TEST_NEEDS_MUCH_MEMORY
#endif

#ifndef HUBAUTH_TEST_NEEDS_MUCH_MEMORY  // a sanitizer uses much more memory

namespace {

/// The outcome of a login with a key.
std::string sign_in(const std::string& url) {
  basic_auth auth(service_at(hub, url), curl_transport(), memory_store(), no_prompter(), system_environment());
  return outcome(auth.login(key_text));
}

/// Limits the memory of this process to `more` bytes above what it has.
void limit_memory(std::size_t more) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + more;
  const rlimit limit{bytes, bytes};
  REQUIRE(::setrlimit(RLIMIT_AS, &limit) == 0);
}

constexpr std::size_t memory_of_a_sign_in = 256 * 1024;  // above what the first one needs

/// Runs a test case of this program that is otherwise skipped, in its own process: one without the heaps of threads,
/// which would be spare memory.
/// \returns what the test case writes to the file HUBAUTH_TEST_REPORT
std::string in_a_process(const std::string& test_case, const std::string& url, std::size_t bombs) {
  const temporary_directory directory;
  const scoped_env_var variables[]{{"HUBAUTH_TEST_URL", url},
                                   {"HUBAUTH_TEST_BOMBS", std::to_string(bombs)},
                                   {"HUBAUTH_TEST_REPORT", directory / "report"}};
  const auto filter = "--test-case=" + test_case;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execl("/proc/self/exe", "child", "--no-skip", "--minimal", filter.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return directory.read("report");
}

}  // namespace

TEST_CASE("curl_bombs (in its own process): sign in to each bomb" * doctest::skip()) {
  const std::string url = std::getenv("HUBAUTH_TEST_URL");
  std::string outcomes = sign_in(url);
  limit_memory(memory_of_a_sign_in);
  for (int i = 0; i != std::atoi(std::getenv("HUBAUTH_TEST_BOMBS")); ++i)
    outcomes += ", " + sign_in(url + "/" + std::to_string(i));
  write_text(std::getenv("HUBAUTH_TEST_REPORT"), outcomes);
}

TEST_CASE("curl_bombs (in its own process): no limits" * doctest::skip()) {
  const std::string url = std::getenv("HUBAUTH_TEST_URL");
  sign_in(url);
  limit_memory(memory_of_a_sign_in);
  const unlimited_client client(url + "/endless");
  if (client.out_of_memory) write_text(std::getenv("HUBAUTH_TEST_REPORT"), std::to_string(client.body.size()));
}

TEST_CASE("curl_bombs: a login needs no more memory for a bomb than for a usual response") {
  const std::string x(0x1000, 'x');
  std::vector<std::pair<scripted_response, std::string>> bombs{
      {endless_body(), "response_too_large"},
      {raw(ok + "Transfer-Encoding: chunked\r\n\r\n", "1000\r\n" + x + "\r\n"), "response_too_large"},
      {raw(ok + "Content-Encoding: gzip\r\n\r\n" + packed_bomb(0x1000), packed_bomb(0x1000)), "response_too_large"},
      {raw(ok + "Content-Length: 999999999999999999\r\n\r\n", x), "response_too_large"},
      {raw(ok + "Content-Length: 65536\r\n\r\n" + std::string(response::max_body_size, '[')), "invalid_response"},
      {raw(ok + "Content-Length: 65536\r\n\r\n" + std::string(response::max_body_size, '"')), "invalid_response"},
      {{.status = 503, .body = std::string(16 * response::max_body_size, 'x')}, "server_error"},
  };
  for (const auto& head : endless_heads()) bombs.emplace_back(head, "response_too_large");

  scripted_server server([](const received_request&) { return scripted_response{.body = accepting}; });
  std::string expected = "accepted";
  for (std::size_t i = 0; i != bombs.size(); ++i) {
    server.script("/" + std::to_string(i) + "/v1/auth", bombs[i].first);
    expected += ", " + bombs[i].second;
  }
  server.script("/endless", endless_body());

  const auto actual = in_a_process("*: sign in to each bomb", server.url(), bombs.size());
  CHECK(actual == expected);

  const auto stored = in_a_process("*: no limits", server.url(), 0);  // shows that the limit has an effect
  CHECK_FALSE(stored.empty());
  MESSAGE(bombs.size() << " bombs within " << memory_of_a_sign_in
                       << " bytes above a login; a client without limits is out of memory after " << stored
                       << " bytes");
}

#endif
