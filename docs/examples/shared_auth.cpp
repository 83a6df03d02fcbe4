// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <cstdio>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/shared_auth.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/terminal/terminal_prompter.hpp>
#include <thread>
#include <vector>

std::atomic<bool> expired = false;  // a simulated service, which sometimes requires its users to sign in again

struct my_transport {  // yours would send the request with your HTTP library
  hubauth::result<hubauth::response> send(const hubauth::request&) {
    expired = false;
    return hubauth::response{200, R"({"success": true})"};
  }
  bool has_cookies() const { return false; }
};

int upload(hubauth::auth_header_view header) {  // a request of the program; returns the HTTP status
  static std::atomic<int> uploads = 0;
  if (++uploads % 7 == 0) expired = true;
  return header && !expired ? 200 : 401;
}

// [threads]
int main() {
  hubauth::shared_auth auth(hubauth::hub, my_transport(), hubauth::memory_store(), hubauth::terminal_prompter(),
                            hubauth::system_environment());
  const auto session = auth.login("open-sesame");
  if (!session) return std::fprintf(stderr, "%s\n", session.error().message().c_str()), 1;

  std::atomic<int> done = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i != 4; ++i)
    workers.emplace_back([&] {
      auto reader = auth.reader();  // one for each thread
      for (int part = 0; part != 10; ++part, ++done)
        while (upload(reader.get_auth_header()) == 401)
          if (!auth.authenticate()) return;  // single-flight: one request, and all threads get its result
    });
  for (auto& worker : workers) worker.join();
  std::printf("%d parts uploaded\n", done.load());
}
// [threads]
