// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace hubauth {

namespace detail {
class cancellation_callback;
}

/// Ends a caller's wait in a `shared_auth`: when another thread calls `cancel`, or at a deadline.
///
///     hubauth::cancellation cancellation(std::chrono::steady_clock::now() + std::chrono::seconds(5));
///     const auto session = auth.authenticate(cancellation);
///
/// One object can be passed to several calls, also at the same time. It stays canceled.
/// \par Lifetime
/// Must outlive the calls that it is passed to, and its own `cancel`.
/// \par Thread safety
/// Any thread can call all functions. A signal handler cannot.
class cancellation {
 public:
  /// Without a deadline.
  cancellation() = default;

  explicit cancellation(std::chrono::steady_clock::time_point deadline) : deadline_(deadline) {}

  cancellation(const cancellation&) = delete;
  cancellation& operator=(const cancellation&) = delete;

  /// Wakes the callers that wait with this object.
  void cancel() {
    const std::lock_guard lock(mutex_);
    canceled_ = true;
    for (const auto& callback : callbacks_) callback();
  }

  /// True after `cancel`, and after the deadline.
  [[nodiscard]] bool is_canceled() const noexcept {
    return canceled_ || (deadline_ && std::chrono::steady_clock::now() >= *deadline_);
  }

  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> deadline() const noexcept { return deadline_; }

 private:
  friend class detail::cancellation_callback;

  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::atomic<bool> canceled_{false};
  mutable std::mutex mutex_;
  mutable std::list<std::function<void()>> callbacks_;
};

namespace detail {

/// Lets `cancel` call a function, as long as this object lives. As `std::stop_callback`, but nothing is called if it is
/// canceled already. A deadline calls nothing.
///
/// The function is called in the thread of `cancel`. The destructor waits until it has returned.
class cancellation_callback {
 public:
  cancellation_callback(const cancellation& cancellation, std::function<void()> callback)
      : cancellation_(cancellation) {
    const std::lock_guard lock(cancellation_.mutex_);
    position_ = cancellation_.callbacks_.insert(cancellation_.callbacks_.end(), std::move(callback));
  }
  cancellation_callback(const cancellation_callback&) = delete;
  cancellation_callback& operator=(const cancellation_callback&) = delete;
  ~cancellation_callback() {
    const std::lock_guard lock(cancellation_.mutex_);
    cancellation_.callbacks_.erase(position_);
  }

 private:
  const cancellation& cancellation_;
  std::list<std::function<void()>>::const_iterator position_;
};

}  // namespace detail

}  // namespace hubauth
