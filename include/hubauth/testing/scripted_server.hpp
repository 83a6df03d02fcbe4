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

/// An HTTP server on 127.0.0.1 for tests. A handler makes the responses that are not scripted.
///
/// It listens on a free port, with one thread for itself and one for each connection. The destructor closes all
/// connections and waits for no client. cpp-httplib makes the process ignore SIGPIPE. \par Thread safety All functions
/// may be called from any thread.
class scripted_server {
 public:
  using handler = std::function<scripted_response(const received_request&)>;

  /// \pre `handle` may be called from any thread, and does not call the server
  explicit scripted_server(handler handle = [](const received_request&) { return scripted_response{}; })
      : handle_(std::move(handle)), port_(server_.bind_to_any_port("127.0.0.1")) {
    server_.new_task_queue = [this] {
      listening_.set_value();
      return new thread_per_connection;
    };
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    listening_.get_future().wait();  // before that, `stop` has no effect
  }

  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  ~scripted_server() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (auto& [thread, connection] : open_) ::shutdown(connection->socket(), SHUT_RDWR);
    }
    changed_.notify_all();
    server_.stop();
    thread_.join();
  }

  /// Adds a response to the script of `path`, or, if it is empty, of all paths. Each script is followed in order; that
  /// of a path takes precedence. (libcurl sends a request again if a connection that it reuses is closed before the
  /// response.)
  void script(std::string path, scripted_response next) {
    const std::lock_guard lock(mutex_);
    script_[std::move(path)].push_back(std::move(next));
  }

  /// Sends all responses that are held, and holds none from now on.
  void release() {
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
    }
    changed_.notify_all();
  }

  /// `http://127.0.0.1:PORT`
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// The requests so far, with those whose response is held.
  [[nodiscard]] std::vector<received_request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  /// The number of connections so far, with those without a request.
  [[nodiscard]] std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  /// The socket of a connection, and the bytes that were read from it.
  class connection_stream final : public httplib::Stream {
   public:
    explicit connection_stream(int socket) noexcept : socket_(socket) {}

    bool is_readable() const override { return true; }
    bool is_writable() const override { return !closed_; }
    int socket() const override { return socket_; }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}

    ssize_t read(char* out, std::size_t size) override {
      if (position_ == buffer_.size() && !receive()) return 0;
      const auto copied = buffer_.copy(out, size, position_);
      bytes_read_.append(buffer_, position_, copied);
      position_ += copied;
      return static_cast<ssize_t>(copied);
    }

    ssize_t write(const char* bytes, std::size_t size) override {
      const auto sent = closed_ ? -1 : ::send(socket_, bytes, size, MSG_NOSIGNAL);
      closed_ = closed_ || sent < 0;
      return sent;
    }

    /// From now on nothing is sent, not even the response of httplib itself.
    void close() noexcept { closed_ = true; }

    /// The bytes that were read since the last call.
    std::string take_bytes() { return std::exchange(bytes_read_, {}); }

    std::size_t number = 0;

   private:
    /// Waits for bytes from the client; false if there are no more.
    bool receive() {
      pollfd event{socket_, POLLIN, 0};
      ::poll(&event, 1, -1);  // a connection may be idle for longer than the socket's timeout
      buffer_.resize(4096);
      position_ = 0;
      const auto size = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      buffer_.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
      return !buffer_.empty();
    }

    int socket_;
    bool closed_ = false;
    std::string buffer_;
    std::size_t position_ = 0;
    std::string bytes_read_;
  };

  /// A thread for each connection: in a thread pool, a held connection would block others.
  struct thread_per_connection final : httplib::TaskQueue {
    void enqueue(std::function<void()> task) override { threads.emplace_back(std::move(task)); }
    void shutdown() override {
      for (auto& thread : threads) thread.join();
    }
    std::vector<std::thread> threads;
  };

  /// The server of httplib, with access to the socket of each connection.
  struct server final : httplib::Server {
    explicit server(scripted_server& scripted) : owner(scripted) {
      set_tcp_nodelay(true);
      const Handler respond = [this](const httplib::Request& in, httplib::Response& out) { owner.respond(in, out); };
      Get(".*", respond).Post(".*", respond);
    }

    bool process_and_close_socket(int socket) override {
      connection_stream connection(socket);
      bool closed = !owner.opened(connection);
      const auto record = [&](httplib::Request& in) { owner.record(in, connection); };
      while (!closed && process_request(connection, false, closed, record) && connection.is_writable()) {
      }
      owner.finished();
      ::shutdown(socket, SHUT_RDWR);
      ::close(socket);
      return true;
    }

    scripted_server& owner;
  };

  /// False if the server is stopping.
  bool opened(connection_stream& connection) {
    const std::lock_guard lock(mutex_);
    connection.number = ++connections_;
    open_[std::this_thread::get_id()] = &connection;
    return !stopping_;
  }

  void finished() {
    const std::lock_guard lock(mutex_);
    open_.erase(std::this_thread::get_id());
  }

  /// Records a request when its header is complete; a body may follow.
  void record(const httplib::Request& in, connection_stream& connection) {
    received_request received{.method = in.method, .target = in.target, .connection = connection.number};
    const auto header = connection.take_bytes();  // httplib sorts the fields and adds some
    const auto next_line = [&](std::size_t at) { return header.find("\r\n", at) + 2; };
    for (auto at = next_line(0), end = next_line(at); end > at + 2; at = std::exchange(end, next_line(end))) {
      const auto line = header.substr(at, end - at - 2);
      auto name = line.substr(0, line.find(':'));
      const auto value = line.find_first_not_of(" \t", name.size() + 1);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      received.headers.emplace_back(std::move(name), value == std::string::npos ? "" : line.substr(value));
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(received));
  }

  void respond(const httplib::Request& in, httplib::Response& out) {
    std::unique_lock lock(mutex_);
    connection_stream& connection = *open_.at(std::this_thread::get_id());
    connection.take_bytes();  // the body's
    auto& request = *std::find_if(requests_.rbegin(), requests_.rend(), [&](const received_request& received) {
      return received.connection == connection.number;
    });
    request.body = in.body;

    const auto response = next_response(in.path, request);
    if (response.held) changed_.wait(lock, [&] { return released_ || stopping_; });
    lock.unlock();

    if (response.raw) {
      const auto send = [&](const std::string& bytes) { return connection.write(bytes.data(), bytes.size()) >= 0; };
      bool sent = send(response.body);
      while (sent && !response.endless.empty()) sent = send(response.endless);
      return connection.close();
    }
    out.status = response.status;
    out.body = response.body;
    for (const auto& [name, value] : response.headers) out.headers.emplace(name, value);
  }

  scripted_response next_response(const std::string& path, const received_request& request) {
    for (const auto& key : {path, std::string()})
      if (auto& left = script_[key]; !left.empty()) {
        auto response = std::move(left.front());
        left.pop_front();
        return response;
      }
    return handle_(request);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<scripted_response>> script_;  // by path; "": all paths
  std::vector<received_request> requests_;
  std::map<std::thread::id, connection_stream*> open_;
  std::size_t connections_ = 0;
  bool released_ = false;
  bool stopping_ = false;
  handler handle_;
  server server_{*this};
  int port_;
  std::promise<void> listening_;
  std::thread thread_;
};

}  // namespace hubauth::testing
