// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string_view>

#include "hubauth/policy/store.hpp"

namespace hubauth {

/// Saves the key in memory only, for as long as the object exists. A model of `store`.
class memory_store {
 public:
  result<std::optional<secret>> load() {
    return saved_.empty() ? std::optional<secret>() : std::optional<secret>(saved_.clone());
  }

  result<void> save(const api_key& key) {
    saved_ = key.with_exposed([](std::string_view text) { return secret(text); });
    return {};
  }

  result<void> erase() {
    saved_ = secret();
    return {};
  }

 private:
  secret saved_;
};

}  // namespace hubauth
