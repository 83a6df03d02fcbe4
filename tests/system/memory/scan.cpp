// SPDX-License-Identifier: BSL-1.0
//
// Searches all memory of a program (program.cpp) for a key: while it is signed in, and after that has ended.

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/memory_scan.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

using namespace hubauth::testing;

/// The program that is searched.
class program {
 public:
  /// A core dump of it, if there ever is one, goes into the directory.
  program(std::vector<std::string> arguments, const std::string& directory) {
    id_ = fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) {
      std::vector<char*> argv;
      for (auto& word : arguments) argv.push_back(word.data());
      argv.push_back(nullptr);
      dup2(input_.reading(), 0);
      dup2(output_.writing(), 1);
      alarm(60);
      const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &unlimited);
      if (chdir(directory.c_str()) != 0) _exit(126);
      execv(argv[0], argv.data());
      _exit(127);
    }
    output_.close_writing();
    input_.close_reading();
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() {
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }

  pid_t id() const { return id_; }
  void proceed() const { input_.send("", 1); }

  std::string read_line() const {
    std::string line;
    for (char c = 0;;) {
      pty::wait_for(output_.reading(), "a line of the program, after: " + line);
      if (!output_.receive(&c, 1)) return "(end of output)";
      if (c == '\n') return line;
      line += c;
    }
  }

 private:
  pty::channel output_;
  pty::channel input_;
  pid_t id_ = -1;
};

struct scenario {
  std::string name;
  bool libraries_have_it;  ///< libcurl and OpenSSL see the credential
};

const scenario scenarios[]{
    {"argument, all in memory", false},
    {"argument, saved in a file, over https", true},
    {"saved in a file, over https", true},
    {"token, over https", true},
};

/// How many copies were there while signed in, and how many are left at the end.
struct copies {
  int before = 0;
  int after = 0;
};

copies count_copies(const std::string& path, const scenario& scenario, const std::string& library_memory) {
  const trust trusted;
  const temporary_directory home;
  std::string token;
  tls_server server(trusted.trusted(), [&](const std::string& head) {
    const auto body = head.starts_with("POST /v1/auth/auto")
                          ? R"({"success": true, "data": {"idToken": ")" + token + "\"}}"
                          : std::string(R"({"success": true})");
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  program run({path, scenario.name, server.url(), home.path(), trusted.directory / "ours.pem", library_memory}, home.path());
  REQUIRE(run.read_line() == "begin");

  const auto key = made_up_key(run.id());
  token = key;
  home.write("settings.json", "{\"api_key\": \"" + (scenario.name.starts_with("saved") ? key : "") + "\"}");
  home.write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tmine\n");
  run.proceed();
  REQUIRE(run.read_line() == "signed in");
  copies seen;
  seen.before = copies_in(run.id(), middle(key));
  run.proceed();
  REQUIRE(run.read_line() == "ended");
  seen.after = copies_in(run.id(), middle(key));
  run.proceed();
  return seen;
}

}  // namespace

TEST_CASE("memory: after a sign-in ends, no memory contains the key, except what libraries have freed") {
  for (const std::string path : {HUBAUTH_PROGRAM_O0, HUBAUTH_PROGRAM_O2})
    for (const auto& scenario : scenarios) {
      CAPTURE(path);
      CAPTURE(scenario.name);
      const auto as_it_is = count_copies(path, scenario, "as-they-are");
      const auto wiped = count_copies(path, scenario, "wiped");
      CHECK(as_it_is.before > 0);  // the search finds it
      CHECK(wiped.before > 0);
      CHECK(wiped.after == 0);
      if (!scenario.libraries_have_it) CHECK(as_it_is.after == 0);
      fmt::print("memory: {}, {}: {} copies while signed in; then {}, all of libcurl and OpenSSL\n",
                 path == HUBAUTH_PROGRAM_O0 ? "-O0" : "-O2", scenario.name, as_it_is.before, as_it_is.after);
    }
}

TEST_CASE("memory: a core dump does not show the key") {
  const auto pattern = read_text("/proc/sys/kernel/core_pattern");
  if (pattern.find('/') != std::string::npos || pattern.starts_with('|')) {
    MESSAGE("skipped: this system's core dumps go elsewhere, by " << pattern);
    return;
  }
  for (const std::string path : {HUBAUTH_PROGRAM_O0, HUBAUTH_PROGRAM_O2}) {
    CAPTURE(path);
    const temporary_directory home;
    const auto& scenario = scenarios[0];
    program run({path, scenario.name, "http://127.0.0.1", home.path(), "", "as-they-are"}, home.path());
    REQUIRE(run.read_line() == "begin");
    run.proceed();
    REQUIRE(run.read_line() == "signed in");
    const auto key = made_up_key(run.id());
    CHECK(copies_in(run.id(), middle(key)) > 0);
    kill(run.id(), SIGABRT);
    CHECK(run.read_line() == "(end of output)");  // when the program has ended

    std::string dump;
    for (const auto& name : temporary_directory::names(home.path()))
      if (name.starts_with("core")) dump = home.read(name);
    REQUIRE(dump.find(scenario.name) != std::string::npos);  // the dump contains the program's memory
    CHECK(dump.find(middle(key)) == std::string::npos);
  }
}
