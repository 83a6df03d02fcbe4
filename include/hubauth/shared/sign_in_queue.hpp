// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "hubauth/result.hpp"
#include "hubauth/session.hpp"
#include "hubauth/shared/cancellation.hpp"
#include "hubauth/shared/login_request.hpp"

namespace hubauth::detail {

/// Runs the sign-ins and logouts of many threads one after another, in the order of the calls.
///
/// Equal requests are single-flight: a caller whose request equals one that is queued or runs joins it. One of these
/// callers runs it, and all get its result. A logout cancels all sign-ins before it.
///
/// No lock is held while a sign-in or a logout runs. An exception is thrown in the thread that ran the sign-in, and in
/// no other; another caller of the same request runs it then.
/// \par Thread safety
/// Any thread can call all functions.
class sign_in_queue {
 public:
  /// Waits for its turn, signs in by `run(request)`, and calls `publish()` unless a logout has canceled it.
  /// \param publish  makes the new header known, after a failure too; is called with the queue locked
  /// \returns the result of `run`, which this or another caller of the same request has called
  /// \retval std::errc::operation_canceled if a logout canceled it, or `cancellation` ended its wait
  /// \retval std::errc::resource_deadlock_would_occur if this thread runs a sign-in or a logout already
  template <class Run, class Publish>
  login_result sign_in(login_request request, const cancellation& cancellation, Run&& run, Publish&& publish) {
    // Before the lock: `cancel` holds its own mutex when it takes the lock.
    const cancellation_callback wake(cancellation, [this] { wake_waiters(); });
    std::unique_lock lock(mutex_);
    if (runs_in_this_thread()) return failure(std::errc::resource_deadlock_would_occur, "called from within a sign-in");
    const waiter self(*this, lock, join(std::move(request)));
    self.wait_for_turn(cancellation);
    if (self->result) return *self->result;
    if (self->canceled) return canceled_by_logout();
    if (cancellation.is_canceled()) return failure(std::errc::operation_canceled, "canceled before its turn");

    self.take_turn();
    auto result = run(std::as_const(*self->request));
    lock.lock();
    if (self->canceled) return canceled_by_logout();
    publish();
    self->result = std::move(result);
    return *self->result;
  }

  /// Cancels all sign-ins that have begun and calls `withdraw()`, at once; then waits for its turn and calls `erase()`.
  /// \param withdraw  is called with the queue locked
  /// \returns the result of `erase`
  /// \retval std::errc::resource_deadlock_would_occur if this thread runs one of the two already; nothing is done
  /// \throws std::bad_alloc if it cannot be queued; nothing is done
  template <class Withdraw, class Erase>
  result<void> sign_out(Withdraw&& withdraw, Erase&& erase) {
    std::unique_lock lock(mutex_);
    if (runs_in_this_thread()) return fail(std::make_error_code(std::errc::resource_deadlock_would_occur));
    const waiter self(*this, lock, entries_.emplace_back(std::make_shared<entry>()));
    withdraw();
    for (const auto& each : entries_) each->canceled = each->request.has_value();
    std::erase_if(entries_, [](const auto& each) { return each->canceled; });
    changed_.notify_all();
    self.wait_for_turn({});
    self.take_turn();
    return erase();
  }

  /// True if a logout has canceled the sign-in that runs.
  /// \pre called by what `run` or `erase` calls
  [[nodiscard]] bool canceled() const {
    const std::lock_guard lock(mutex_);
    return current_->canceled;
  }

  /// The number of callers that wait for their turn or for another caller's result.
  [[nodiscard]] std::size_t waiter_count() const {
    const std::lock_guard lock(mutex_);
    return waiter_count_;
  }

 private:
  /// A sign-in or a logout that is queued or runs. It stays in the queue until it has a result or no caller, or is
  /// canceled.
  struct entry {
    std::optional<login_request> request{};  // none: a logout
    std::optional<login_result> result{};
    std::size_t callers = 0;
    bool canceled = false;
  };

  /// One caller of an entry. The destructor ends its turn, and removes an entry without other callers.
  class waiter {
   public:
    waiter(sign_in_queue& queue, std::unique_lock<std::mutex>& lock, std::shared_ptr<entry> entry) noexcept
        : queue_(queue), lock_(lock), entry_(std::move(entry)) {
      ++entry_->callers;
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() {
      if (!lock_.owns_lock()) lock_.lock();
      if (queue_.runs_in_this_thread()) queue_.current_.reset();
      if (--entry_->callers == 0 || entry_->result) std::erase(queue_.entries_, entry_);
      queue_.changed_.notify_all();
    }

    entry* operator->() const noexcept { return entry_.get(); }

    /// Returns when it is this entry's turn, the entry has a result, or the wait is canceled.
    void wait_for_turn(const cancellation& cancellation) const {
      const auto ready = [&] {
        return entry_->result || entry_->canceled || cancellation.is_canceled() ||
               (!queue_.current_ && queue_.entries_.front() == entry_);
      };
      ++queue_.waiter_count_;
      if (const auto deadline = cancellation.deadline())
        queue_.changed_.wait_until(lock_, *deadline, ready);
      else
        queue_.changed_.wait(lock_, ready);
      --queue_.waiter_count_;
    }

    /// Makes it the entry that runs, and unlocks the queue.
    void take_turn() const {
      queue_.current_ = entry_;
      queue_.runner_ = std::this_thread::get_id();
      lock_.unlock();
    }

   private:
    sign_in_queue& queue_;
    std::unique_lock<std::mutex>& lock_;
    std::shared_ptr<entry> entry_;
  };

  bool runs_in_this_thread() const noexcept { return current_ && runner_ == std::this_thread::get_id(); }

  std::shared_ptr<entry> join(login_request&& request) {
    const auto equal = [&](const auto& each) { return each->request == request; };
    if (const auto found = std::find_if(entries_.begin(), entries_.end(), equal); found != entries_.end())
      return *found;
    return entries_.emplace_back(std::make_shared<entry>(entry{std::move(request)}));
  }

  void wake_waiters() {
    const std::lock_guard lock(mutex_);  // no waiter is between its check and its wait
    changed_.notify_all();
  }

  static login_result canceled_by_logout() { return failure(std::errc::operation_canceled, "canceled by a logout"); }
  static login_result failure(std::errc code, const char* detail) {
    return unexpected(login_error{.code = std::make_error_code(code), .detail = detail});
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<entry>> entries_;  // in the order of the calls
  std::shared_ptr<entry> current_;               // the one that runs; not in entries_ after a logout canceled it
  std::thread::id runner_;                       // the thread that runs it
  std::size_t waiter_count_ = 0;
};

}  // namespace hubauth::detail
