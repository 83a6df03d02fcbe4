// SPDX-License-Identifier: BSL-1.0
//
// Responses that are too large, too slow, cut off or at odds with themselves.

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <new>
#include <optional>
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
#include "hubauth/terminal/terminal_prompter.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "support/scoped_env_var.hpp"
#include "support/temporary_directory.hpp"
#include "support/sending.hpp"
#include "support/raw_server.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

using namespace prompting;
using testing::raw;
using testing::scripted_server;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string accepting = R"({"success": true})";

/// What a HUB's client makes of it; nothing when it accepts.
std::optional<errc> judged(curl_transport& transport, const std::string& url) {
  const auto key = some_key();
  auto got = transport.send({.url = url, .credential = key.header()});
  const auto verdict = got ? hub.check_response(*got, 0) : result<void>(unexpected(got.error()));
  if (verdict) return std::nullopt;
  return static_cast<errc>(verdict.error().code.value());
}

std::string in_words(std::optional<errc> kind) { return kind ? name(*kind) : "accepted"; }

/// A server that gives these bytes, and closes.
class once {
 public:
  explicit once(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string root() const { return "http://127.0.0.1:" + server_.port(); }

 private:
  std::string bytes_;
  raw_server server_{[this](int socket) { raw_server::read_head(socket), raw_server::write(socket, bytes_); }};
};

std::string judged_reply(const std::string& bytes) {
  const once server(bytes);
  curl_transport transport;
  return in_words(judged(transport, server.root()));
}

/// Bytes that gunzip makes more than a hundred times as many of (RFC 1951 section 3.2.6: fixed codes).
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
  put("10101000");                                   // an x,
  while (bytes.size() < size) put("1100010100000");  // and 258 times the byte before, again and again
  return bytes;
}

/// How many bytes a client gets that keeps all and unpacks it, until it has no memory left.
struct greedy {
  std::string body;
  bool out_of_memory = false;

