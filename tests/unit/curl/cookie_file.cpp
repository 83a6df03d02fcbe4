// SPDX-License-Identifier: BSL-1.0
#include "hubauth/curl/cookie_file.hpp"

#include <string>
#include <vector>

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "support/temporary_directory.hpp"

using namespace hubauth;

namespace {

constexpr bool ok(std::string_view line) { return detail::is_cookie(line); }
constexpr bool bad(std::string_view line) { return !detail::is_cookie(line); }

static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(ok(".example.com\tTRUE\t/v1\tFALSE\t4102444800\tsession\tabc"));
static_assert(ok("#HttpOnly_example.com\tFALSE\t/\tTRUE\t0\tsession\tabc"));
static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession\t"), "a cookie may be empty");
static_assert(ok("example.com\tFALSE\t/\tTRUE\t0\tsession"), "some writers leave the last tab out");
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
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\rb"), "a header's end");
static_assert(bad("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\x7F"));
static_assert(bad(std::string_view("example.com\tFALSE\t/\tTRUE\t0\tsession\ta\0b", 39)));
static_assert(bad("Set-Cookie: session=abc; path=/"));

result<std::vector<std::string>> cookies_in(const std::string& path) {
  std::vector<std::string> lines;
  const auto read = read_cookies(path, [&](const char* line) { lines.emplace_back(line); });
  if (!read) return unexpected(read.error());
  return lines;
}

error_info unreadable(const std::string& path) {
  const auto read = cookies_in(path);
  REQUIRE_FALSE(read);
  return read.error();
}

const std::string one = "example.com\tFALSE\t/\tTRUE\t0\tsession\tabc";
const std::string two = "#HttpOnly_example.com\tFALSE\t/\tTRUE\t0\tother\tdef";

}  // namespace

TEST_CASE("cookie_file: the cookies come as they stand, in their order, and nothing else does") {
  const temporary_directory here;
  using lines = std::vector<std::string>;
  CHECK(*cookies_in(here.write("a", "# Netscape HTTP Cookie File\n\n" + one + "\n# note\n" + two + "\n")) ==
        lines{one, two});
  CHECK(*cookies_in(here.write("b", one + "\r\n" + two + "\r\n")) == lines{one, two});
  CHECK(*cookies_in(here.write("c", two + "\nnot a cookie\n" + one)) == lines{two, one});
}

TEST_CASE("cookie_file: what can't be read is named, with the reason") {
  const temporary_directory here;
  const auto reason_for = [](const std::string& path) {
    const auto why = unreadable(path);
    CHECK(why.code == errc::cookies_unreadable);
    REQUIRE(why.detail.starts_with(path + ": "));
    return why.detail.substr(path.size() + 2);
  };
  CHECK(reason_for(here / "missing") == std::generic_category().message(ENOENT));
  CHECK(reason_for(here / "missing/jar") == std::generic_category().message(ENOENT));
  CHECK(reason_for(here.write("file", one) + "/jar") == std::generic_category().message(ENOTDIR));
  CHECK(reason_for(here.path()) == std::generic_category().message(EISDIR));
  CHECK(reason_for(here.write("empty", "")) == "no cookie in it (Netscape's format is wanted)");
  CHECK(reason_for(here.write("page", "<html>\n</html>\n")) == "no cookie in it (Netscape's format is wanted)");

  REQUIRE(::mkfifo((here / "fifo").c_str(), 0600) == 0);
  CHECK(reason_for(here / "fifo") == "not a file");
}

TEST_CASE("cookie_file: the largest file is read, a larger one is refused") {
  const temporary_directory here;
  const auto filled = [](std::size_t size) {
    std::string text = one + "\n#";
    text.resize(size, '#');
    return text;
  };
  CHECK(cookies_in(here.write("largest", filled(max_cookie_file)))->size() == 1);
  CHECK(unreadable(here.write("larger", filled(max_cookie_file + 1))).detail ==
        here / "larger" + ": larger than 1 MiB");
}

TEST_CASE("cookie_file: an error says nothing of the content") {
  const temporary_directory here;
  CHECK(unreadable(here.write("jar", "session=topsecret")).detail.find("topsecret") == std::string::npos);
}
