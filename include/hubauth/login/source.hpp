// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hubauth/version.hpp"

namespace hubauth {

/// Where a credential comes from, in the order in which `login` tries the sources.
enum class source : std::uint8_t { argument, environment, saved, browser, prompt };

inline constexpr std::array<source, 5> all_sources{source::argument, source::environment, source::saved,
                                                   source::browser, source::prompt};

/// The enumerator's own name.
constexpr std::string_view to_string(source value) noexcept {
  switch (value) {
    case source::argument: return "argument";
    case source::environment: return "environment";
    case source::saved: return "saved";
    case source::browser: return "browser";
    case source::prompt: return "prompt";
  }
  return "unknown";
}

/// Which sources a login may use: all, unless some are excluded. Their order is fixed.
class source_set {
 public:
  constexpr source_set() noexcept = default;

  [[nodiscard]] constexpr source_set without(source excluded) const noexcept {
    auto rest = *this;
    rest.excluded_[static_cast<std::size_t>(excluded)] = true;
    return rest;
  }

  [[nodiscard]] constexpr bool contains(source value) const noexcept {
    return !excluded_[static_cast<std::size_t>(value)];
  }

  friend constexpr bool operator==(const source_set&, const source_set&) noexcept = default;

 private:
  std::array<bool, all_sources.size()> excluded_{};
};

/// What a login found at a source.
enum class source_status : std::uint8_t {
  not_tried,        ///< an earlier source decided
  excluded,         ///< the options exclude it
  unsupported,      ///< the service has no such source
  no_cookies,       ///< the transport has no cookies to send
  not_found,        ///< it has no credential
  malformed,        ///< its text cannot be a key
  error,            ///< it, or the service, could not be asked
  rejected,         ///< the service rejects its credential
  used_unverified,  ///< its credential is used without verification
  verified,         ///< the service accepts its credential
};

/// The enumerator's own name.
constexpr std::string_view to_string(source_status value) noexcept {
  switch (value) {
    case source_status::not_tried: return "not_tried";
    case source_status::excluded: return "excluded";
    case source_status::unsupported: return "unsupported";
    case source_status::no_cookies: return "no_cookies";
    case source_status::not_found: return "not_found";
    case source_status::malformed: return "malformed";
    case source_status::error: return "error";
    case source_status::rejected: return "rejected";
    case source_status::used_unverified: return "used_unverified";
    case source_status::verified: return "verified";
  }
  return "unknown";
}

/// The status of each source after a login. Holds no secret and allocates nothing.
class login_trace {
 public:
  [[nodiscard]] constexpr source_status operator[](source value) const noexcept {
    return status_[static_cast<std::size_t>(value)];
  }

  constexpr void set(source value, source_status status) noexcept { status_[static_cast<std::size_t>(value)] = status; }

  friend constexpr bool operator==(const login_trace&, const login_trace&) noexcept = default;

 private:
  std::array<source_status, all_sources.size()> status_{};
};

}  // namespace hubauth
