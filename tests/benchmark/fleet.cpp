// SPDX-License-Identifier: BSL-1.0
//
// Many processes start at once, all with one key, and sign in to a service that answers 429 beyond 100 requests a
// minute. Each has the real retrying_transport, in a fiber of its own; time is made up, and the random_values are always the
// same, so that every run prints the same.
// Prints JSON.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>

#include "hubauth/retry/retrying_transport.hpp"

namespace {

namespace context = boost::context;

constexpr std::int64_t second = 1000, minute = 60 * second;  // all times are in milliseconds
constexpr std::int64_t limit = 100;                          // requests a minute

/// Fibers that take turns, each when its pause is over; who paused first goes on first.
class schedule {
 public:
  std::int64_t now = 0;

  template <class Work>
  void start(Work work) {
    due_.emplace(now, order_++, fibers_.size());
    fibers_.emplace_back(std::allocator_arg, context::fixedsize_stack(16 * 1024),
                         [this, work = std::move(work)](context::fiber&& from) {
                           rest_ = std::move(from);
                           work();
                           return std::move(rest_);
                         });
  }

  /// Needs:   to be called in a fiber
  void sleep_for(std::int64_t length) {
    due_.emplace(now + length, order_++, current_);
    rest_ = std::move(rest_).resume();
  }

  /// Until the last fiber has ended.
  void run() {
    for (; !due_.empty(); fibers_[current_] = std::move(fibers_[current_]).resume()) {
      std::tie(now, std::ignore, current_) = due_.top();
      due_.pop();
    }
  }

 private:
  using turn = std::tuple<std::int64_t, std::uint64_t, std::size_t>;  // when, in which order, which fiber
  std::priority_queue<turn, std::vector<turn>, std::greater<>> due_;
  std::vector<context::fiber> fibers_;
  context::fiber rest_;  // who goes on when the fiber sleeps
  std::uint64_t order_ = 0;
  std::size_t current_ = 0;
};

/// How long until the service would take a request: 0 when it takes this one.
struct minute_window {  // begins with the minute
  std::int64_t phase;   // where in its minute the fleet starts
  std::int64_t window = -1, taken = 0;

  std::int64_t take(std::int64_t now) {
    if (const auto it = (now + phase) / minute; it != window) window = it, taken = 0;
    return taken == limit ? minute - (now + phase) % minute : (++taken, 0);
  }
};

struct sliding_window {  // the last 60 seconds, whenever
  std::queue<std::int64_t> taken{};

  std::int64_t take(std::int64_t now) {
    while (!taken.empty() && taken.front() + minute <= now) taken.pop();
    if (taken.size() == limit) return taken.front() + minute - now;
    taken.push(now);
    return 0;
  }
};

struct token_bucket {  // 100 at first, then one each 600 ms
  std::int64_t full_at = 0;

