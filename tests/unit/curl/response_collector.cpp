// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/response_collector.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace hubauth;
using detail::response_collector;

/// Passes a line to the collector; false if that ends the transfer.
bool write_header(response_collector& collector, std::string line) {
  return response_collector::write_header(line.data(), 1, line.size(), &collector) == line.size();
}

bool write_body(response_collector& collector, std::string bytes) {
  return response_collector::write_body(bytes.data(), 1, bytes.size(), &collector) == bytes.size();
}

/// True if a response may have these header fields.
bool accepts(const std::vector<std::string>& fields) {
  response_collector collector(1000);
  bool accepted = write_header(collector, "HTTP/1.1 200 OK\r\n");
  for (const auto& field : fields) accepted = accepted && write_header(collector, field + "\r\n");
  CHECK(collector.content_length_invalid() != accepted);
  return accepted;
}

}  // namespace

TEST_CASE("response_collector: a header is complete after its empty line") {
  response_collector collector(1000);
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "x: y\r\n"}) {
    CHECK(write_header(collector, line));
    CHECK_FALSE(collector.header_complete());
  }
  CHECK(write_header(collector, "\r\n"));
  CHECK(collector.header_complete());
  CHECK(write_header(collector, "HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(collector.header_complete());
  CHECK(write_header(collector, "\n"));
  CHECK(collector.header_complete());
}

TEST_CASE("response_collector: the limit of the header counts every byte of every response") {
  response_collector collector(10);
  CHECK(write_header(collector, "12345"));
  CHECK(write_header(collector, "6789\n"));
  CHECK_FALSE(collector.header_too_large());
  CHECK_FALSE(write_header(collector, "\n"));
  CHECK(collector.header_too_large());
}

TEST_CASE("response_collector: the body is read up to one byte after the largest size") {
  response_collector collector(1000);
  const auto half = response::max_body_size / 2;
  CHECK(write_body(collector, std::string(half, 'a')));
  CHECK(write_body(collector, std::string(half, 'b')));
  CHECK_FALSE(collector.body_too_large());
  CHECK_FALSE(write_body(collector, "cd"));
  CHECK(collector.body_too_large());
  CHECK(collector.take(200) == response{.status = 200, .body = std::string(half, 'a') + std::string(half, 'b') + "c"});
}

TEST_CASE("response_collector: the fields that name a time are those of the last response") {
  response_collector collector(1000);
  for (const char* line : {"HTTP/1.1 103 Early Hints\r\n", "Retry-After: 7\r\n", "X-RateLimit-Reset: 8\r\n", "\r\n",
                           "HTTP/1.1 429 Too Many Requests\r\n", "RETRY-after:\t9 \r\n", "x-retry-after: 10\r\n"})
    CHECK(write_header(collector, line));
  CHECK(collector.take(429) == response{.status = 429, .retry_after = "9"});
}

TEST_CASE("response_collector: a time longer than 64 bytes is ignored") {
  for (const std::size_t size : {64u, 65u}) {
    response_collector collector(1000);
    CHECK(write_header(collector, "Retry-After: " + std::string(size, '9') + "\r\n"));
    CHECK(collector.take(429).retry_after == std::string(size == 64 ? 64 : 0, '9'));
  }
}

TEST_CASE("response_collector: a Content-Length is up to 18 digits") {
  for (const char* value : {"0", "17", " 17 ", "017", "999999999999999999"}) {
    CAPTURE(value);
    CHECK(accepts({std::string("Content-Length:") + value}));
  }
  for (const char* value :
       {"", "-17", "+17", "17 17", "17, 17", "17abc", "0x11", "17.0", "1e1", "1000000000000000000"}) {
    CAPTURE(value);
    CHECK_FALSE(accepts({std::string("content-length: ") + value}));
  }
}

TEST_CASE("response_collector: a Content-Length may be repeated, but not changed") {
  CHECK(accepts({"Content-Length: 17", "CONTENT-LENGTH:17"}));
  CHECK(accepts({"Content-Length: 17", "", "HTTP/1.1 200 OK", "Content-Length: 18"}));
  for (const char* other : {"16", "18", "017", ""}) {
    CAPTURE(other);
    CHECK_FALSE(accepts({"Content-Length: 17", std::string("content-length: ") + other}));
  }
}

TEST_CASE("response_collector: a body does not move while it grows") {
  response_collector collector(1000);
  CHECK(write_body(collector, "a"));
  const auto first = collector.take(200);
  CHECK(first.body.capacity() > response::max_body_size);
}
