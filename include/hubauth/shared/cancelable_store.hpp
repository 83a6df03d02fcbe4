// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <system_error>
#include <utility>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/result.hpp"
#include "hubauth/secret.hpp"
#include "hubauth/shared/sign_in_queue.hpp"

namespace hubauth::detail {

/// A store that does not save the key of a sign-in that a logout has canceled.
template <class Store>
class cancelable_store {
 public:
  cancelable_store(Store&& store, const sign_in_queue& queue) : store_(std::forward<Store>(store)), queue_(queue) {}

  result<std::optional<secret>> load() { return store_.load(); }
  result<void> save(const api_key& key) {
    if (queue_.canceled()) return fail(std::make_error_code(std::errc::operation_canceled));
    return store_.save(key);
  }
  result<void> erase() { return store_.erase(); }

 private:
  Store store_;
  const sign_in_queue& queue_;
};

}  // namespace hubauth::detail