  std::int64_t take(std::int64_t now) {
    constexpr auto each = minute / limit;
    const auto empty_for = std::max(full_at, now) + each - now - minute;
    if (empty_for > 0) return empty_for;
    full_at = std::max(full_at, now) + each;
    return 0;
  }
};

/// When a process that was refused comes back.
///
/// A candidate is the real transport without its lot, over an environment that adds another one to each pause: up to
/// `most`, by the pause that the service named, and by how many there were. Its max_total_delay is for what the service names.
struct policy {
  const char* name;
  enum { once, shipped, candidate } how = candidate;
  std::int64_t (*most)(std::int64_t named, std::int64_t sleeps) = nullptr;
  std::int64_t max_total_delay = minute + 1;  // so that a minute is waited for
};

struct service {
  const char* name;
  std::function<std::function<std::int64_t(std::int64_t)>()> make;
  bool names_its_time = true;
};

struct fleet {
  std::size_t size;
  std::int64_t restart;  // after how long a process begins anew; 0: never
};

struct outcome {
  std::size_t in = 0;
  std::int64_t requests = 0, peak = 0, last_in = 0;
};

using random_values = std::mt19937_64;

/// The environment of one process.
struct environment {
  schedule& time;
  random_values& all;
  const policy& by;
  std::int64_t sleeps = 0;

  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::int64_t now() const { return 1'800'000'000 + time.now / 1000; }
  std::uint64_t random() { return by.how == policy::shipped ? all() : 0; }
  void sleep_for(std::int64_t length) {
    const auto most = by.most ? by.most(length, ++sleeps) : 0;
    time.sleep_for(length + static_cast<std::int64_t>(all() % static_cast<std::uint64_t>(most + 1)));
  }
};

outcome simulate(const service& at, const policy& by, const fleet& of) {
  schedule time;
  random_values all(1);
  outcome out;
  const auto wait = at.make();

  struct counted {
    schedule& time;
    outcome& out;
    const std::function<std::int64_t(std::int64_t)>& wait;
    bool names_its_time;
    std::int64_t this_second = 0, requests = 0;

    bool has_cookies() const { return false; }
    hubauth::result<hubauth::response> send(const hubauth::request&) {
      ++out.requests;
      if (std::exchange(this_second, time.now / second) != time.now / second) requests = 0;
      ++requests;
      if (this_second != 0) out.peak = std::max(out.peak, requests);  // that all start at once is nobody's choice
      const auto refused_for = wait(time.now);
      if (refused_for == 0) return hubauth::response{200};
      return hubauth::response{429, {}, names_its_time ? std::to_string((refused_for + second - 1) / second) : ""};
    }
  } transport{time, out, wait, at.names_its_time};

  const auto process = [&] {
    for (;;) {
      environment env{time, all, by};
      auto retrying = by.how == policy::shipped
                          ? hubauth::retrying_transport(std::ref(transport), std::ref(env))
                          : hubauth::retrying_transport(std::ref(transport), std::ref(env), by.max_total_delay);
      const auto answer = by.how == policy::once ? transport.send({}) : retrying.send({});
      if (answer && answer->status == 200) {
        ++out.in;
        out.last_in = time.now;
        return;
      }
      if (of.restart == 0) return;
      time.sleep_for(of.restart);
    }
  };
  for (std::size_t i = 0; i != of.size; ++i) time.start(process);
  time.run();
  return out;
}

template <class Window>
auto fresh(Window window) {
  return [=] { return [of = window](std::int64_t now) mutable { return of.take(now); }; };
}

}  // namespace

int main() {
  const service services[]{
      {"window, from its start", fresh(minute_window{0})},
      {"window, from 40 s in", fresh(minute_window{40 * second})},
      {"sliding window", fresh(sliding_window{})},
      {"token bucket", fresh(token_bucket{})},
      {"window, names no time", fresh(minute_window{0}), false},
  };
  const policy policies[]{
      {"as shipped", policy::shipped},
      {"prompts once", policy::once},
      {"no lot"},
      {"lot 1 s, 2 s", policy::candidate, [](auto, auto n) { return n * second; }},
  };
  const fleet fleets[]{{10'000, 0}, {10'000, minute}};

  const char* separator = "[\n";
  for (const auto& of : fleets)
    for (const auto& at : services)
      for (const auto& by : policies) {
        const auto out = simulate(at, by, of);
        if (of.restart != 0 && out.in != of.size) return std::fprintf(stderr, "some never came in\n"), 1;
        std::printf(
            R"(%s{"service": "%s", "policy": "%s", "restart_s": %lld, "in": %zu, "requests": %lld, "peak_per_s": %lld, "last_in_s": %.1f})",
            separator, at.name, by.name, static_cast<long long>(of.restart / second), out.in,
            static_cast<long long>(out.requests), static_cast<long long>(out.peak),
            static_cast<double>(out.last_in) / second);
        separator = ",\n";
      }
  std::puts("\n]");
}
