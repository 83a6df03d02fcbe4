// SPDX-License-Identifier: BSL-1.0
//
// Runs the command line program itself (HUBAUTH_CLI) against a local hub, with a home directory of its own.

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
using words = std::vector<std::string>;

// Every secret has this in it, and no output may have.
constexpr std::string_view canary = "Sesame";
const std::string key = "openSesame1";
const std::string other_key = "openSesame2";
const std::string wrong_key = "shutSesame";
const std::string token = "token.Sesame";

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The program with its arguments and all of its variables.
class program {
 public:
  program(words arguments, words variables) : arguments_(std::move(arguments)), variables_(std::move(variables)) {}

  /// Turns this (child) process into it.
  [[noreturn]] void become() const {
    std::signal(SIGPIPE, SIG_DFL);  // the hub has it ignored
    alarm(60);
    execve(HUBAUTH_CLI, pointers(arguments_).data(), pointers(variables_).data());
    _exit(127);
  }

 private:
  static std::vector<char*> pointers(const words& all) {
    std::vector<char*> out;
    for (const auto& word : all) out.push_back(const_cast<char*>(word.c_str()));  // exec does not change them
    out.push_back(nullptr);
    return out;
  }

  words arguments_;
  words variables_;
};

/// How a run ended, and what it has said.
struct outcome {
  int code;
  std::string out;
  std::string err;
};

/// A home directory, and a hub that knows both keys.
struct scenario {
  scenario() { hub.accept_key(key).accept_key(other_key).accept_session("a-cookie", token); }

  program hubauth(words arguments, words variables) const {
    arguments.insert(arguments.begin(), "hubauth");
    variables.push_back("HOME=" + (home / ""));
    variables.push_back("ULTRALYTICS_HUB_API=" + hub.root());  // the first of a name counts
    return {std::move(arguments), std::move(variables)};
  }

  /// Runs it without a terminal. Standard output goes to a file of this directory, unless another path is given.
  outcome run(const words& arguments, const words& variables = {}, const std::string& input = {},
              std::string output = {}) const {
    const auto about = hubauth(arguments, variables);
    if (output.empty()) output = files / "out";
    const std::array paths{files.write("in", input), output, files / "err"};
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      setsid();
      for (int file = 0; file != 3; ++file) {
        close(file);  // the lowest free number is the one that open gives
        open(paths[static_cast<std::size_t>(file)].c_str(), file == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC, 0600);
      }
      about.become();
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    outcome seen{WEXITSTATUS(status), files.read("out"), files.read("err")};
    CHECK_FALSE(spells(seen.err, canary));
    return seen;
  }

  /// Runs it on a terminal: all that it says, and what it prompts, is there.
  pty::pseudo_terminal run_on_terminal(const words& arguments, const words& variables = {}) const {
    return pty::pseudo_terminal([about = hubauth(arguments, variables)](const pty::reports&) {
      const int terminal = open("/dev/tty", O_RDWR);
      for (int file = 0; file != 3; ++file) dup2(terminal, file);
      about.become();
    });
  }

  /// The header that the next program gets; empty when there is none.
  std::string header() const { return run({"header"}).out; }

  void save(const std::string& text) const { REQUIRE(run({"login", "--with-key"}, {}, text + "\n").code == 0); }

  /// Puts the shared settings file there, with this content.
  void share(const std::string& content) const {
    mkdir((home / ".config").c_str(), 0700);
    mkdir((home / ".config/Ultralytics").c_str(), 0700);
    home.write(".config/Ultralytics/settings.json", content);
  }

  std::string cookies(const std::string& session) const {
    return files.write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t" + session + "\n");
  }

  std::string host() const { return hub.root().substr(std::string_view("http://").size()); }

  temporary_directory home;
  temporary_directory files;
  testing::local_hub hub;
};

/// A port of 127.0.0.1 that nobody listens at, and nobody else can take.
class closed_port {
 public:
  closed_port() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&at), size) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    root_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  }
  closed_port(const closed_port&) = delete;
  closed_port& operator=(const closed_port&) = delete;
  ~closed_port() { close(socket_); }

  const std::string& root() const { return root_; }

 private:
  int socket_;
  std::string root_;
};

}  // namespace

