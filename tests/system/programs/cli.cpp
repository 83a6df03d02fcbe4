// SPDX-License-Identifier: BSL-1.0
//
// Runs the command line program (HUBAUTH_CLI) with a local hub and a temporary home directory.

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "hubauth/testing/local_hub.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/spellings.hpp"
#include "support/temporary_directory.hpp"

namespace {

namespace testing = hubauth::testing;
namespace pty = hubauth::testing::pty;
using strings = std::vector<std::string>;

// Every secret contains this, and no output may.
constexpr std::string_view canary = "Sesame";
const std::string key = "openSesame1";
const std::string other_key = "openSesame2";
const std::string wrong_key = "shutSesame";
const std::string token = "token.Sesame";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The program, its arguments and its whole environment.
class program {
 public:
  program(strings arguments, strings variables) : arguments_(std::move(arguments)), variables_(std::move(variables)) {}

  /// Replaces this (child) process by the program.
  [[noreturn]] void exec() const {
    std::signal(SIGPIPE, SIG_DFL);  // the local hub ignores it
    alarm(60);
    execve(HUBAUTH_CLI, pointers(arguments_).data(), pointers(variables_).data());
    _exit(127);
  }

 private:
  static std::vector<char*> pointers(const strings& all) {
    std::vector<char*> out;
    for (const auto& each : all) out.push_back(const_cast<char*>(each.c_str()));  // exec does not change them
    out.push_back(nullptr);
    return out;
  }

  strings arguments_;
  strings variables_;
};

/// The exit code and the output of a run.
struct outcome {
  int code;
  std::string out;
  std::string err;
};

/// A home directory, and a hub that accepts both keys.
struct fixture {
  fixture() { hub.accept_key(key).accept_key(other_key).accept_session("a-cookie", token); }

  program hubauth(strings arguments, strings variables) const {
    arguments.insert(arguments.begin(), "hubauth");
    variables.push_back("HOME=" + (home / ""));
    variables.push_back("ULTRALYTICS_HUB_API=" + hub.url());  // the first value of a name is used
    return {std::move(arguments), std::move(variables)};
  }

  /// Runs the program without a terminal. Standard output goes to a file, unless another path is given.
  outcome run(const strings& arguments, const strings& variables = {}, const std::string& input = {},
              std::string output = {}) const {
    const auto program = hubauth(arguments, variables);
    if (output.empty()) output = files / "out";
    const std::array paths{files.write("in", input), output, files / "err"};
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      setsid();
      for (int file = 0; file != 3; ++file) {
        close(file);  // open returns the lowest free number
        open(paths[static_cast<std::size_t>(file)].c_str(), file == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC, 0600);
      }
      program.exec();
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    outcome result{WEXITSTATUS(status), files.read("out"), files.read("err")};
    CHECK_FALSE(testing::spells(result.err, canary));
    return result;
  }

  /// Runs the program on a terminal, which shows its output and its prompts.
  pty::pseudo_terminal run_on_terminal(const strings& arguments, const strings& variables = {}) const {
    return pty::pseudo_terminal([program = hubauth(arguments, variables)](const pty::report_channel&) {
      const int terminal = open("/dev/tty", O_RDWR);
      for (int file = 0; file != 3; ++file) dup2(terminal, file);
      program.exec();
    });
  }

  /// The output of `hubauth header`; empty if there is no key.
  std::string header() const { return run({"header"}).out; }

  void save(const std::string& text) const { REQUIRE(run({"login", "--with-key"}, {}, text + "\n").code == 0); }

  /// Creates the settings file of the Python package, with this content.
  void share(const std::string& content) const {
    mkdir((home / ".config").c_str(), 0700);
    mkdir((home / ".config/Ultralytics").c_str(), 0700);
    home.write(".config/Ultralytics/settings.json", content);
  }

  std::string cookies(const std::string& session) const {
    return files.write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t" + session + "\n");
  }

