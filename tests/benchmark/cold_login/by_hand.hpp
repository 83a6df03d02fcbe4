// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

/// What a login is made of when it is written by hand, on libcurl and RapidJSON alone: no line of hubauth's.
namespace by_hand {

using json_encoding = rapidjson::UTF8<>;
inline constexpr unsigned json_flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

inline constexpr std::size_t max_body = 64 * 1024;
inline constexpr std::size_t max_header = 64 * 1024;

inline std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

inline constexpr std::string_view key_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.~+/=-";

/// The key in KEY_MODEL or ul_KEY.
inline std::string_view key_in(std::string_view text) {
  text = trim(text);
  const bool platform = text.substr(0, 3) == "ul_";
  const auto end = platform ? text.size() : text.find('_');
  const auto key = text.substr(0, end);
  const auto own_part = platform ? key.substr(3) : key;
  const auto model = end < text.size() ? text.substr(end + 1) : std::string_view();
  const auto odd = [](char c) { return c != '_' && key_characters.find(c) == std::string_view::npos; };
  if (own_part.empty() || own_part.find_first_not_of(key_characters) != std::string_view::npos || key.size() > 512)
    throw std::runtime_error("the key is malformed");
  for (char c : model)
    if (odd(c)) throw std::runtime_error("the key's model id is malformed");
  if (model.size() > 512) throw std::runtime_error("the key's model id is too long");
  return key;
}

/// Throws unless it is https, or http to this machine, and has nothing that two readers may read differently.
inline void check_root(std::string_view url) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/[]%+";
  const auto bad = [] { throw std::runtime_error("not a URL that a key may be sent to"); };
  if (url.find_first_not_of(allowed) != std::string_view::npos) bad();

  const bool https = url.substr(0, 8) == "https://";
  if (!https && url.substr(0, 7) != "http://") throw std::runtime_error("the URL must begin with https://");
  const auto rest = url.substr(https ? 8 : 7);
  const auto host = rest.substr(0, rest.find('/'));
  const bool ipv6 = host.substr(0, 1) == "[";
  if (ipv6 && host.find(']') == std::string_view::npos) bad();
  const auto name = host.substr(0, ipv6 ? host.find(']') + 1 : host.find(':'));
  const auto port = host.substr(name.size());
  const auto bare = ipv6 ? name.substr(1, name.size() - 2) : name;
  if (bare.empty() || bare.find_first_not_of(ipv6 ? "0123456789abcdefABCDEF:." : letters) != std::string_view::npos)
    bad();
  if (!port.empty() && (port[0] != ':' || port.size() < 2 || port.size() > 6 ||
                        port.find_first_not_of("0123456789", 1) != std::string_view::npos))
    bad();
  if (!https && name != "127.0.0.1" && name != "[::1]" && name != "localhost")
    throw std::runtime_error("the URL must begin with https:// (http:// only on loopback)");
}

struct response {
  long status = 0;
  std::string body;
  curl_off_t retry_after = 0;  ///< seconds
  std::size_t header_bytes = 0;
};

inline std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* to) {
  auto& body = static_cast<response*>(to)->body;
  if (body.size() + size > max_body) return 0;
  body.append(bytes, size);
  return size;
}

inline std::size_t take_header(char*, std::size_t, std::size_t size, void* to) {
  auto& seen = static_cast<response*>(to)->header_bytes;
  seen += size;
  return seen > max_header ? 0 : size;
}

using handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

inline handle new_handle() {
  handle made(curl_easy_init(), &curl_easy_cleanup);
  if (!made) throw std::runtime_error("libcurl can't be used");
  return made;
}

/// What the service is asked.
struct request {
  std::string url;
  std::string field;        ///< that carries the credential; empty: none
  std::string cookie_file;  ///< empty: no cookies
  std::string ca_file;      ///< empty: the system's
};