TEST_CASE("cli: a key on the command line signs in, is saved, and is warned of") {
  const scenario at;
  const auto seen = at.run({"login", key});
  CHECK(seen.code == 0);
  CHECK(seen.out == "");
  CHECK(holds(seen.err, "Signed in to " + at.host() + "\n"));
  CHECK(holds(seen.err, "from      argument\n"));
  CHECK(holds(seen.err, "verified  yes"));
  CHECK(holds(seen.err, "saved     yes"));
  CHECK(holds(seen.err, "process list"));
  CHECK(holds(seen.err, "--with-key"));
  CHECK(at.hub.requests().size() == 1);
  CHECK(at.header() == "x-api-key: " + key + "\n");
  CHECK(at.hub.requests().size() == 1);
}

TEST_CASE("cli: a key comes by standard input, with a line end or without") {
  for (const char* end : {"\n", "\r\n", "", "\nanother line\n"}) {
    CAPTURE(end);
    const scenario at;
    const auto seen = at.run({"login", "--with-key"}, {}, key + end);
    CHECK(seen.code == 0);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, "from      standard input\n"));
    CHECK_FALSE(holds(seen.err, "process list"));
    CHECK(at.header() == "x-api-key: " + key + "\n");
  }
}

TEST_CASE("cli: a key that is none is refused, and nobody else is signed in") {
  struct {
    words arguments;
    std::string input;
    const char* says;
  } const cases[]{
      {{"login", ""}, "", "it is empty"},
      {{"login", " \t"}, "", "it is empty"},
      {{"login", "_Sesame"}, "", "the part that is the key is empty"},
      {{"login", "open Sesame"}, "", "a character that no key has"},
      {{"login", "--with-key"}, "", "it is empty"},
      {{"login", "--with-key"}, "\n" + key, "it is empty"},
      {{"login", "--with-key"}, std::string(5000, ' ') + key, "longer than any key"},
      {{"login", "--with-key"}, std::string("open\0Sesame", 11), "a character that no key has"},
  };
  const scenario at;
  at.save(other_key);
  const auto before = at.hub.requests().size();
  for (const auto& it : cases) {
    CAPTURE(it.says);
    const auto seen = at.run(it.arguments, {}, it.input);
    CHECK(seen.code == 1);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, "the key is malformed"));
    CHECK(holds(seen.err, it.says));
  }
  CHECK(at.hub.requests().size() == before);
  CHECK(at.header() == "x-api-key: " + other_key + "\n");
}

TEST_CASE("cli: a rejected key is not saved, and the service's own words are said") {
  const scenario at;
  at.save(key);
  const auto seen = at.run({"login", "--with-key", "--verbose"}, {}, wrong_key);
  CHECK(seen.code == 1);
  CHECK(seen.out == "");
  CHECK(holds(seen.err, at.host() + ": the service rejected the credential (from standard input): unknown key"));
  CHECK(holds(seen.err, "verifying ends in rejected_final, goes to failed\n"));
  CHECK(holds(seen.err, "argument     rejected\n"));
  CHECK(holds(seen.err, "saved        not tried\n"));
  CHECK(at.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: the exit code tells what to do about a response") {
  struct {
    testing::scripted_response answer;
    int code;
    const char* says;
  } const cases[]{
      {{.status = 401}, 1, "rejected"},
      {{.status = 429, .headers = {{"Retry-After", "7"}}}, 3, "try again in 7 s"},
      {{.status = 503}, 3, "the service failed"},
      {testing::raw(), 3, "can't be reached"},
      {testing::redirect(302, "http://127.0.0.1/"), 4, "redirects"},
      {{.body = "<html>"}, 4, "not understood"},
      {testing::endless_body(), 4, "too large"},
  };
  for (const auto& it : cases) {
    CAPTURE(it.says);
    scenario at;
    at.hub.script(it.answer);
    const auto seen = at.run({"login", key});
    CHECK(seen.code == it.code);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, at.host()));
    CHECK(holds(seen.err, it.says));
    CHECK(at.header() == "");
  }
}

TEST_CASE("cli: nobody there is another day's matter") {
  const scenario at;
  const closed_port nobody;
  const auto seen = at.run({"--root", nobody.root(), "login", key});
  CHECK(seen.code == 3);
  CHECK(holds(seen.err, "can't be reached"));
}

TEST_CASE("cli: wrong usage says so, and shows no argument that may be a key") {
  const scenario at;
  for (const auto& arguments : std::vector<words>{
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
    const auto seen = at.run(arguments);
    CHECK(seen.code == 2);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, "--help"));
  }
  CHECK(at.hub.requests().empty());
}