  std::string host() const { return hub.url().substr(std::string_view("http://").size()); }

  testing::temporary_directory home;
  testing::temporary_directory files;
  testing::local_hub hub;
};

/// A port of 127.0.0.1 at which no program listens, and which no other program can bind.
class closed_port {
 public:
  closed_port() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  closed_port(const closed_port&) = delete;
  closed_port& operator=(const closed_port&) = delete;
  ~closed_port() { close(socket_); }

  const std::string& url() const { return url_; }

 private:
  int socket_;
  std::string url_;
};

}  // namespace

TEST_CASE("cli: a key on the command line signs in and is saved, with a warning") {
  const fixture test;
  const auto result = test.run({"login", key});
  CHECK(result.code == 0);
  CHECK(result.out == "");
  CHECK(contains(result.err, "Signed in to " + test.host() + "\n"));
  CHECK(contains(result.err, "source    argument\n"));
  CHECK(contains(result.err, "verified  yes"));
  CHECK(contains(result.err, "saved     yes"));
  CHECK(contains(result.err, "process list"));
  CHECK(contains(result.err, "--with-key"));
  CHECK(test.hub.requests().size() == 1);
  CHECK(test.header() == "x-api-key: " + key + "\n");
  CHECK(test.hub.requests().size() == 1);
}

TEST_CASE("cli: standard input may contain a key, with or without a line end") {
  for (const char* end : {"\n", "\r\n", "", "\nanother line\n"}) {
    CAPTURE(end);
    const fixture test;
    const auto result = test.run({"login", "--with-key"}, {}, key + end);
    CHECK(result.code == 0);
    CHECK(result.out == "");
    CHECK(contains(result.err, "source    standard input\n"));
    CHECK_FALSE(contains(result.err, "process list"));
    CHECK(test.header() == "x-api-key: " + key + "\n");
  }
}

TEST_CASE("cli: a malformed key is an error, and no other key is used") {
  struct {
    strings arguments;
    std::string input;
    const char* message;
  } const cases[]{
      {{"login", ""}, "", "it is empty"},
      {{"login", " \t"}, "", "it is empty"},
      {{"login", "_Sesame"}, "", "the part that is the key is empty"},
      {{"login", "open Sesame"}, "", "an invalid character: a space"},
      {{"login", "--with-key"}, "", "it is empty"},
      {{"login", "--with-key"}, "\n" + key, "it is empty"},
      {{"login", "--with-key"}, std::string(5000, ' ') + key, "longer than any key"},
      {{"login", "--with-key"}, std::string("open\0Sesame", 11), "an invalid character: a control character"},
  };
  const fixture test;
  test.save(other_key);
  const auto before = test.hub.requests().size();
  for (const auto& it : cases) {
    CAPTURE(it.message);
    const auto result = test.run(it.arguments, {}, it.input);
    CHECK(result.code == 1);
    CHECK(result.out == "");
    CHECK(contains(result.err, "the key is malformed"));
    CHECK(contains(result.err, it.message));
  }
  CHECK(test.hub.requests().size() == before);
  CHECK(test.header() == "x-api-key: " + other_key + "\n");
}

