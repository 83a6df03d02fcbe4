// SPDX-License-Identifier: BSL-1.0
//
// Oracle: the cookies that are read from a cookie file are the lines that a model takes for cookies, unchanged and in
// order. The model splits each line first, and checks the fields afterwards.
//
// Input: the file.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <unistd.h>

#include "hubauth/curl/cookie_file.hpp"
#include "target.hpp"

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (char c : text)
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

/// Seven fields; the last may be empty, or missing together with the tab before it.
bool is_cookie(const std::string& line) {
  const auto fields = split(line, '\t');
  if (fields.size() != 6 && fields.size() != 7) return false;
  for (const auto& field : fields)
    for (char c : field)
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return false;

  const auto domain = fields[0].rfind("#HttpOnly_", 0) == 0 ? fields[0].substr(10) : fields[0];
  const auto flag = [](const std::string& field) { return field == "TRUE" || field == "FALSE"; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return domain != "" && domain[0] != '#' && flag(fields[1]) && fields[2][0] == '/' && flag(fields[3]) &&
         fields[4] != "" && std::all_of(fields[4].begin(), fields[4].end(), digit) && fields[5] != "";
}

std::vector<std::string> cookies_in(const std::string& file) {
  std::vector<std::string> cookies;
  for (auto line : split(file, '\n')) {
    if (line != "" && line.back() == '\r') line.pop_back();
    if (is_cookie(line)) cookies.push_back(line);
  }
  return cookies;
}

/// A file without a name.
class unnamed_file {
 public:
  explicit unnamed_file(const std::string& bytes) : file_(std::tmpfile()) {
    fuzz::check(file_ && std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size() && std::fflush(file_) == 0,
                "no temporary file");
    std::rewind(file_);
  }
  unnamed_file(const unnamed_file&) = delete;
  unnamed_file& operator=(const unnamed_file&) = delete;
  ~unnamed_file() { std::fclose(file_); }

  std::string path() const { return "/dev/fd/" + std::to_string(::fileno(file_)); }

 private:
  std::FILE* file_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto expected = cookies_in(bytes);

  const unnamed_file file(bytes);
  std::vector<std::string> cookies;
  const auto read = hubauth::detail::read_cookies(file.path(), [&](const char* line) { cookies.emplace_back(line); });

  fuzz::check(cookies == expected, "the cookies are not those of the model");
  fuzz::check(read.has_value() == !expected.empty(), "a file without a cookie is no error, or a file with one is");
  if (read) return 0;
  fuzz::check(read.error().code == hubauth::errc::cookies_unreadable, "the error is not cookies_unreadable");
  fuzz::check(read.error().detail == file.path() + ": it contains no cookie in Netscape's format",
              "the detail is not the expected one");
  return 0;
}