TEST_CASE("cli: an address that no key may be sent to is named by where it came from") {
  const scenario at;
  for (const auto& root : {"http://hub.example.com", "ftp://127.0.0.1", "https://Sesame@example.com", ""}) {
    CAPTURE(root);
    const auto seen = at.run({"status", "--root", root});
    CHECK(seen.code == 2);
    CHECK(holds(seen.err, "--root"));
  }
  const auto seen = at.run({"login", key}, {"ULTRALYTICS_HUB_API=http://hub.example.com"});
  CHECK(seen.code == 4);
  CHECK(holds(seen.err, "ULTRALYTICS_HUB_API must begin with https://"));
}

TEST_CASE("cli: --root goes before the variable, and says where its keys are made") {
  const scenario at;
  const auto seen = at.run({"login", "--root", at.hub.root() + "/", "--with-key"},
                           {"ULTRALYTICS_HUB_API=http://hub.example.com"}, wrong_key);
  CHECK(seen.code == 1);
  CHECK(holds(seen.err, "keys are made at " + at.hub.root() + "/settings"));
  CHECK(at.hub.requests().size() == 1);
}

TEST_CASE("cli: --help goes to standard output and explains every exit code") {
  const scenario at;
  for (const auto& arguments : std::vector<words>{{"--help"}, {"login", "--help"}}) {
    const auto seen = at.run(arguments);
    CHECK(seen.code == 0);
    CHECK(seen.err == "");
    for (const char* line : {"\n  0  ", "\n  1  ", "\n  2  ", "\n  3  ", "\n  4  "}) CHECK(holds(seen.out, line));
  }
}

TEST_CASE("cli: the help of each command has an example of it") {
  const scenario at;
  for (const char* command : {"login", "status", "header", "logout"}) {
    CAPTURE(command);
    const auto help = at.run({command, "--help"}).out;
    const auto example = help.find("\nExample:\n  ");
    REQUIRE(example != std::string::npos);
    CHECK(holds(std::string_view(help).substr(example, help.find("\n\n", example) - example),
                std::string("hubauth ") + command));
  }
}

TEST_CASE("cli: status prompts nobody about a saved key, unless it is told to check") {
  const scenario at;
  at.save(key);
  const auto before = at.hub.requests().size();
  const auto seen = at.run({"status"});
  CHECK(seen.code == 0);
  CHECK(seen.out == "");
  CHECK(holds(seen.err, "Signed in to " + at.host() + "\n"));
  CHECK(holds(seen.err, "from      saved\n"));
  CHECK(holds(seen.err, "taken as it stands"));
  CHECK(at.hub.requests().size() == before);

  const auto checked = at.run({"status", "--check"});
  CHECK(checked.code == 0);
  CHECK(holds(checked.err, "verified  yes"));
  CHECK(at.hub.requests().size() == before + 1);
}

TEST_CASE("cli: status --json tells a program who is signed in, on standard output alone") {
  const scenario at;
  at.save(key);
  const auto seen = at.run({"status", "--json"});
  CHECK(seen.code == 0);
  CHECK(seen.err == "");
  CHECK_FALSE(spells(seen.out, canary));
  CHECK(nlohmann::json::parse(seen.out) == nlohmann::json{{"signed_in", true},
                                                          {"host", at.host()},
                                                          {"from", "saved"},
                                                          {"verified", false},
                                                          {"saved", true},
                                                          {"sources",
                                                           {{"argument", "no key there"},
                                                            {"environment", "no key there"},
                                                            {"saved", "taken as it stands"},
                                                            {"browser", "not tried"},
                                                            {"prompt", "not tried"}}}});

  const auto other = at.run({"status", "--json"}, {"HUB_API_KEY=" + other_key});
  CHECK(holds(other.err, "HUB_API_KEY goes before the saved key"));
  CHECK(nlohmann::json::parse(other.out)["from"] == "environment");
  CHECK(nlohmann::json::parse(other.out)["verified"] == true);
  CHECK(nlohmann::json::parse(other.out)["saved"] == false);
}