TEST_CASE("cli: a rejected key is not saved, and the service's message is shown") {
  const fixture test;
  test.save(key);
  const auto result = test.run({"login", "--with-key", "--verbose"}, {}, wrong_key);
  CHECK(result.code == 1);
  CHECK(result.out == "");
  CHECK(contains(result.err, test.host() + ": the service rejected the credential (from standard input): unknown key"));
  CHECK(contains(result.err, "verifying: rejected_final -> failed\n"));
  CHECK(contains(result.err, "argument     rejected\n"));
  CHECK(contains(result.err, "saved        not_tried\n"));
  CHECK(test.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: the exit code depends on what can be done about a response") {
  struct {
    testing::scripted_response response;
    int code;
    const char* message;
  } const cases[]{
      {{.status = 401, .body = R"({"message": "unknown key"})"}, 1, "rejected"},
      {{.status = 429, .headers = {{"Retry-After", "7"}}}, 3, "try again in 7 s"},
      {{.status = 503}, 3, "the service failed"},
      {testing::raw(), 3, "cannot connect"},
      {testing::redirect(302, "http://127.0.0.1/"), 4, "redirects"},
      {{.body = "<html>"}, 4, "unexpected response"},
      {testing::endless_body(), 4, "too large"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.message);
    fixture test;
    test.hub.script(it.response);
    const auto result = test.run({"login", key});
    CHECK(result.code == it.code);
    CHECK(result.out == "");
    CHECK(contains(result.err, test.host()));
    CHECK(contains(result.err, it.message));
    CHECK(test.header() == "");
  }
}

TEST_CASE("cli: an unreachable service is an error to be retried") {
  const fixture test;
  const closed_port closed;
  const auto result = test.run({"--root", closed.url(), "login", key});
  CHECK(result.code == 3);
  CHECK(contains(result.err, "cannot connect"));
}

TEST_CASE("cli: wrong usage is reported without an argument that may be a key") {
  const fixture test;
  for (const auto& arguments : std::vector<strings>{
           {},
           {key},
           {"nonsense"},
           {"login", key, other_key},
           {"login", "--key", key},
           {"login", "--with-key=" + key},
           {"login", "--with-key", key},
           {"login", "--cookies", "file", key},
           {"login", "--cookies", "file", "--with-key"},
           {"login", "--cookies"},
           {"status", "logout"},
           {"--service", "other", "status"},
       }) {
    CAPTURE(arguments.size());
    const auto result = test.run(arguments);
    CHECK(result.code == 2);
    CHECK(result.out == "");
    CHECK(contains(result.err, "--help"));
  }
  CHECK(test.hub.requests().empty());
}

TEST_CASE("cli: an error about a URL names its origin") {
  const fixture test;
  for (const auto& root : {"http://hub.example.com", "ftp://127.0.0.1", "https://Sesame@example.com", ""}) {
    CAPTURE(root);
    const auto result = test.run({"status", "--root", root});
    CHECK(result.code == 2);
    CHECK(contains(result.err, "--root"));
  }
  const auto result = test.run({"login", key}, {"ULTRALYTICS_HUB_API=http://hub.example.com"});
  CHECK(result.code == 1);
  CHECK(contains(result.err, "ULTRALYTICS_HUB_API must start with https://"));
}

TEST_CASE("cli: --root overrides the variable, and the hint names its key page") {
  const fixture test;
  const auto result = test.run({"login", "--root", test.hub.url() + "/", "--with-key"},
                               {"ULTRALYTICS_HUB_API=http://hub.example.com"}, wrong_key);
  CHECK(result.code == 1);
  CHECK(contains(result.err, "create a key at " + test.hub.url() + "/settings"));
  CHECK(test.hub.requests().size() == 1);
}

TEST_CASE("cli: --help goes to standard output and explains every exit code") {
  const fixture test;
  for (const auto& arguments : std::vector<strings>{{"--help"}, {"login", "--help"}}) {
    const auto result = test.run(arguments);
    CHECK(result.code == 0);
    CHECK(result.err == "");
    for (const char* line : {"\n  0  ", "\n  1  ", "\n  2  ", "\n  3  ", "\n  4  "}) CHECK(contains(result.out, line));
  }
}

TEST_CASE("cli: the help of each command has an example") {
  const fixture test;
  for (const char* command : {"login", "status", "header", "logout"}) {
    CAPTURE(command);
    const auto help = test.run({command, "--help"}).out;
    const auto example = help.find("\nExample:\n  ");
    REQUIRE(example != std::string::npos);
    CHECK(contains(std::string_view(help).substr(example, help.find("\n\n", example) - example),
                   std::string("hubauth ") + command));
  }
}

TEST_CASE("cli: status verifies a saved key only with --check") {
  const fixture test;
  test.save(key);
  const auto before = test.hub.requests().size();
  const auto result = test.run({"status"});
  CHECK(result.code == 0);
  CHECK(result.out == "");
  CHECK(contains(result.err, "Signed in to " + test.host() + "\n"));
  CHECK(contains(result.err, "source    saved\n"));
  CHECK(contains(result.err, "verified  no (not checked: see hubauth status --check)"));
  CHECK(test.hub.requests().size() == before);

  const auto checked = test.run({"status", "--check"});
  CHECK(checked.code == 0);
  CHECK(contains(checked.err, "verified  yes"));
  CHECK(test.hub.requests().size() == before + 1);
}

TEST_CASE("cli: status --json prints the session to standard output only") {
  const fixture test;
  test.save(key);
  const auto result = test.run({"status", "--json"});
  CHECK(result.code == 0);
  CHECK(result.err == "");
  CHECK_FALSE(testing::spells(result.out, canary));
  CHECK(nlohmann::json::parse(result.out) == nlohmann::json{{"signed_in", true},
                                                            {"host", test.host()},
                                                            {"from", "saved"},
                                                            {"verified", false},
                                                            {"saved", true},
                                                            {"sources",
                                                             {{"argument", "not_found"},
                                                              {"environment", "not_found"},
                                                              {"saved", "used_unverified"},
                                                              {"browser", "not_tried"},
                                                              {"prompt", "not_tried"}}}});

  const auto other = test.run({"status", "--json"}, {"HUB_API_KEY=" + other_key});
  CHECK(contains(other.err, "HUB_API_KEY overrides the saved key; unset it to use the saved one."));
  CHECK(nlohmann::json::parse(other.out)["from"] == "environment");
  CHECK(nlohmann::json::parse(other.out)["verified"] == true);
  CHECK(nlohmann::json::parse(other.out)["saved"] == false);
}

TEST_CASE("cli: status --json prints the error and its recovery") {
  fixture test;
  const struct {
    testing::scripted_response response;
    int code;
    const char* kind;
    const char* recovery;
    nlohmann::json retry_after;
  } cases[]{
      {{.body = R"({"success": false})"}, 1, "rejected", "user_action", nullptr},
      {{.status = 429, .headers = {{"Retry-After", "7"}}}, 3, "rate_limited", "retry", 7},
      {{.status = 503}, 3, "server_error", "retry", nullptr},
      {{.body = "<html>"}, 4, "invalid_response", "none", nullptr},
  };
  for (const auto& it : cases) {
    CAPTURE(it.kind);
    test.hub.script(it.response);
    const auto result = test.run({"status", "--json"}, {"HUB_API_KEY=" + key});
    CHECK(result.code == it.code);
    CHECK(result.err == "");
    CHECK_FALSE(testing::spells(result.out, canary));
    const auto json = nlohmann::json::parse(result.out);
    CHECK(json["signed_in"] == false);
    CHECK(json["host"] == test.host());
    CHECK(json["error"]["kind"] == it.kind);
    CHECK(json["error"]["recovery"] == it.recovery);
    CHECK(json["error"]["retry_after"] == it.retry_after);
    CHECK(contains(json["error"]["message"].get<std::string>(), "(from the variable HUB_API_KEY)"));
    CHECK(json["sources"].size() == 5);
    CHECK(json["sources"]["saved"] == "not_tried");
  }
  const auto no_key = test.run({"status", "--json"});
  CHECK(no_key.code == 1);
  CHECK(nlohmann::json::parse(no_key.out)["error"]["kind"] == "not_signed_in");
}

TEST_CASE("cli: status warns if other users can read the saved key, and shows how to prevent it") {
  const fixture test;
  test.share(R"({"api_key": ")" + key + "\"}");
  const auto file = test.home / ".config/Ultralytics/settings.json";
  const auto warning = "Other users can read the key in " + file + ". To prevent it: chmod 600 " + file + "\n";
  REQUIRE(chmod(file.c_str(), 0644) == 0);
  CHECK(contains(test.run({"status"}).err, warning));
  CHECK(test.run({"status", "--json"}).err == warning);

  REQUIRE(chmod(file.c_str(), 0600) == 0);
  CHECK_FALSE(contains(test.run({"status"}).err, "Other users"));
}

