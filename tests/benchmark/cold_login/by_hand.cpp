// SPDX-License-Identifier: BSL-1.0
//
// The yardstick of a login from a process's start to its end: the same steps, written by hand.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "by_hand.hpp"

namespace by_hand {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

[[noreturn]] void fail_at(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

struct file {
  explicit file(const std::string& path, int flags) : number(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  explicit file(int opened) : number(opened) {}
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() {
    if (number >= 0) ::close(number);
  }
  int number;
};

/// Takes the top level's `api_key`, and where its value stands.
struct settings_reader : rapidjson::BaseReaderHandler<json_encoding, settings_reader> {
  explicit settings_reader(const rapidjson::MemoryStream& from) : stream(from) {}

  const rapidjson::MemoryStream& stream;
  int depth = 0;
  bool awaiting = false;
  std::optional<std::size_t> begin;
  std::size_t end = 0;
  std::string key;

  bool Default() { return depth > 0 && !awaiting; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Default(); }
  bool take(std::string_view value) {
    if (!std::exchange(awaiting, false)) return Default();
    key = value;
    end = stream.Tell();
    return true;
  }
  bool Null() { return take({}); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return take({text, size}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth != 1 || std::string_view(text, size) != "api_key") return true;
    if (begin) return false;
    begin = stream.Tell();
    awaiting = true;
    return true;
  }
  bool enter() { return ++depth <= 64; }
  bool StartObject() { return (depth == 0 || Default()) && enter(); }
  bool StartArray() { return Default() && enter(); }
  bool EndObject(rapidjson::SizeType) { return --depth, true; }
  bool EndArray(rapidjson::SizeType) { return --depth, true; }
};

struct settings {
  explicit settings(std::string where) : path(std::move(where)) {}

  std::string path;
  bool exists = false;
  std::string text;
  std::size_t begin = 0, end = 0;  // of the key's value in the text
  std::string key;
  struct stat status {};
};

settings read_settings(const std::string& path) {
  settings out(path);
  const file in(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (in.number < 0 && errno == ENOENT) return out;
  if (in.number < 0 || ::fstat(in.number, &out.status) != 0) fail_at(path);
  constexpr off_t most = 4 * 1024 * 1024;
  if (!S_ISREG(out.status.st_mode) || out.status.st_size > most)
    throw std::runtime_error(path + ": not a settings file");
  out.exists = true;

  char part[4096];
  for (ssize_t got = 0; (got = ::read(in.number, part, sizeof part)) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_at(path);
    out.text.append(part, static_cast<std::size_t>(got));
  }

  rapidjson::MemoryStream stream(out.text.data(), out.text.size());
  settings_reader read(stream);
  rapidjson::Reader reader;
  if (out.text.find('\0') != std::string::npos || !reader.Parse<json_flags>(stream, read) || !read.begin)
    throw std::runtime_error(path + ": not a settings file");
  out.begin = out.text.find_first_not_of(" \t\r\n:", *read.begin);
  out.end = read.end;
  out.key = std::move(read.key);
  return out;
}

/// The file that counts: the first settings.json that is there, else hubauth.json beside the first place.
settings find_settings() {
  std::string first, second;
  if (const auto chosen = variable("YOLO_CONFIG_DIR"); !chosen.empty()) {
    second = chosen;
    first = second + "/Ultralytics";
  } else if (const auto xdg = variable("XDG_CONFIG_HOME"); xdg.substr(0, 1) == "/") {
    first = std::string(xdg) + "/Ultralytics";
  } else if (const auto home = variable("HOME"); home.substr(0, 1) == "/") {
    first = std::string(home) + "/.config/Ultralytics";
  } else {
    throw std::runtime_error("HOME is not an absolute path");
  }
  for (const auto& folder : {first, second}) {
    if (folder.empty()) continue;
    auto found = read_settings(folder + "/settings.json");
    if (found.exists) return found;
  }
  return read_settings(first + "/hubauth.json");
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

void make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno != ENOENT || path.find('/', 1) == std::string::npos) fail_at(path);
  make_folder(folder_of(path));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail_at(path);
}

void replace(const settings& old, std::string_view text) {
  std::string path = old.path + ".XXXXXX";
  const file out(::mkostemp(path.data(), O_CLOEXEC));
  if (out.number < 0) fail_at(old.path);
  try {
    while (!text.empty()) {
      const auto size = ::write(out.number, text.data(), text.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) fail_at(path);
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    if (old.exists && old.status.st_uid != ::geteuid() &&
        ::fchown(out.number, old.status.st_uid, old.status.st_gid) != 0)
      fail_at(path);
    if (::fsync(out.number) != 0) fail_at(path);
    const auto now = read_settings(old.path);
    if (now.exists != old.exists || now.text != old.text) throw std::runtime_error(old.path + ": it was just changed");
    if (::rename(path.c_str(), old.path.c_str()) != 0) fail_at(old.path);
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
  const file folder(folder_of(old.path), O_RDONLY | O_DIRECTORY);
  if (folder.number >= 0) ::fsync(folder.number);
}

void save(settings there, std::string_view key) {
  if (there.exists) {
    char* const target = ::realpath(there.path.c_str(), nullptr);
    if (!target) fail_at(there.path);
    there.path = target;
    std::free(target);
  } else {
    make_folder(folder_of(there.path));
  }

  const file lock(there.path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
  if (lock.number < 0) fail_at(there.path);
  for (int tries = 0; ::flock(lock.number, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (tries == 200 || errno != EWOULDBLOCK) fail_at(there.path);
    const timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }

  const auto now = read_settings(there.path);
  std::string text = now.text;
  const auto value = '"' + std::string(key) + '"';
  if (now.exists) {
    text.replace(now.begin, now.end - now.begin, value);
  } else {
    text = "{\"api_key\": " + value + "}\n";
  }
  replace(now, text);
  if (read_settings(there.path).key != key) throw std::runtime_error(there.path + ": it was overwritten");
}

/// A file that can't be read does not keep the user from signing in with a key at hand.
bool is_saved(std::string_view key) try {
  const auto saved = find_settings();
  return !trim(saved.key).empty() && key_in(saved.key) == key;
} catch (const std::exception&) {
  return false;
}

std::string address(const char* name, const char* usual) {
  auto url = std::string(trim(variable(name)));
  if (url.empty()) url = usual;
  if (url.back() == '/') url.pop_back();
  return url;
}

struct session {
  std::string field;  ///< of the requests to come: `name: value`
  bool saved = false;
};

/// One login, over one connection.
class login {
 public:
  explicit login(std::string cookie_file)
      : root_(address("ULTRALYTICS_HUB_API", "https://api.ultralytics.com")), cookie_file_(std::move(cookie_file)) {
    check_root(root_);
  }

  /// With the argument's key, the environment's, the saved one, a browser's session, or what a person types.
  session run(std::string_view argument) {
    if (!trim(argument).empty()) {
      const auto key = key_in(argument);
      if (is_saved(key)) return {field(key), true};
      return verified(key, true);
    }
    if (const auto set = variable("HUB_API_KEY"); !trim(set).empty()) return verified(key_in(set), false);
    if (const auto saved = find_settings(); !saved.key.empty()) return {field(key_in(saved.key)), true};
    if ((std::getenv("COLAB_RELEASE_TAG") || std::getenv("COLAB_BACKEND_VERSION")) && !cookie_file_.empty())
      return by_browser();
    return by_prompt();
  }

 private:
  static std::string field(std::string_view key) { return "x-api-key: " + std::string(key); }

  verdict verify(const std::string& credential) {
    return check_response(ask(handle_.get(), {root_ + "/v1/auth", credential, {}, {}}));
  }

  session verified(std::string_view key, bool to_keep) {
    const auto answer = verify(field(key));
    if (!answer.accepted) throw std::runtime_error("the key was rejected: " + answer.message);
    return {field(key), to_keep && try_to_save(key)};
  }

  static bool try_to_save(std::string_view key) try {
    save(find_settings(), key);
    return true;
  } catch (const std::exception&) {
    return false;
  }

  session by_browser() {
    if (::access(cookie_file_.c_str(), R_OK) != 0) fail_at(cookie_file_);
    const auto given = check_response(ask(handle_.get(), {root_ + "/v1/auth/auto", {}, cookie_file_, {}}));
    curl_easy_reset(handle_.get());
    curl_easy_setopt(handle_.get(), CURLOPT_COOKIELIST, "ALL");
    const auto odd = [](char c) { return c != '_' && key_characters.find(c) == std::string_view::npos; };
    if (!given.accepted || given.token.empty()) throw std::runtime_error("the browser is not signed in");
    if (given.token.size() > 8192 || std::any_of(given.token.begin(), given.token.end(), odd))
      throw std::runtime_error("the id token can't be one");
    const auto line = "authorization: Bearer " + given.token;
    if (!verify(line).accepted) throw std::runtime_error("the token was rejected");
    return {line, false};
  }

  session by_prompt() {
    const auto page = address("ULTRALYTICS_HUB_WEB", "https://hub.ultralytics.com") + "/settings?tab=api+keys";
    if (variable("HUBAUTH_PROMPT") == "0") throw std::runtime_error("there is no terminal");
    std::string last;
    for (int attempt = 1; attempt <= 3; ++attempt) {
      std::fprintf(stderr, "%s\nUltralytics HUB API key, attempt %d of 3: ", last.empty() ? page.c_str() : last.c_str(),
                   attempt);
      char typed[1024];
      if (!std::fgets(typed, sizeof typed, stdin)) throw std::runtime_error("the prompt was closed");
      std::string_view key;
      try {
        key = key_in(typed);
      } catch (const std::exception& why) {
        last = why.what();
        continue;
      }
      const auto answer = verify(field(key));
      if (answer.accepted) return {field(key), try_to_save(key)};
      last = "the key was rejected: " + answer.message;
    }
    throw std::runtime_error("too many attempts: " + last + "; keys are made at " + page);
  }

  std::string root_;
  std::string cookie_file_;
  handle handle_ = new_handle();
};

}  // namespace by_hand

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return std::fprintf(stderr, "usage: by_hand KEY [COOKIE_FILE]\n"), 2;
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    const auto signed_in = by_hand::login(argc == 3 ? argv[2] : "").run(argv[1]);
    const auto name = signed_in.field.substr(0, signed_in.field.find(':'));
    std::printf("%s: signed in%s\n", name.c_str(), signed_in.saved ? "" : ", not saved");
    return 0;
  } catch (const std::exception& why) {
    return std::fprintf(stderr, "%s\n", why.what()), 1;
  }
}