/// Asks the service once.
inline response ask(CURL* with, const request& what) {
  CURLcode set = CURLE_OK;
  const auto option = [&](CURLoption which, auto value) {
    if (set == CURLE_OK) set = curl_easy_setopt(with, which, value);
  };
  response answer;
  char words[CURL_ERROR_SIZE] = "";
  const bool plain = what.url.compare(0, 5, "http:") == 0;

  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> fields(nullptr, &curl_slist_free_all);
  for (const char* field : {"Accept: application/json", "Content-Type:", what.field.c_str()}) {
    if (!*field) continue;
    curl_slist* const longer = curl_slist_append(fields.get(), field);
    if (!longer) throw std::bad_alloc();
    static_cast<void>(fields.release());
    fields.reset(longer);
  }

  option(CURLOPT_URL, what.url.c_str());
  option(CURLOPT_ERRORBUFFER, &words[0]);
  option(CURLOPT_USERAGENT, "hubauth/0.1.0");
  option(CURLOPT_HTTPHEADER, fields.get());
  option(CURLOPT_POSTFIELDS, "");
  option(CURLOPT_POSTFIELDSIZE, 0L);
  option(CURLOPT_WRITEFUNCTION, &take_body);
  option(CURLOPT_WRITEDATA, &answer);
  option(CURLOPT_HEADERFUNCTION, &take_header);
  option(CURLOPT_HEADERDATA, &answer);
  option(CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  option(CURLOPT_TIMEOUT_MS, 30'000L);
  option(CURLOPT_LOW_SPEED_LIMIT, 1L);
  option(CURLOPT_LOW_SPEED_TIME, 15L);
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  if (plain) option(CURLOPT_PROXY, "");
  option(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  option(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  option(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  option(CURLOPT_FOLLOWLOCATION, 0L);
  option(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  option(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  option(CURLOPT_HTTP09_ALLOWED, 0L);
  if (!what.cookie_file.empty()) option(CURLOPT_COOKIEFILE, what.cookie_file.c_str());
  const char* const ca_variable = std::getenv("BENCHMARK_CA_FILE");
  const std::string ca_file = what.ca_file.empty() && ca_variable ? ca_variable : what.ca_file;
  if (!ca_file.empty()) {
    option(CURLOPT_CAINFO, ca_file.c_str());
    option(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }

  const auto code = set == CURLE_OK ? curl_easy_perform(with) : set;
  if (code != CURLE_OK) throw std::runtime_error(words[0] ? words : curl_easy_strerror(code));
  curl_easy_getinfo(with, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(with, CURLINFO_RETRY_AFTER, &answer.retry_after);
  return answer;
}

/// Takes `success`, `message` and `data.idToken`.
struct response_reader : rapidjson::BaseReaderHandler<json_encoding, response_reader> {
  enum class member { other, success, message, data, token } now = member::other;
  int depth = 0;
  bool in_data = false, seen_success = false, seen_data = false, seen_token = false;
  std::optional<bool> success;
  std::string message, token;

  bool Default() { return depth > 0; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Default(); }
  bool Bool(bool value) {
    if (now == member::success) success = value;
    return Default();
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (now == member::message) message.assign(text, size);
    if (now == member::token) token.assign(text, size);
    return Default();
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view name(text, size);
    now = member::other;
    if (depth == 1 && name == "message") now = member::message;
    if (depth == 1 && name == "success") return now = member::success, !std::exchange(seen_success, true);
    if (depth == 1 && name == "data") return now = member::data, !std::exchange(seen_data, true);
    if (depth == 2 && in_data && name == "idToken") return now = member::token, !std::exchange(seen_token, true);
    return true;
  }
  bool enter() {
    now = member::other;
    return ++depth <= 16;
  }
  bool StartObject() {
    if (depth == 1) in_data = now == member::data;
    return enter();
  }
  bool StartArray() { return Default() && enter(); }
  bool EndObject(rapidjson::SizeType) { return --depth, true; }
  bool EndArray(rapidjson::SizeType) { return --depth, true; }
};

struct verdict {
  bool accepted = false;
  std::string message;
  std::string token;
};

/// What the service's answer means. Throws when it says neither yes nor no.
inline verdict check_response(const response& answer) {
  if (answer.status >= 300 && answer.status <= 399) throw std::runtime_error("the service redirects");
  if (answer.status == 408 || answer.status >= 500) throw std::runtime_error("the service failed");
  if (answer.status == 429)
    throw std::runtime_error("the service asks to come back later; try again in " + std::to_string(answer.retry_after) +
                             " s");

  response_reader read;
  rapidjson::Reader reader;
  rapidjson::MemoryStream text(answer.body.data(), answer.body.size());
  const bool is_json = answer.body.find('\0') == std::string::npos && reader.Parse<json_flags>(text, read);
  for (char& c : read.message)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  if (is_json && (answer.status == 401 || answer.status == 403)) return {false, std::move(read.message), {}};
  const bool is_success = answer.status >= 200 && answer.status <= 299;
  if (!is_json || !read.success || (*read.success && !is_success))
    throw std::runtime_error("the service's response is not understood");
  return {*read.success, std::move(read.message), std::move(read.token)};
}

}  // namespace by_hand