TEST_CASE("cli: status --json tells a program why nobody is signed in, and what to do") {
  scenario at;
  const struct {
    testing::scripted_response answer;
    int code;
    const char* kind;
    const char* recovery;
    nlohmann::json retry_after;
  } cases[]{
      {{.body = R"({"success": false})"}, 1, "rejected", "ask", nullptr},
      {{.status = 429, .headers = {{"Retry-After", "7"}}}, 3, "rate_limited", "retry", 7},
      {{.status = 503}, 3, "server_error", "retry", nullptr},
      {{.body = "<html>"}, 4, "invalid_response", "report", nullptr},
  };
  for (const auto& it : cases) {
    CAPTURE(it.kind);
    at.hub.script(it.answer);
    const auto seen = at.run({"status", "--json"}, {"HUB_API_KEY=" + key});
    CHECK(seen.code == it.code);
    CHECK(seen.err == "");
    CHECK_FALSE(spells(seen.out, canary));
    const auto told = nlohmann::json::parse(seen.out);
    CHECK(told["signed_in"] == false);
    CHECK(told["host"] == at.host());
    CHECK(told["error"]["kind"] == it.kind);
    CHECK(told["error"]["recovery"] == it.recovery);
    CHECK(told["error"]["retry_after"] == it.retry_after);
    CHECK(holds(told["error"]["message"].get<std::string>(), "(from the variable HUB_API_KEY)"));
    CHECK(told["sources"].size() == 5);
    CHECK(told["sources"]["saved"] == "not tried");
  }
  const auto nobody = at.run({"status", "--json"});
  CHECK(nobody.code == 1);
  CHECK(nlohmann::json::parse(nobody.out)["error"]["kind"] == "not_signed_in");
}

TEST_CASE("cli: status warns of a saved key that others can read, and says how to mend it") {
  const scenario at;
  at.share(R"({"api_key": ")" + key + "\"}");
  const auto file = at.home / ".config/Ultralytics/settings.json";
  const auto warning = "Others can read the key in " + file + ". To keep it to yourself: chmod 600 " + file + "\n";
  REQUIRE(chmod(file.c_str(), 0644) == 0);
  CHECK(holds(at.run({"status"}).err, warning));
  CHECK(at.run({"status", "--json"}).err == warning);

  REQUIRE(chmod(file.c_str(), 0600) == 0);
  CHECK_FALSE(holds(at.run({"status"}).err, "Others"));
}

TEST_CASE("cli: without a key, status and header ask nobody and say what to do") {
  const scenario at;
  for (const char* command : {"status", "header"}) {
    CAPTURE(command);
    const auto seen = at.run({command, "--verbose"}, {"COLAB_RELEASE_TAG=here"});
    CHECK(seen.code == 1);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, "sign in by `hubauth login`, or put a key into HUB_API_KEY"));
    CHECK(holds(seen.err, "saved        no key there\n"));
    CHECK(holds(seen.err, "prompt       left out by the options\n"));
  }
  CHECK(at.hub.requests().empty());

  auto terminal = at.run_on_terminal({"status"});
  terminal.expect("hubauth login");
  CHECK(terminal.wait() == pty::change{pty::change::kind::exited, 1});
}

TEST_CASE("cli: without a terminal, login does not wait") {
  const scenario at;
  const auto seen = at.run({"login"});
  CHECK(seen.code == 1);
  CHECK(holds(seen.err, "there is no terminal to ask for a key"));
}

