// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "hubauth/result.hpp"

namespace hubauth {

/// Where a credential came from, in the order in which they are tried.
enum class source : std::uint8_t { argument, environment, saved, browser, prompt };

inline constexpr std::array<source, 5> all_sources{source::argument, source::environment, source::saved,
                                                   source::browser, source::prompt};

/// The enumerator's own name.
constexpr std::string_view name(source from) noexcept {
  switch (from) {
    case source::argument: return "argument";
    case source::environment: return "environment";
    case source::saved: return "saved";
    case source::browser: return "browser";
    case source::prompt: return "prompt";
  }
  return "unknown";
}

/// Which sources a login may use. All, unless it is told otherwise; their order is fixed.
class source_set {
 public:
  constexpr source_set() noexcept = default;

  [[nodiscard]] constexpr source_set without(source which) const noexcept {
    auto rest = *this;
    rest.excluded_[static_cast<std::size_t>(which)] = true;
    return rest;
  }

  [[nodiscard]] constexpr bool contains(source which) const noexcept {
    return !excluded_[static_cast<std::size_t>(which)];
  }

  friend constexpr bool operator==(const source_set&, const source_set&) noexcept = default;

 private:
  std::array<bool, all_sources.size()> excluded_{};
};

/// What became of a source.
enum class finding : std::uint8_t {
  not_reached,  ///< it was not its turn
  excluded,     ///< the options leave it out
  not_offered,  ///< the service has no such thing
  no_cookies,   ///< the transport has none to send
  absent,       ///< it has no credential
  malformed,    ///< its text can't be a key
  failed,       ///< it, or the service, could not be asked
  rejected,     ///< the service does not accept its credential
  taken,        ///< its credential was taken as it stands
  accepted,     ///< the service accepts its credential
};

/// The finding in words, as they may stand behind the source's name.
constexpr std::string_view describe(finding what) noexcept {
  switch (what) {
    case finding::not_reached: return "not tried";
    case finding::excluded: return "left out by the options";
    case finding::not_offered: return "not offered by the service";
    case finding::no_cookies: return "no cookies to send";
    case finding::absent: return "no key there";
    case finding::malformed: return "not a key";
    case finding::failed: return "failed";
    case finding::rejected: return "rejected";
    case finding::taken: return "taken as it stands";
    case finding::accepted: return "accepted";
  }
  return "unknown";
}

/// What was tried in a sign-in, and why each source was passed over. Holds no secret and allocates nothing.
class trace {
 public:
  [[nodiscard]] constexpr finding operator[](source from) const noexcept {
    return found_[static_cast<std::size_t>(from)];
  }

  constexpr void note(source from, finding what) noexcept { found_[static_cast<std::size_t>(from)] = what; }

 private:
  std::array<finding, all_sources.size()> found_{};
};

/// What a login may do.
struct login_options {
  bool verify_saved = false;  ///< ask the service about a saved key too, rather than take it as it stands
  source_set use{};           ///< which sources may be used
  int attempts = 3;           ///< how often a person is asked

  friend constexpr bool operator==(const login_options&, const login_options&) noexcept = default;
};

/// What is known of a sign-in that worked. Holds no secret: `basic_auth` keeps the credential.
struct session {
  source from = source::argument;        ///< the source that won
  bool verified = false;                 ///< the service accepted it just now
  bool persisted = false;                ///< it is saved
  std::optional<failure> not_persisted;  ///< why it could not be saved; nothing when it need not be
  std::string host;                      ///< the service's
  trace tried;                           ///< what was tried
};

/// Why a sign-in did not work.
struct login_error {
  std::error_code code;                     ///< an `errc`, or a code of a policy's own category
  std::string detail;                       ///< what and where, the service's message; no secret; may be empty
  std::optional<source> from;               ///< the source of the credential or of the trouble, when there was one
  std::string where;                        ///< that source in words: "the variable HUB_API_KEY"
  std::string host;                         ///< the service's
  std::string hint;                         ///< what a person can do; may be empty
  std::optional<std::int64_t> retry_after;  ///< seconds from now, when the service named a time
  trace tried;                              ///< what was tried

  /// All of it in a sentence, for a person.
  [[nodiscard, gnu::cold]] std::string message() const {
    std::string text = host;
    text += host.empty() ? "" : ": ";
    text += code.message();
    if (!where.empty()) text += " (from " + where + ")";
    if (!detail.empty()) text += ": " + detail;
    if (retry_after) text += "; try again in " + std::to_string(*retry_after) + " s";
    if (!hint.empty()) text += "; " + hint;
    return text;
  }
};

/// A session, or why there is none.
using login_result = result<session, login_error>;

}  // namespace hubauth
