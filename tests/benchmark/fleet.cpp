// SPDX-License-Identifier: BSL-1.0
//
// Many processes start at once, all with one key, and sign in to a service that answers 429 beyond 100 requests a
// minute. Each has the real retrying_transport, in a fiber of its own. Time is simulated and the random values are
// fixed, so every run prints the same. Prints JSON.

#include <algorithm>
#include <chrono>
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
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int requests_per_minute = 100;

/// Runs fibers in the order in which their sleeps end; of those that end at once, the one that slept first.
class scheduler {
 public:
  milliseconds now{0};  // since the start

  template <class Work>
  void start(Work work) {
    due_.emplace(now, order_++, fibers_.size());
    fibers_.emplace_back(std::allocator_arg, context::fixedsize_stack(16 * 1024),
                         [this, work = std::move(work)](context::fiber&& from) {
                           caller_ = std::move(from);
                           work();
                           return std::move(caller_);
                         });
  }

  /// \pre called in a fiber
  void sleep_for(milliseconds duration) {
    due_.emplace(now + duration, order_++, current_);
    caller_ = std::move(caller_).resume();
  }

  /// Returns when the last fiber has ended.
  void run() {
    for (; !due_.empty(); fibers_[current_] = std::move(fibers_[current_]).resume()) {
      std::tie(now, std::ignore, current_) = due_.top();
      due_.pop();
    }
  }

 private:
  using wake_up = std::tuple<milliseconds, std::uint64_t, std::size_t>;  // when, in which order, which fiber
  std::priority_queue<wake_up, std::vector<wake_up>, std::greater<>> due_;
  std::vector<context::fiber> fibers_;
  context::fiber caller_;  // runs while the current fiber sleeps
  std::uint64_t order_ = 0;
  std::size_t current_ = 0;
};

// Rate limits. `take` returns how long it takes until the service accepts a request: zero if it accepts this one.

struct minute_window {  // starts anew with each minute
  milliseconds phase;   // where in its minute the fleet starts
  std::int64_t window = -1;
  int accepted = 0;

  milliseconds take(milliseconds now) {
    if (const auto current = (now + phase) / 1min; current != window) window = current, accepted = 0;
    return accepted == requests_per_minute ? 1min - (now + phase) % 1min : (++accepted, 0ms);
  }
};

struct sliding_window {  // the last 60 seconds
  std::queue<milliseconds> accepted{};

  milliseconds take(milliseconds now) {
    while (!accepted.empty() && accepted.front() + 1min <= now) accepted.pop();
    if (accepted.size() == requests_per_minute) return accepted.front() + 1min - now;
    accepted.push(now);
    return 0ms;
  }
};

struct token_bucket {  // 100 at first, then one each 600 ms
  milliseconds full_at{0};

  milliseconds take(milliseconds now) {
    constexpr milliseconds interval = milliseconds(1min) / requests_per_minute;
    const auto empty_for = std::max(full_at, now) + interval - now - 1min;
    if (empty_for > 0ms) return empty_for;
    full_at = std::max(full_at, now) + interval;
    return 0ms;
  }
};

/// When a process that was refused tries again.
///
/// A candidate is the real transport without its jitter, over an environment that adds another one to each delay: at
/// most `max_jitter`, a function of the delay that the service requested and of the number of delays so far. Its
/// `max_total_delay` is for what the service requests.
struct retry_policy {
  const char* name;
  enum class kind { one_attempt, shipped, candidate } type = kind::candidate;
  milliseconds (*max_jitter)(milliseconds requested, int delays) = nullptr;
  milliseconds max_total_delay = 1min + 1ms;  // so that a minute is waited for
};

struct service {
  const char* name;
  std::function<std::function<milliseconds(milliseconds)>()> make_limit;
  bool sends_retry_after = true;
};

struct fleet {
  std::size_t size;
  milliseconds restart;  // after which a process that failed starts again; zero: never
};

struct outcome {
  std::size_t signed_in = 0;
  int requests = 0;
  int peak = 0;
  milliseconds last{0};
};

using random_values = std::mt19937_64;

/// The environment of one process.
struct environment {
  scheduler& time;
  random_values& random_source;
  const retry_policy& policy;
  int delays = 0;

