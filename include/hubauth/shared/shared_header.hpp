// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "hubauth/credential/credential.hpp"
#include "hubauth/secret.hpp"

namespace hubauth {

/// A header that some threads read while others replace it.
///
/// Keeps:   all functions are for any thread; each reader is for one. A header is never changed, only replaced; the
///          last who holds it wipes it
class shared_header {
  struct line {
    secret text;
    std::size_t name_size;
  };

 public:
  /// Gives one thread the header of the moment.
  ///
  /// Needs:   the `shared_header` outlives it
  class reader {
   public:
    explicit reader(const shared_header& from) noexcept : from_(&from) {}
    reader(const reader&) = default;  // and no moves, which would leave a view without its header
    reader& operator=(const reader&) = default;

    /// The header field, or none. Waits for no sign-in and allocates nothing; as long as the header is the same it
    /// takes no lock either.
    ///
    /// Keeps:   valid until this reader's next call or end, whatever the others do
    [[nodiscard]] auth_header_view get_auth_header() noexcept {
      if (from_->generation_.load(std::memory_order_acquire) != seen_) take();
      return view_;
    }

   private:
    void take() noexcept {
      std::shared_ptr<const line> old = std::move(line_);  // ends, and may be wiped, outside of the lock
      const std::lock_guard lock(from_->mutex_);
      seen_ = from_->generation_.load(std::memory_order_relaxed);
      line_ = from_->line_;
      view_ = line_ ? auth_header_view(line_->text.with_exposed([](auto text) { return text; }), line_->name_size)
                    : auth_header_view();
    }

    const shared_header* from_;
    std::uint64_t seen_ = 0;
    std::shared_ptr<const line> line_;
    auth_header_view view_;
  };

  /// Gives every reader this header, or none, from now on.
  ///
  /// Keeps:   no reader gives the old one again, even when there is no memory for the new one
  void publish(auth_header_view fresh) {
    std::shared_ptr<const line> old;
    const std::lock_guard lock(mutex_);
    if (is(fresh)) return;
    old = withdraw();
    if (fresh) line_ = std::make_shared<const line>(line{secret(fresh.expose_line()), fresh.name().size()});
  }

  /// Gives the readers none from now on, unless they have this one.
  void withdraw_unless(auth_header_view held) noexcept {
    std::shared_ptr<const line> old;
    const std::lock_guard lock(mutex_);
    if (!is(held)) old = withdraw();
  }

 private:
  bool is(auth_header_view other) const noexcept {
    return line_ ? line_->text.with_exposed([&](auto text) { return text == other.expose_line(); }) : !other;
  }

  std::shared_ptr<const line> withdraw() noexcept {
    generation_.fetch_add(1, std::memory_order_release);
    return std::exchange(line_, nullptr);
  }

  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const line> line_;
};

}  // namespace hubauth
