// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "hubauth/credential/auth_header.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

/// A header field that some threads read while others replace it.
///
/// A published header never changes. It is replaced by another, and wiped when no reader uses it any more.
/// \par Thread safety
/// Any thread can call all functions. Each reader is for one thread at a time.
class shared_header {
  struct snapshot {
    secret line;
    std::size_t name_size;
  };

 public:
  /// One thread's view of the header.
  ///
  /// \par Lifetime
  /// The `shared_header` must outlive its readers.
  class reader {
   public:
    explicit reader(const shared_header& header) noexcept : header_(&header) {}

    // Copied even where it could be moved: a move would leave a view without its header.
    reader(const reader&) = default;
    reader& operator=(const reader&) = default;

    /// The header field, or none. Never waits for a sign-in and never allocates. Takes no lock unless the header has
    /// changed since the last call.
    ///
    /// \par Lifetime
    /// Valid until this reader is called again, assigned to or destroyed, whatever other threads do.
    [[nodiscard]] auth_header_view get_auth_header() noexcept {
      if (header_->generation_.load(std::memory_order_acquire) != seen_generation_) update();
      return view_;
    }

   private:
    void update() noexcept {
      const auto old = std::move(snapshot_);  // destroyed, and perhaps wiped, after the lock is released
      const std::lock_guard lock(header_->mutex_);
      seen_generation_ = header_->generation_.load(std::memory_order_relaxed);
      snapshot_ = header_->snapshot_;
      view_ = view_of(snapshot_.get());
    }

    const shared_header* header_;
    std::uint64_t seen_generation_ = 0;
    std::shared_ptr<const snapshot> snapshot_;
    auth_header_view view_;
  };

  /// From now on all readers return this header, or none.
  /// \throws std::bad_alloc; readers return what they returned before
  void publish(auth_header_view header) {
    std::shared_ptr<const snapshot> next;  // destroyed after the lock is released, when it is the previous one
    const std::lock_guard lock(mutex_);
    if (is_published(header)) return;
    if (header) next = std::make_shared<const snapshot>(snapshot{secret(header.expose_line()), header.name().size()});
    replace_by(next);
  }

  /// From now on all readers return none.
  void withdraw() noexcept { withdraw_unless({}); }

  /// From now on all readers return none, unless they return this header.
  void withdraw_unless(auth_header_view header) noexcept {
    std::shared_ptr<const snapshot> next;
    const std::lock_guard lock(mutex_);
    if (!is_published(header)) replace_by(next);
  }

 private:
  static auth_header_view view_of(const snapshot* snapshot) noexcept {
    if (!snapshot) return {};
    return snapshot->line.with_exposed([&](auto line) { return auth_header_view(line, snapshot->name_size); });
  }

  bool is_published(auth_header_view header) const noexcept {
    return view_of(snapshot_.get()).expose_line() == header.expose_line();
  }

  void replace_by(std::shared_ptr<const snapshot>& next) noexcept {
    generation_.fetch_add(1, std::memory_order_release);
    snapshot_.swap(next);
  }

  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const snapshot> snapshot_;
};

}  // namespace hubauth
