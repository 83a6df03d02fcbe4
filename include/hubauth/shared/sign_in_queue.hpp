// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "hubauth/flow/login.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/session.hpp"

namespace hubauth {

/// What a caller wants of a sign-in.
struct login_request {
  flow::operation what;
  secret argument{};
  login_options options{};

  /// The very same; takes the same time wherever two arguments of one length differ.
  friend bool operator==(const login_request&, const login_request&) noexcept = default;
};

/// Lets many threads sign in and out, one after another, in the order of their calls.
///
/// Callers who want the very same share a turn: one of them runs, and all get the result. A logout ends all sign-ins
/// before it.
/// Keeps:   all functions are for any thread. No lock is held while a turn is taken. An exception stays in the thread
///          that it was thrown in, since no two may touch it: another of those who share the turn runs then
class turns {
 public:
  /// Takes a turn: `run(wanted)` gives the result, `publish()` makes it known, unless a logout has canceled it.
  ///
  /// Gives:   what `run` gave, here or to another who shares the turn; std::errc::operation_canceled when a logout
  ///          came, or when `stop` was requested before its turn; std::errc::resource_deadlock_would_occur when it is
  ///          called by what runs in this thread's own turn
  template <class Run, class Publish>
  login_result sign_in(login_request wanted, const std::stop_token& stop, Run&& run, Publish&& publish) {
    std::unique_lock lock(mutex_);
    if (is_mine()) return ended(std::errc::resource_deadlock_would_occur, "called from within a sign-in");
    const place mine(*this, lock, join(std::move(wanted)));
    mine.wait_for_turn(stop);
    if (mine->outcome) return *mine->outcome;
    if (mine->canceled) return canceled_by_logout();
    if (stop.stop_requested()) return ended(std::errc::operation_canceled, "stopped before its turn");

    mine.take_turn();
    auto out = run(std::as_const(*mine->wanted));
    std::optional<login_result> copy(out);
    lock.lock();
    if (mine->canceled) return canceled_by_logout();
    publish();
    mine->outcome = std::move(copy);
    return out;
  }

  /// Ends every sign-in that has begun and calls `withdraw()`, at once; takes a turn for `erase()`.
  ///
  /// Gives:   what `erase` gives; std::errc::resource_deadlock_would_occur as above, and nothing is done
  template <class Withdraw, class Erase>
  result<void> sign_out(Withdraw&& withdraw, Erase&& erase) {
    std::unique_lock lock(mutex_);
    if (is_mine()) return fail(std::make_error_code(std::errc::resource_deadlock_would_occur));
    const place mine(*this, lock, queue_.emplace_back(std::make_shared<entry>()));
    withdraw();
    for (const auto& each : queue_) each->canceled = each->wanted.has_value();
    std::erase_if(queue_, [](const auto& each) { return each->canceled; });
    changed_.notify_all();
    mine.wait_for_turn({});
    mine.take_turn();
    return erase();
  }

  /// True when a logout has canceled the sign-in whose turn it is.
  ///
  /// Needs:   to be called in a turn
  [[nodiscard]] bool canceled() const {
    const std::lock_guard lock(mutex_);
    return current_->canceled;
  }

  /// How many callers wait now.
  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  /// A turn that is to come or is taken. In the queue until it has an outcome or is canceled or nobody wants it.
  struct entry {
    std::optional<login_request> wanted{};  // none for a logout
    std::optional<login_result> outcome{};
    std::size_t callers = 0;
    bool canceled = false;
  };

  /// One caller's share in a turn, from here to its end.
  class place {
   public:
    place(turns& of, std::unique_lock<std::mutex>& lock, std::shared_ptr<entry> mine) noexcept
        : of_(of), lock_(lock), mine_(std::move(mine)) {
      ++mine_->callers;
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (!lock_.owns_lock()) lock_.lock();
      if (of_.is_mine()) of_.current_.reset();
      if (--mine_->callers == 0 || mine_->outcome) std::erase(of_.queue_, mine_);
      of_.changed_.notify_all();
    }

    entry* operator->() const noexcept { return mine_.get(); }

    void wait_for_turn(const std::stop_token& stop) const {
      ++of_.waiting_;
      of_.changed_.wait(lock_, stop, [&] {
        return mine_->outcome || mine_->canceled || (!of_.current_ && of_.queue_.front() == mine_);
      });
      --of_.waiting_;
    }

    /// Leaves the lock, until its end or until it is taken again.
    void take_turn() const {
      of_.current_ = mine_;
      of_.runner_ = std::this_thread::get_id();
      lock_.unlock();
    }

   private:
    turns& of_;
    std::unique_lock<std::mutex>& lock_;
    std::shared_ptr<entry> mine_;
  };

  bool is_mine() const noexcept { return current_ && runner_ == std::this_thread::get_id(); }

  std::shared_ptr<entry> join(login_request&& wanted) {
    for (const auto& each : queue_)
      if (each->wanted == wanted) return each;
    return queue_.emplace_back(std::make_shared<entry>(entry{std::move(wanted)}));
  }

  static login_result canceled_by_logout() { return ended(std::errc::operation_canceled, "signed out meanwhile"); }
  static login_result ended(std::errc kind, const char* why) {
    login_error error;
    error.code = std::make_error_code(kind);
    error.detail = why;
    return unexpected(std::move(error));
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::shared_ptr<entry>> queue_;  // in the order of turns
  std::shared_ptr<entry> current_;             // the turn that is taken; out of the queue once it is canceled
  std::thread::id runner_;                     // who has taken it
  std::size_t waiting_ = 0;
};

}  // namespace hubauth
