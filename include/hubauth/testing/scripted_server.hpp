// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hubauth/testing/scripted_response.hpp"

namespace hubauth::testing {

/// An HTTP server on 127.0.0.1 that answers by a function, unless an answer was scripted; for tests.
///
/// Keeps:   a free port, a thread for itself and one for each connection; its functions may be called from any thread.
///          Its end closes all connections and waits for no client. cpp-httplib makes the process ignore SIGPIPE.
class scripted_server {
 public:
  using answerer = std::function<scripted_response(const seen_request&)>;

  /// Needs:   `usual` may be called from any thread, and does not call the server
  explicit scripted_server(answerer usual = [](const seen_request&) { return scripted_response{}; })
      : usual_(std::move(usual)), port_(server_.bind_to_any_port("127.0.0.1")) {
    server_.new_task_queue = [this] {
      listening_.set_value();
      return new thread_each;
    };
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    listening_.get_future().wait();  // from here on `stop` is heard
  }

  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  ~scripted_server() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      for (auto& [thread, open] : open_) ::shutdown(open->socket(), SHUT_RDWR);
    }
    changed_.notify_all();
    server_.stop();
    thread_.join();
  }

  /// The next answer to a request for `path`, or for any path when it is empty; in the order of the calls, those for a
  /// path before those for any. (libcurl prompts again, once, when a connection that it uses again ends unanswered.)
  void script(std::string path, scripted_response next) {
    const std::lock_guard lock(mutex_);
    script_[std::move(path)].push_back(std::move(next));
  }

  /// Lets go of all that is held, and holds nothing any more.
  void release() {
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
    }
    changed_.notify_all();
  }

  /// `http://127.0.0.1:PORT`
  [[nodiscard]] std::string root() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// What was asked, those that wait for their answer included.
  [[nodiscard]] std::vector<seen_request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  /// How many connections there have been, whether or not anything was asked through them.
  [[nodiscard]] std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  /// A connection's bytes.
  class connection final : public httplib::Stream {
   public:
    explicit connection(int socket) noexcept : socket_(socket) {}

    bool is_readable() const override { return true; }
    bool is_writable() const override { return !over_; }
    int socket() const override { return socket_; }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}

    ssize_t read(char* out, std::size_t size) override {
      if (at_ == buffer_.size() && !wait()) return 0;
      const auto taken = buffer_.copy(out, size, at_);
      taken_.append(buffer_, at_, taken);
      at_ += taken;
      return static_cast<ssize_t>(taken);
    }

    ssize_t write(const char* bytes, std::size_t size) override {
      const auto sent = over_ ? -1 : ::send(socket_, bytes, size, MSG_NOSIGNAL);
      over_ = over_ || sent < 0;
      return sent;
    }

    void hang_up() noexcept { over_ = true; }  // nothing is sent any more, not even what httplib would answer

    std::string take_bytes() { return std::exchange(taken_, {}); }  // those read since the last call

    std::size_t number = 0;

   private:
    /// Waits for bytes from the client; false at their end.
    bool wait() {
      pollfd event{socket_, POLLIN, 0};
      ::poll(&event, 1, -1);  // an idle connection is no fault, whatever time limit the socket has
      buffer_.resize(4096);
      at_ = 0;
      const auto size = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      buffer_.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
      return !buffer_.empty();
    }

    int socket_;
    bool over_ = false;
    std::string buffer_;
    std::size_t at_ = 0;
    std::string taken_;
  };

  /// A held connection must not keep the others waiting, as it would in a pool.
  struct thread_each final : httplib::TaskQueue {
    void enqueue(std::function<void()> task) override { threads.emplace_back(std::move(task)); }
    void shutdown() override {
      for (auto& thread : threads) thread.join();
    }
    std::vector<std::thread> threads;
  };

  /// Takes each connection's socket, which httplib would keep to itself.
  struct server final : httplib::Server {
    explicit server(scripted_server& its_owner) : owner(its_owner) {
      set_tcp_nodelay(true);
      const Handler answer = [this](const httplib::Request& in, httplib::Response& out) { owner.answer(in, out); };
      Get(".*", answer).Post(".*", answer);
    }

    bool process_and_close_socket(int socket) override {
      connection here(socket);
      bool over = !owner.enter(here);
      const auto remember = [&](httplib::Request& in) { owner.remember(in, here); };
      while (!over && process_request(here, false, over, remember) && here.is_writable()) {
      }
      owner.leave();
      ::shutdown(socket, SHUT_RDWR);
      ::close(socket);
      return true;
    }

    scripted_server& owner;
  };

  /// False when it comes too late.
  bool enter(connection& here) {
    const std::lock_guard lock(mutex_);
    here.number = ++connections_;
    open_[std::this_thread::get_id()] = &here;
    return !ending_;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    open_.erase(std::this_thread::get_id());
  }

  /// The header is there; a body may follow.
  void remember(const httplib::Request& in, connection& here) {
    seen_request seen{.method = in.method, .target = in.target, .connection = here.number};
    const auto head = here.take_bytes();  // httplib keeps neither the fields' order nor only what came
    const auto next_line = [&](std::size_t at) { return head.find("\r\n", at) + 2; };
    for (auto at = next_line(0), end = next_line(at); end > at + 2; at = std::exchange(end, next_line(end))) {
      const auto line = head.substr(at, end - at - 2);
      auto name = line.substr(0, line.find(':'));
      const auto value = line.find_first_not_of(" \t", name.size() + 1);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      seen.headers.emplace_back(std::move(name), value == std::string::npos ? "" : line.substr(value));
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(seen));
  }

  void answer(const httplib::Request& in, httplib::Response& out) {
    std::unique_lock lock(mutex_);
    connection& here = *open_.at(std::this_thread::get_id());
    here.take_bytes();  // the body's
    const auto is_ours = [&](const seen_request& seen) { return seen.connection == here.number; };
    auto& request = *std::find_if(requests_.rbegin(), requests_.rend(), is_ours);
    request.body = in.body;

    const auto response = next_reply(in.path, request);
    if (response.held) changed_.wait(lock, [&] { return released_ || ending_; });
    lock.unlock();

    if (response.raw) {
      bool sent = here.write(response.body.data(), response.body.size()) >= 0;
      while (sent && !response.endless.empty()) sent = here.write(response.endless.data(), response.endless.size()) >= 0;
      return here.hang_up();
    }
    out.status = response.status;
    out.body = response.body;
    for (const auto& [name, value] : response.headers) out.headers.emplace(name, value);
  }

  scripted_response next_reply(const std::string& path, const seen_request& request) {
    for (const auto& key : {path, std::string()})
      if (auto& left = script_[key]; !left.empty()) {
        auto response = std::move(left.front());
        left.pop_front();
        return response;
      }
    return usual_(request);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<scripted_response>> script_;  // by path; "": any
  std::vector<seen_request> requests_;
  std::map<std::thread::id, connection*> open_;
  std::size_t connections_ = 0;
  bool released_ = false;
  bool ending_ = false;
  answerer usual_;
  server server_{*this};
  int port_;
  std::promise<void> listening_;
  std::thread thread_;
};

}  // namespace hubauth::testing
