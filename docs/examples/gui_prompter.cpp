// SPDX-License-Identifier: BSL-1.0
//
// A prompter for a program with windows: the sign-in runs in a thread of its own, the dialog in the window's.

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <hubauth/basic_auth.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/local_hub.hpp>
#include <hubauth/curl/curl_transport.hpp>

// [prompter]
using answer = std::optional<hubauth::secret>;  // nothing: the dialog was closed

struct gui_prompter {
  std::function<void(std::string text, std::promise<answer> to)> show;  // shows a dialog, from any thread

  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request& about) {
    std::string text = about.previous_error ? about.previous_error->message() + ". Another key" : "A key";
    text += " for " + std::string(about.service) + "?";
    std::promise<answer> to;
    auto typed = to.get_future();
    show(std::move(text), std::move(to));
    auto key = typed.get();  // waits for the person
    if (!key) return hubauth::fail(hubauth::errc::prompt_canceled);
    return std::move(*key);
  }
};
// [prompter]

class window {  // what a toolkit has: events, each run in the window's own thread
 public:
  void post(std::function<void()> event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    changed_.notify_one();
  }

  void run() {
    while (!closed) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !events_.empty(); });
      const auto event = std::move(events_.front());
      events_.pop_front();
      lock.unlock();
      event();
    }
  }

  bool closed = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> events_;
};

int main() {
  hubauth::testing::local_hub hub;
  hub.accept_key("open-sesame");
  const std::string root = hub.root();
  auto there = hubauth::hub;
  there.root = {root, ""};
  there.key_env_var = "";

  window main_window;
  std::deque<std::string_view> person{"open-barley", "open-sesame"};  // what they type
  const auto show = [&](std::string text, std::promise<answer> promised) {
    auto to = std::make_shared<std::promise<answer>>(std::move(promised));
    main_window.post([&, text = std::move(text), to] {
      std::puts(text.c_str());
      to->set_value(hubauth::secret(person.front()));
      person.pop_front();
    });
  };
  std::jthread worker([&] {
    hubauth::basic_auth auth(there, hubauth::curl_transport(), hubauth::memory_store(), gui_prompter{show},
                             hubauth::system_environment());
    const bool done = auth.login().has_value();
    main_window.post([&, done] { std::puts(done ? "signed in" : "not signed in"), main_window.closed = true; });
  });
  main_window.run();
}
