// SPDX-License-Identifier: BSL-1.0
//
// Looks for a key in all memory of a program that has signed in (program.cpp), while it is and when that has ended.

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

#include "support/pseudo_terminal.hpp"
#include "support/memory_scan.hpp"
#include "support/tls_server.hpp"
#include "support/trust.hpp"

namespace {

/// The program, running.
class program {
 public:
  /// A core dump of it, if there ever is one, goes into the directory.
  program(std::vector<std::string> arguments, const std::string& directory) {
    id_ = fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) {
      std::vector<char*> words;
      for (auto& word : arguments) words.push_back(word.data());
      words.push_back(nullptr);
      dup2(orders_.reading(), 0);
      dup2(said_.writing(), 1);
      alarm(60);
      const rlimit whole{RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &whole);
      if (chdir(directory.c_str()) != 0) _exit(126);
      execv(words[0], words.data());
      _exit(127);
    }
    said_.close_writing();
    orders_.close_reading();
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() {
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }

  pid_t id() const { return id_; }
  void go_on() const { orders_.send("", 1); }

  std::string heard() const {
    std::string line;
    for (char c = 0;;) {
      pty::wait_for(said_.reading(), "a word of the program, after: " + line);
      if (!said_.receive(&c, 1)) return "(silence)";
      if (c == '\n') return line;
      line += c;
    }
  }

 private:
  pty::channel said_;
  pty::channel orders_;
  pid_t id_ = -1;
};

struct scenario {
  std::string name;
  bool others_have_it;  ///< libcurl and OpenSSL see the credential
};

const scenario scenes[]{
    {"argument, all in memory", false},
    {"argument, key_saved in a file, over https", true},
    {"saved in a file, over https", true},
    {"token, over https", true},
};

/// How many copies were there while signed in, and how many are left at the end.
struct copies {
  int before = 0;
  int after = 0;
};

copies look(const std::string& path, const scenario& of, const std::string& others) {
  const trust trusted;
  const temporary_directory home;
  std::string token;
  tls_server server(trusted.trusted(), [&](const std::string& head) {
    const auto body = head.starts_with("POST /v1/auth/auto")
                          ? R"({"success": true, "data": {"idToken": ")" + token + "\"}}"
                          : std::string(R"({"success": true})");
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  program run({path, of.name, server.url(), home.path(), trusted.directory / "ours.pem", others}, home.path());
  REQUIRE(run.heard() == "begin");

  const auto key = made_up_key(run.id());
  token = key;
  home.write("settings.json", "{\"api_key\": \"" + (of.name.starts_with("saved") ? key : "") + "\"}");
  home.write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tmine\n");
  run.go_on();
  REQUIRE(run.heard() == "signed in");
  copies seen;
  seen.before = copies_in(run.id(), middle(key));
  run.go_on();
  REQUIRE(run.heard() == "ended");
  seen.after = copies_in(run.id(), middle(key));
  run.go_on();
  return seen;
}

}  // namespace

TEST_CASE("memory: after a sign-in and its end no memory of the program holds the key, but what others gave back") {
  for (const std::string path : {HUBAUTH_PROGRAM_O0, HUBAUTH_PROGRAM_O2})
    for (const auto& of : scenes) {
      CAPTURE(path);
      CAPTURE(of.name);
      const auto as_it_is = look(path, of, "as-they-are");
      const auto wiped = look(path, of, "wiped");
      CHECK(as_it_is.before > 0);  // it can be found
      CHECK(wiped.before > 0);
      CHECK(wiped.after == 0);
      if (!of.others_have_it) CHECK(as_it_is.after == 0);
      fmt::print("memory: {}, {}: {} copies while signed in; then {}, all of libcurl and OpenSSL\n",
                 path == HUBAUTH_PROGRAM_O0 ? "-O0" : "-O2", of.name, as_it_is.before, as_it_is.after);
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
    const auto& of = scenes[0];
    program run({path, of.name, "http://127.0.0.1", home.path(), "", "as-they-are"}, home.path());
    REQUIRE(run.heard() == "begin");
    run.go_on();
    REQUIRE(run.heard() == "signed in");
    const auto key = made_up_key(run.id());
    CHECK(copies_in(run.id(), middle(key)) > 0);
    kill(run.id(), SIGABRT);
    CHECK(run.heard() == "(silence)");  // once it has ended

    std::string dump;
    for (const auto& name : temporary_directory::names(home.path()))
      if (name.starts_with("core")) dump = home.read(name);
    REQUIRE(dump.find(of.name) != std::string::npos);  // it shows the program's memory
    CHECK(dump.find(middle(key)) == std::string::npos);
  }
}