TEST_CASE("cli: without a key, status and header do not prompt, and show what to do") {
  const fixture test;
  for (const char* command : {"status", "header"}) {
    CAPTURE(command);
    const auto result = test.run({command, "--verbose"}, {"COLAB_RELEASE_TAG=here"});
    CHECK(result.code == 1);
    CHECK(result.out == "");
    CHECK(contains(result.err, "run `hubauth login`, or set HUB_API_KEY"));
    CHECK(contains(result.err, "saved        not_found\n"));
    CHECK(contains(result.err, "prompt       excluded\n"));
  }
  CHECK(test.hub.requests().empty());

  auto terminal = test.run_on_terminal({"status"});
  terminal.expect("hubauth login");
  CHECK(terminal.wait() == pty::exited(1));
}

TEST_CASE("cli: without a terminal, login does not wait") {
  const fixture test;
  const auto result = test.run({"login"});
  CHECK(result.code == 1);
  CHECK(contains(result.err, "no terminal to prompt for a key"));
}

TEST_CASE("cli: a key in the environment is not saved, and overrides a saved one with a warning") {
  const fixture test;
  const strings variables{"HUB_API_KEY=" + other_key};
  CHECK_FALSE(contains(test.run({"status"}, variables).err, "overrides"));

  test.save(key);
  for (const char* command : {"login", "status"}) {
    CAPTURE(command);
    const auto result = test.run({command}, variables);
    CHECK(result.code == 0);
    CHECK(contains(result.err, "source    environment (HUB_API_KEY)\n"));
    CHECK(contains(result.err, "saved     no\n"));
    CHECK(contains(result.err, "HUB_API_KEY overrides the saved key; unset it to use the saved one."));
  }
  const auto result = test.run({"header"}, variables);
  CHECK(result.out == "x-api-key: " + other_key + "\n");
  CHECK(contains(result.err, "HUB_API_KEY overrides the saved key; unset it to use the saved one."));
  CHECK(test.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: a key that cannot be saved signs in, and the exit code is that of the error") {
  const fixture test;
  test.share("not JSON");
  const auto result = test.run({"login", key});
  CHECK(result.code == 1);
  CHECK(contains(result.err, "Signed in to " + test.host()));
  CHECK(contains(result.err, "saved     no\n"));
  CHECK(contains(result.err, ".config/Ultralytics/settings.json"));
  CHECK(test.home.read(".config/Ultralytics/settings.json") == "not JSON");
}

TEST_CASE("cli: settings that cannot be read are an error") {
  const fixture test;
  test.share(R"({"api_key": 3})");
  for (const char* command : {"status", "header", "logout"}) {
    CAPTURE(command);
    const auto result = test.run({command});
    CHECK(result.code == 1);
    CHECK(result.out == "");
    CHECK(contains(result.err, "settings.json"));
  }
}

TEST_CASE("cli: logout erases the saved key, and warns about one in the environment") {
  const fixture test;
  test.share(R"({"api_key": ")" + key + R"(", "uuid": "1"})");
  CHECK(test.header() == "x-api-key: " + key + "\n");
  const auto result = test.run({"logout"});
  CHECK(result.code == 0);
  CHECK(result.out == "");
  CHECK(contains(result.err, "Signed out"));
  CHECK(test.home.read(".config/Ultralytics/settings.json") == R"({"api_key": "", "uuid": "1"})");
  CHECK(test.header() == "");
  CHECK(test.run({"status"}).code == 1);

  const auto again = test.run({"logout"}, {"HUB_API_KEY=" + key});
  CHECK(again.code == 0);
  CHECK(contains(again.err, "HUB_API_KEY still contains a key"));
}

TEST_CASE("cli: a browser's cookies sign in, and header prints the token's header") {
  const fixture test;
  test.save(key);
  const auto file = test.cookies("a-cookie");
  const auto result = test.run({"login", "--cookies", file});
  CHECK(result.code == 0);
  CHECK(result.out == "");
  CHECK(contains(result.err, "source    browser\n"));
  CHECK(contains(result.err, "a token is kept in memory only"));
  CHECK(test.run({"header", "--cookies", file}).out == "authorization: Bearer " + token + "\n");
  CHECK(test.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: with --cookies no saved key is used, even if the cookies sign in no user") {
  const fixture test;
  test.save(key);
  for (const auto& file : {test.cookies("another-cookie"), test.files / "missing", std::string()}) {
    for (const char* command : {"login", "header"}) {
      CAPTURE(file);
      const auto result = test.run({command, "--cookies", file});
      CHECK(result.code == 1);
      CHECK(result.out == "");
      CHECK(contains(result.err, "from the browser"));
    }
  }
}

TEST_CASE("cli: the Platform has its own request, header and variable") {
  const fixture test;
  const strings service{"--service", "platform", "--root", test.hub.url()};
  const auto run = [&](strings arguments, const strings& variables = {}) {
    arguments.insert(arguments.end(), service.begin(), service.end());
    return test.run(arguments, variables);
  };
  CHECK(run({"login", key}).code == 0);
  CHECK(test.hub.requests().back().target == "/api/settings");
  CHECK(run({"header"}).out == "authorization: Bearer " + key + "\n");
  CHECK(contains(run({"status"}, {"ULTRALYTICS_API_KEY=" + other_key}).err, "environment (ULTRALYTICS_API_KEY)"));
}

TEST_CASE("cli: an error on standard output is an error of the program") {
  const fixture test;
  test.save(key);
  for (const auto& arguments : std::vector<strings>{{"header"}, {"status", "--json"}}) {
    const auto result = test.run(arguments, {}, {}, "/dev/full");
    CHECK(result.code == 1);
    CHECK(contains(result.err, "cannot write to standard output"));
  }
}

TEST_CASE("cli: colors are used on terminals only, and only if NO_COLOR is unset or empty") {
  const fixture test;
  CHECK_FALSE(contains(test.run({"status"}).err, "\x1b"));
  const auto shown_with = [&](const strings& variables) {
    auto terminal = test.run_on_terminal({"status"}, variables);
    terminal.expect("hubauth: ");
    terminal.wait();
    return terminal.all_shown();
  };
  CHECK(contains(shown_with({}), "\x1b["));
  CHECK(contains(shown_with({"NO_COLOR="}), "\x1b["));
  CHECK_FALSE(contains(shown_with({"NO_COLOR=1"}), "\x1b"));
}

TEST_CASE("cli: a typed key signs in and is not shown") {
  struct {
    strings arguments;
    const char* source;
  } const cases[]{{{"login"}, "prompt"}, {{"login", "--with-key"}, "standard input"}};
  for (const auto& it : cases) {
    CAPTURE(it.source);
    const fixture test;
    auto terminal = test.run_on_terminal(it.arguments, {"NO_COLOR=1"});
    terminal.expect("API key");
    terminal.expect(": ");
    terminal.type(key + "\n");
    terminal.expect(it.source);
    terminal.expect("saved     yes");
    CHECK(terminal.wait() == pty::exited());
    CHECK_FALSE(testing::spells(terminal.all_shown(), canary));
    CHECK(test.header() == "x-api-key: " + key + "\n");
  }
}