  explicit greedy(const std::string& url) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
    const auto take = +[](char* bytes, std::size_t, std::size_t size, void* self) -> std::size_t {
      auto& in = *static_cast<greedy*>(self);
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

TEST_CASE("curl_bombs: nothing is unpacked, so that nothing can explode") {
  scripted_server server;
  const auto packed = packed_bomb(response::max_body_size);
  curl_transport transport;
  for (const char* encoding : {"gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "none-known"}) {
    CAPTURE(encoding);
    server.script({}, {.body = packed, .headers = {{"Content-Encoding", encoding}}});
    const auto got = transport.send(post(server.root()));
    REQUIRE(got);
    CHECK((got->body == packed));
  }
  for (const auto& seen : server.requests()) CHECK(seen.all("accept-encoding").empty());

  server.script({}, {.body = packed, .headers = {{"Content-Encoding", "gzip"}}});
  const greedy client(server.root());
  CHECK(client.body.size() > 100 * packed.size());
  MESSAGE(packed.size() << " bytes, of which a client that unpacks makes " << client.body.size());
}

TEST_CASE("curl_bombs: an endless body is left, and the next request is key_entered") {
  const auto chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  for (const auto& bomb : {testing::endless_body(), raw(ok + "Transfer-Encoding: chunked\r\n\r\n", chunk),
                           raw(ok + "Content-Length: 999999999999999999\r\n\r\n", std::string(0x1000, 'x'))}) {
    scripted_server server;
    server.script({}, bomb);
    curl_transport transport;
    const auto endless = transport.send(post(server.root()));
    REQUIRE(endless);
    CHECK(endless->status == 200);
    CHECK(endless->body.size() == response::max_body_size + 1);

    const auto next = transport.send(post(server.root()));
    REQUIRE(next);
    CHECK(next->body.empty());
  }
}

namespace {

/// Responses whose header has no end, each in a way of its own.
const std::vector<testing::scripted_response>& endless_heads() {
  const std::string much(0x1000, 'x');
  static const std::vector<testing::scripted_response> all{
      testing::endless_headers(),
      testing::endless_interim_responses(),
      raw(ok + "x: ", much),
      raw(ok + "x: y\r\n", " " + much + "\r\n"),
      raw(ok + much, much),
      raw(ok, "Set-Cookie: a=" + much + "\r\n"),
      raw(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "x: " + much.substr(0, 100) + "\r\n"),
  };
  return all;
}

}  // namespace

TEST_CASE("curl_bombs: a header without end is too large") {
  for (const auto& bomb : endless_heads()) {
    CAPTURE(bomb.body.substr(0, 60));
    CHECK(failing(bomb).code == errc::response_too_large);
  }
}

TEST_CASE("curl_bombs: the header's limit counts every byte of it") {
  const std::string head = ok + "Content-Length: 0\r\n\r\n";
  const auto size = static_cast<long>(head.size());
  for (long limit : {size, size - 1}) {
    CAPTURE(limit);
    const once server(head);
    curl_transport transport(curl_options{.max_header_bytes = limit});
    const auto got = transport.send(post(server.root()));
    if (limit == size)
      CHECK(got.has_value());
    else
      CHECK(got.error().code == errc::response_too_large);
  }
}

// Too slow.

TEST_CASE("curl_bombs: a response that comes byte by byte, and never ends, is timed_out") {
  struct {
    std::string what;
    std::string start;
  } const cases[]{
      {"a status line", ""},           {"a field's name", ok},
      {"a field's value", ok + "x: "}, {"interim responses", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 "},
      {"a body", ok + "\r\n"},         {"a chunk's extension", ok + "Transfer-Encoding: chunked\r\n\r\n1;"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.what);
    const raw_server server([&](int socket) {
      raw_server::read_head(socket);
      bool open = raw_server::write(socket, it.start.empty() ? "HTTP/1.1 " : it.start);
      pollfd hang_up{socket, POLLRDHUP, 0};
      while (open && ::poll(&hang_up, 1, 1) == 0) open = raw_server::write(socket, "0");
    });
    curl_transport transport(curl_options{.total_timeout_ms = 50});
    CHECK(in_words(judged(transport, "http://127.0.0.1:" + server.port())) == "timed_out");
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("curl_bombs: a server that takes its time within TLS is timed_out") {
  const raw_server server([](int socket) {
    pollfd hang_up{socket, POLLRDHUP, 0};
    ::poll(&hang_up, 1, -1);
  });
  for (const auto& limits : {curl_options{.connect_timeout_ms = 50}, curl_options{.total_timeout_ms = 50}}) {
    curl_transport transport(limits);
    CHECK(in_words(judged(transport, "https://127.0.0.1:" + server.port())) == "timed_out");
  }
}

// Cut off.

namespace {

/// A response in one piece, and what a part of it means whose header is whole.
struct framing {
  std::string what;
  std::string bytes;
  std::size_t dispensable = 0;  ///< bytes at its end that nothing hangs on
  std::string whole = "accepted";
  std::string body_cut = "unreachable";
};

const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
const framing framings[]{
    {"length", ok + "Content-Length: 17\r\n\r\n" + accepting},
    {"length, said twice", ok + "Content-Length: 17\r\nContent-Length: 17\r\n\r\n" + accepting},
    {"chunks", chunked + "9\r\n{\"success\r\n8\r\n\": true}\r\n0\r\n\r\n", 1},
    {"chunks and trailers", chunked + "11\r\n" + accepting + "\r\n0\r\nx: y\r\n\r\n", 1},
    {"behind an interim response", "HTTP/1.1 103 Early\r\n\r\n" + ok + "Content-Length: 17\r\n\r\n" + accepting},
    {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 17\n\n" + accepting},
    {"the connection's end", ok + "\r\n" + accepting, 0, "accepted", "invalid_response"},
    {"a rejection", "HTTP/1.1 401 No\r\nContent-Length: 18\r\n\r\n{\"success\": false}", 0, "rejected"},
};

/// Where the last response's header ends.
std::size_t end_of_head(const std::string& bytes) {
  const auto last_reply = bytes.rfind("HTTP/");
  const auto crlf = bytes.find("\r\n\r\n", last_reply);
  return crlf != bytes.npos ? crlf + 4 : bytes.find("\n\n", last_reply) + 2;
}

}  // namespace

TEST_CASE("curl_bombs: a response that breaks off anywhere is never taken for a whole one") {
  const trust known;
  const auto identity = known.trusted();
  std::string report;
  for (const auto& it : framings) {
    CAPTURE(it.what);
    const auto cut = [&](const std::string& head) {  // the path is the size
      return it.bytes.substr(0, std::stoul(head.substr(head.find('/') + 1)));
    };
    const raw_server plain([&](int socket) { raw_server::write(socket, cut(raw_server::read_head(socket))); });
    const tls_server over_tls(identity, cut, {.responses = 1});
    const tls_server torn_off(identity, cut, {.responses = 1, .ending = tls_ending::close});
    std::size_t whole = 0;
    const auto ask = [&](const std::string& root, std::size_t size) {
      auto transport = known.transport();
      auto seen = in_words(judged(transport, root + "/" + std::to_string(size)));
      whole += seen == it.whole;
      return seen;
    };
    for (std::size_t size = 0; size <= it.bytes.size(); ++size) {
      CAPTURE(size);
      const bool enough = size + it.dispensable >= it.bytes.size();
      const auto wanted = enough ? it.whole : size < end_of_head(it.bytes) ? "unreachable" : it.body_cut;
      CHECK(ask("http://127.0.0.1:" + plain.port(), size) == wanted);
      CHECK(ask(over_tls.root(), size) == wanted);
      const auto without_goodbye = ask(torn_off.root(), size);
      CHECK((without_goodbye == wanted || without_goodbye == "unreachable"));
    }
    const auto connections = plain.connections() + over_tls.connections() + torn_off.connections();
    CHECK(connections == 3 * (it.bytes.size() + 1));
    report += "\n  " + it.what + ": " + std::to_string(connections) + ", " + std::to_string(whole) + " whole";
  }
  MESSAGE("responses over HTTP, and over HTTPS with and without a goodbye, cut off behind each byte:" << report);
}

// At odds with themselves.

TEST_CASE("curl_bombs: a length that is wrong is no response, whatever the body says") {
  const auto with = [](const std::string& fields) { return judged_reply(ok + fields + "\r\n" + accepting); };
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
  const std::vector<std::pair<std::string, std::string>> at_odds{{"17", "16"}, {"16", "17"},  {"17", "18"},
                                                                 {"18", "17"}, {"17", "017"}, {"17", ""}};
  for (const auto& pair : at_odds) {
    CAPTURE(pair.first);
    CAPTURE(pair.second);
    CHECK(with(length(pair.first) + length(pair.second)) == "invalid_response");
    CHECK(with(length(pair.first) + "x: y\r\nCONTENT-length:" + pair.second + "\r\n") == "invalid_response");
  }
  CHECK(judged_reply("HTTP/1.1 103 Early\r\nContent-Length: 3\r\n\r\n" + ok + length("17") + "\r\n" + accepting) ==
        "accepted");
}

TEST_CASE("curl_bombs: what stands behind a response is not taken for the next one") {
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
  CHECK(in_words(judged(transport, "http://127.0.0.1:" + server.port())) == "rejected");
  CHECK(in_words(judged(transport, "http://127.0.0.1:" + server.port())) == "rejected");
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

#ifndef HUBAUTH_TEST_NEEDS_MUCH_MEMORY  // a sanitizer's own needs leave nothing to limit

namespace {

/// How a sign-in with a key ends.
std::string sign_in(const std::string& root) {
  auto at = hub;
  at.root = {root, ""};
  basic_auth auth(at, curl_transport(), memory_store(), terminal_prompter(), system_environment());
  const auto session = auth.login(key_text);
  return session ? "accepted" : to_string(static_cast<errc>(session.error().code.value()));
}

/// From here on this process may have so many bytes more than it has.
void limit_memory(std::size_t more) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + more;
  const rlimit limit{most, most};
  REQUIRE(::setrlimit(RLIMIT_AS, &limit) == 0);
}

constexpr std::size_t memory_of_a_sign_in = 256 * 1024;  // above what the first one has taken

/// Runs a test case of this program that is skipped otherwise, in a process of its own: one that has had no threads,
/// whose heaps would be free_space to spare. Gives what it writes into the file `REPORT`.
std::string in_a_process(const std::string& test_case, const std::string& root, std::size_t bombs) {
  const temporary_directory directory;
  const scoped_env_var variables[]{{"HUBAUTH_TEST_ROOT", root},
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

TEST_CASE("curl_bombs (a process of its own): sign in to each bomb" * doctest::skip()) {
  const std::string root = std::getenv("HUBAUTH_TEST_ROOT");
  std::string ends = sign_in(root);
  limit_memory(memory_of_a_sign_in);
  for (int i = 0; i != std::atoi(std::getenv("HUBAUTH_TEST_BOMBS")); ++i)
    ends += ", " + sign_in(root + "/" + std::to_string(i));
  write_text(std::getenv("HUBAUTH_TEST_REPORT"), ends);
}

TEST_CASE("curl_bombs (a process of its own): keep all" * doctest::skip()) {
  const std::string root = std::getenv("HUBAUTH_TEST_ROOT");
  sign_in(root);
  limit_memory(memory_of_a_sign_in);
  const greedy client(root + "/endless");
  if (client.out_of_memory) write_text(std::getenv("HUBAUTH_TEST_REPORT"), std::to_string(client.body.size()));
}

TEST_CASE("curl_bombs: a sign-in needs no more memory for a bomb than for a response") {
  const std::string x(0x1000, 'x');
  std::vector<std::pair<testing::scripted_response, std::string>> bombs{
      {testing::endless_body(), "response_too_large"},
      {raw(ok + "Transfer-Encoding: chunked\r\n\r\n", "1000\r\n" + x + "\r\n"), "response_too_large"},
      {raw(ok + "Content-Encoding: gzip\r\n\r\n" + packed_bomb(0x1000), packed_bomb(0x1000)), "response_too_large"},
      {raw(ok + "Content-Length: 999999999999999999\r\n\r\n", x), "response_too_large"},
      {raw(ok + "Content-Length: 65536\r\n\r\n" + std::string(response::max_body_size, '[')), "invalid_response"},
      {raw(ok + "Content-Length: 65536\r\n\r\n" + std::string(response::max_body_size, '"')), "invalid_response"},
      {{.status = 503, .body = std::string(16 * response::max_body_size, 'x')}, "server_error"},
  };
  for (const auto& head : endless_heads()) bombs.emplace_back(head, "response_too_large");

  scripted_server server([](const testing::seen_request&) { return testing::scripted_response{.body = accepting}; });
  std::string wanted = "accepted";
  for (std::size_t i = 0; i != bombs.size(); ++i) {
    server.script("/" + std::to_string(i) + "/v1/auth", bombs[i].first);
    wanted += ", " + bombs[i].second;
  }
  server.script("/endless", testing::endless_body());

  const auto seen = in_a_process("*: sign in to each bomb", server.root(), bombs.size());
  CHECK(seen == wanted);

  const auto key_saved = in_a_process("*: keep all", server.root(), 0);  // the limit bites
  CHECK_FALSE(key_saved.empty());
  MESSAGE(bombs.size() << " bombs within " << memory_of_a_sign_in
                       << " bytes above a sign-in; a client that keeps all is out of memory behind " << key_saved);
}

#endif