TEST_CASE("cli: a key in the environment is not saved, and a saved one that it goes before is told of") {
  const scenario at;
  const words variables{"HUB_API_KEY=" + other_key};
  CHECK_FALSE(holds(at.run({"status"}, variables).err, "goes before"));

  at.save(key);
  for (const char* command : {"login", "status"}) {
    CAPTURE(command);
    const auto seen = at.run({command}, variables);
    CHECK(seen.code == 0);
    CHECK(holds(seen.err, "from      environment (HUB_API_KEY)\n"));
    CHECK(holds(seen.err, "saved     no\n"));
    CHECK(holds(seen.err, "HUB_API_KEY goes before the saved key"));
  }
  const auto seen = at.run({"header"}, variables);
  CHECK(seen.out == "x-api-key: " + other_key + "\n");
  CHECK(holds(seen.err, "HUB_API_KEY goes before the saved key"));
  CHECK(at.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: a key that can't be saved signs in, says why, and is no success") {
  const scenario at;
  at.share("not JSON");
  const auto seen = at.run({"login", key});
  CHECK(seen.code == 1);
  CHECK(holds(seen.err, "Signed in to " + at.host()));
  CHECK(holds(seen.err, "saved     no\n"));
  CHECK(holds(seen.err, ".config/Ultralytics/settings.json"));
  CHECK(at.home.read(".config/Ultralytics/settings.json") == "not JSON");
}

TEST_CASE("cli: the saved settings that can't be read are not taken for none") {
  const scenario at;
  at.share(R"({"api_key": 3})");
  for (const char* command : {"status", "header", "logout"}) {
    CAPTURE(command);
    const auto seen = at.run({command});
    CHECK(seen.code == 1);
    CHECK(seen.out == "");
    CHECK(holds(seen.err, "settings.json"));
  }
}

TEST_CASE("cli: logout erases the saved key, and tells of the one in the environment") {
  const scenario at;
  at.share(R"({"api_key": ")" + key + R"(", "uuid": "1"})");
  CHECK(at.header() == "x-api-key: " + key + "\n");
  const auto seen = at.run({"logout"});
  CHECK(seen.code == 0);
  CHECK(seen.out == "");
  CHECK(holds(seen.err, "Signed out"));
  CHECK(at.home.read(".config/Ultralytics/settings.json") == R"({"api_key": "", "uuid": "1"})");
  CHECK(at.header() == "");
  CHECK(at.run({"status"}).code == 1);

  const auto again = at.run({"logout"}, {"HUB_API_KEY=" + key});
  CHECK(again.code == 0);
  CHECK(holds(again.err, "HUB_API_KEY still holds a key"));
}

TEST_CASE("cli: a browser's cookies sign in, for the header that is printed") {
  const scenario at;
  at.save(key);
  const auto file = at.cookies("a-cookie");
  const auto seen = at.run({"login", "--cookies", file});
  CHECK(seen.code == 0);
  CHECK(seen.out == "");
  CHECK(holds(seen.err, "from      browser\n"));
  CHECK(holds(seen.err, "a token lives in memory only"));
  CHECK(at.run({"header", "--cookies", file}).out == "authorization: Bearer " + token + "\n");
  CHECK(at.header() == "x-api-key: " + key + "\n");
}

TEST_CASE("cli: cookies that sign nobody in leave the saved key aside") {
  const scenario at;
  at.save(key);
  for (const auto& file : {at.cookies("another-cookie"), at.files / "missing", std::string()}) {
    for (const char* command : {"login", "header"}) {
      CAPTURE(file);
      const auto seen = at.run({command, "--cookies", file});
      CHECK(seen.code == 1);
      CHECK(seen.out == "");
      CHECK(holds(seen.err, "from the browser"));
    }
  }
}

TEST_CASE("cli: the Platform's keys and its variable are its own") {
  const scenario at;
  const words service{"--service", "platform", "--root", at.hub.root()};
  const auto run = [&](words arguments, const words& variables = {}) {
    arguments.insert(arguments.end(), service.begin(), service.end());
    return at.run(arguments, variables);
  };
  CHECK(run({"login", key}).code == 0);
  CHECK(at.hub.requests().back().target == "/api/settings");
  CHECK(run({"header"}).out == "authorization: Bearer " + key + "\n");
  CHECK(holds(run({"status"}, {"ULTRALYTICS_API_KEY=" + other_key}).err, "environment (ULTRALYTICS_API_KEY)"));
}

TEST_CASE("cli: what could not be written is no success") {
  const scenario at;
  at.save(key);
  for (const auto& arguments : std::vector<words>{{"header"}, {"status", "--json"}}) {
    const auto seen = at.run(arguments, {}, {}, "/dev/full");
    CHECK(seen.code == 1);
    CHECK(holds(seen.err, "standard output can't be written"));
  }
}

TEST_CASE("cli: colours are for terminals, and only where NO_COLOR is unset or empty") {
  const scenario at;
  CHECK_FALSE(holds(at.run({"status"}).err, "\x1b"));
  const auto shown_with = [&](const words& variables) {
    auto terminal = at.run_on_terminal({"status"}, variables);
    terminal.expect("hubauth: ");
    terminal.wait();
    return terminal.shown();
  };
  CHECK(holds(shown_with({}), "\x1b["));
  CHECK(holds(shown_with({"NO_COLOR="}), "\x1b["));
  CHECK_FALSE(holds(shown_with({"NO_COLOR=1"}), "\x1b"));
}

TEST_CASE("cli: a person types the key, and nobody sees it") {
  struct {
    words arguments;
    const char* from;
  } const cases[]{{{"login"}, "prompt"}, {{"login", "--with-key"}, "standard input"}};
  for (const auto& it : cases) {
    CAPTURE(it.source);
    const scenario at;
    auto terminal = at.run_on_terminal(it.arguments, {"NO_COLOR=1"});
    terminal.expect("API key");
    terminal.expect(": ");
    terminal.type(key + "\n");
    terminal.expect(it.source);
    terminal.expect("saved     yes");
    CHECK(terminal.wait() == pty::exited());
    CHECK_FALSE(spells(terminal.shown(), canary));
    CHECK(at.header() == "x-api-key: " + key + "\n");
  }
}
