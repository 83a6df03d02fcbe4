// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/cookie_file.hpp"

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using hubauth::testing::temporary_directory;

constexpr bool ok(std::string_view line) { return detail::is_cookie(line); }
constexpr bool bad(std::string_view line) { return !detail::is_cookie(line); }

static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(ok(".example.com\tTRUE\t/v1\tFALSE\t4102444800\tsession\tabc"));
static_assert(ok("#HttpOnly_example.com\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession\t"), "a cookie may be empty");
static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession"), "some programs omit the last tab");
static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession\ta b=c; \xC3\xA9"));
static_assert(bad(""));
static_assert(bad("# Netscape HTTP Cookie File"));
static_assert(bad("#example.com\tFALSE\t/\tTRUE\t0\tsession\tabc"), "commented out");
static_assert(bad("#HttpOnly_\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(bad("\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(bad("example.com\tfalse\t/\tTRUE\t0\tsession\tabc"));
static_assert(bad("example.com\tFALSE\tv1\tTRUE\t0\tsession\tabc"));
static_assert(bad("example.com\tFALSE\t/\tyes\t0\tsession\tabc"));
static_assert(bad("example.com\tFALSE\t/\tTRUE\t\tsession\tabc"));
static_assert(bad("example.com\tFALSE\t/\tTRUE\t-1\tsession\tabc"));
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\t\tabc"));
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\tsession\tabc\tmore"));
static_assert(bad("example.com FALSE / TRUE 0 session abc"));
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\rb"), "the end of a header field");
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\x7F"));
static_assert(bad(std::string_view("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\0b", 39)));
static_assert(bad("Set-Cookie: session=abc; path=/"));

result<std::vector<std::string>> cookies_in(const std::string& path) {
  std::vector<std::string> lines;
  const auto read = detail::read_cookies(path, [&](const char* line) { lines.emplace_back(line); });
  if (!read) return unexpected(read.error());
  return lines;
}

error_info unreadable(const std::string& path) {
  const auto cookies = cookies_in(path);
  REQUIRE_FALSE(cookies);
  return cookies.error();
}

const std::string one = "example.com\tFALSE\t/\tTRUE\t0\tsession\tabc";
const std::string two = "#HttpOnly_example.com\tFALSE\t/\tTRUE\t0\tother\tdef";

}  // namespace

TEST_CASE("cookie_file: the cookies are read unchanged and in order, and all other lines are skipped") {
  const temporary_directory directory;
  using lines = std::vector<std::string>;
  CHECK(*cookies_in(directory.write("a", "# Netscape HTTP Cookie File\n\n" + one + "\n# note\n" + two + "\n")) ==
        lines{one, two});
  CHECK(*cookies_in(directory.write("b", one + "\r\n" + two + "\r\n")) == lines{one, two});
  CHECK(*cookies_in(directory.write("c", two + "\nnot a cookie\n" + one)) == lines{two, one});
}

TEST_CASE("cookie_file: the error for a file that cannot be read has its path and the reason") {
  const temporary_directory directory;
  const auto reason_for = [](const std::string& path) {
    const auto error = unreadable(path);
    CHECK(error.code == errc::cookies_unreadable);
    REQUIRE(error.detail.starts_with(path + ": "));
    return error.detail.substr(path.size() + 2);
  };
  CHECK(reason_for(directory / "missing") == std::generic_category().message(ENOENT));
  CHECK(reason_for(directory / "missing/jar") == std::generic_category().message(ENOENT));
  CHECK(reason_for(directory.write("file", one) + "/jar") == std::generic_category().message(ENOTDIR));
  CHECK(reason_for(directory.path()) == "it is not a regular file");
  CHECK(reason_for(directory.write("empty", "")) == "it contains no cookie in Netscape's format");
  CHECK(reason_for(directory.write("page", "<html>\n</html>\n")) == "it contains no cookie in Netscape's format");

  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  CHECK(reason_for(directory / "fifo") == "it is not a regular file");
}

TEST_CASE("cookie_file: a file of 1 MiB is read, and a larger one is not") {
  const temporary_directory directory;
  const auto filled = [](std::size_t size) {
    std::string text = one + "\n#";
    text.resize(size, '#');
    return text;
  };
  CHECK(cookies_in(directory.write("largest", filled(detail::max_cookie_file_size)))->size() == 1);
  CHECK(unreadable(directory.write("larger", filled(detail::max_cookie_file_size + 1))).detail ==
        directory / "larger" + ": it is larger than 1048576 bytes");
}

TEST_CASE("cookie_file: an error contains nothing of the file") {
  const temporary_directory directory;
  CHECK(unreadable(directory.write("jar", "session=topsecret")).detail.find("topsecret") == std::string::npos);
}
