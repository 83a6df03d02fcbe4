// SPDX-License-Identifier: BSL-1.0
//
// A prompter for a graphical program: the sign-in runs in a thread of its own, the dialog in the thread of the window.

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
#include <hubauth/curl/curl_transport.hpp>
#include <hubauth/environment/system_environment.hpp>
#include <hubauth/service/hub.hpp>
#include <hubauth/store/memory_store.hpp>
#include <hubauth/testing/local_hub.hpp>

// [prompter]
using entered_key = std::optional<hubauth::secret>;  // empty: the user closed the dialog

struct gui_prompter {
  std::function<void(std::string text, std::promise<entered_key> answer)> show_dialog;  // can be called from any thread

  hubauth::result<hubauth::secret> ask(const hubauth::prompt_request& request) {
    std::string text =
        request.previous_error ? request.previous_error->message() + ". Enter another key" : "Enter a key";
    text += " for " + std::string(request.service_name);
    std::promise<entered_key> answer;
    auto future = answer.get_future();
    show_dialog(std::move(text), std::move(answer));
    auto key = future.get();  // waits for the user
    if (!key) return hubauth::fail(hubauth::errc::prompt_canceled);
    return *std::move(key);
  }
};
// [prompter]

class window {  // what a toolkit has: events, which run in the window's thread
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
  const std::string url = hub.url();
  auto service = hubauth::hub;
  service.api_url = {url, nullptr};
  service.key_env_var = nullptr;

  window main_window;
  std::deque<std::string_view> typed{"open-barley", "open-sesame"};
  const auto show_dialog = [&](std::string text, std::promise<entered_key> promise) {
    auto answer = std::make_shared<std::promise<entered_key>>(std::move(promise));
    main_window.post([&, text = std::move(text), answer] {
      std::puts(text.c_str());
      answer->set_value(hubauth::secret(typed.front()));
      typed.pop_front();
    });
  };
  std::thread worker([&] {
    hubauth::basic_auth auth(service, hubauth::curl_transport(), hubauth::memory_store(), gui_prompter{show_dialog},
                             hubauth::system_environment());
    const bool signed_in = auth.login().has_value();
    main_window.post([&, signed_in] {
      std::puts(signed_in ? "signed in" : "not signed in");
      main_window.closed = true;
    });
  });
  main_window.run();
  worker.join();
}