  std::optional<std::string_view> get_env(const char*) const { return std::nullopt; }
  bool has_browser_session() const { return false; }
  std::chrono::system_clock::time_point now() const {
    return std::chrono::system_clock::time_point(1'800'000'000s + std::chrono::floor<seconds>(time.now));
  }
  std::uint64_t random() { return policy.type == retry_policy::kind::shipped ? random_source() : 0; }
  void sleep_for(milliseconds duration) {
    const auto max_jitter = policy.max_jitter ? policy.max_jitter(duration, ++delays) : 0ms;
    const auto values = static_cast<std::uint64_t>(max_jitter.count()) + 1;
    time.sleep_for(duration + milliseconds(random_source() % values));
  }
};

/// The transport of all processes. Counts their requests.
struct limited_transport {
  scheduler& time;
  outcome& out;
  std::function<milliseconds(milliseconds)> limit;
  bool sends_retry_after;
  seconds second{0};
  int requests_in_second = 0;

  bool has_cookies() const { return false; }
  hubauth::result<hubauth::response> send(const hubauth::request&) {
    ++out.requests;
    const auto current = std::chrono::floor<seconds>(time.now);
    if (std::exchange(second, current) != current) requests_in_second = 0;
    ++requests_in_second;
    if (second != 0s) out.peak = std::max(out.peak, requests_in_second);  // the start is not the policy's choice
    const auto refused_for = limit(time.now);
    if (refused_for == 0ms) return hubauth::response{200};
    const auto retry_after = std::chrono::ceil<seconds>(refused_for).count();
    return hubauth::response{429, {}, sends_retry_after ? std::to_string(retry_after) : ""};
  }
};

outcome simulate(const service& service, const retry_policy& policy, const fleet& fleet) {
  scheduler time;
  random_values random_source(1);
  outcome out;
  limited_transport transport{time, out, service.make_limit(), service.sends_retry_after};

  const auto process = [&] {
    for (;;) {
      environment env{time, random_source, policy};
      auto retrying =
          policy.type == retry_policy::kind::shipped
              ? hubauth::retrying_transport<limited_transport&, environment&>(transport, env)
              : hubauth::retrying_transport<limited_transport&, environment&>(transport, env, policy.max_total_delay);
      const auto response = policy.type == retry_policy::kind::one_attempt ? transport.send({}) : retrying.send({});
      if (response && response->status == 200) {
        ++out.signed_in;
        out.last = time.now;
        return;
      }
      if (fleet.restart == 0ms) return;
      time.sleep_for(fleet.restart);
    }
  };
  for (std::size_t i = 0; i != fleet.size; ++i) time.start(process);
  time.run();
  return out;
}

/// Makes copies of this limit.
template <class Limit>
auto copies_of(Limit limit) {
  return [=] { return [copy = limit](milliseconds now) mutable { return copy.take(now); }; };
}

}  // namespace

int main() {
  const service services[]{
      {"window, from its start", copies_of(minute_window{0ms})},
      {"window, from 40 s in", copies_of(minute_window{40s})},
      {"sliding window", copies_of(sliding_window{})},
      {"token bucket", copies_of(token_bucket{})},
      {"window, no Retry-After", copies_of(minute_window{0ms}), false},
  };
  const retry_policy policies[]{
      {"as shipped", retry_policy::kind::shipped},
      {"one attempt", retry_policy::kind::one_attempt},
      {"no jitter"},
      {"jitter 1 s, 2 s", retry_policy::kind::candidate, [](auto, int delays) -> milliseconds { return delays * 1s; }},
  };
  const fleet fleets[]{{10'000, 0ms}, {10'000, 1min}};

  const char* separator = "[\n";
  for (const auto& fleet : fleets)
    for (const auto& service : services)
      for (const auto& policy : policies) {
        const auto out = simulate(service, policy, fleet);
        if (fleet.restart != 0ms && out.signed_in != fleet.size)
          return std::fprintf(stderr, "some processes never signed in\n"), 1;
        std::printf(
            R"(%s{"service": "%s", "policy": "%s", "restart_s": %lld, "in": %zu, "requests": %d, "peak_per_s": %d, "last_in_s": %.1f})",
            separator, service.name, policy.name,
            static_cast<long long>(std::chrono::floor<seconds>(fleet.restart).count()), out.signed_in, out.requests,
            out.peak, std::chrono::duration<double>(out.last).count());
        separator = ",\n";
      }
  std::puts("\n]");
}
