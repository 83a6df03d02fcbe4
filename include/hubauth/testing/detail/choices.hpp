// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hubauth/error.hpp"
#include "hubauth/result.hpp"
#include "hubauth/http/response.hpp"

namespace hubauth::testing {

/// Takes every answer at every choice, one way through after the other, depth first.
///
///     every_choice choose;
///     do sign_in_by(choose);
///     while (choose.next());
/// Needs:   `count` is not 0; which choices come depends on the choices before and on nothing else
/// Gives:   a number below `count`
class every_choice {
 public:
  unsigned operator()(unsigned count) {
    if (at_ == way_.size()) way_.push_back({0, count});
    return way_[at_++].taken;
  }

  /// Turns to the next way; false when all were taken.
  bool next() {
    at_ = 0;
    while (!way_.empty() && way_.back().taken + 1 == way_.back().count) way_.pop_back();
    if (way_.empty()) return false;
    ++way_.back().taken;
    return true;
  }

 private:
  struct choice {
    unsigned taken;
    unsigned count;
  };
  std::vector<choice> way_;
  std::size_t at_ = 0;
};

/// What can be key_entered to a login. Texts are constants, so that nothing is formatted until somebody wants to read it.
namespace answers {

inline constexpr std::string_view argument_key = "ARGUMENT-key-0123456789";
inline constexpr std::string_view variable_key = "VARIABLE-key-0123456789";
inline constexpr std::string_view saved_key = "SAVED-key-0123456789";
inline constexpr std::string_view typed_key = "TYPED-key-0123456789";
inline constexpr std::string_view browser_token = "BROWSER_token-0123456789";

/// Finds the constant that a secret's text is, so that what is written down outlives the secret. Unknown: no text.
constexpr std::string_view known(std::string_view text) noexcept {
  for (auto one : {argument_key, variable_key, saved_key, typed_key, browser_token})
    if (one == text) return one;
  return {};
}

/// True when a credential, or a good part of one, is in the text.
constexpr bool leaks(std::string_view text) noexcept { return text.find("-0123456789") != std::string_view::npos; }

/// An answer: in words, its text (an error's: its details), and the key that the text holds.
struct answer {
  std::string_view name{};
  std::string_view text{};
  std::string_view key{};
  std::optional<errc> error{};
};

enum class argument : std::uint8_t { none, whitespace, good, good_with_model, like_saved, malformed, count };
enum class variable : std::uint8_t { unset, whitespace, good, malformed, count };
enum class root : std::uint8_t { unset, other, insecure, count };
enum class loaded : std::uint8_t { nothing, empty, good, good_with_model, malformed, unreadable, busy, count };
enum class stored : std::uint8_t { done, unwritable, busy, overwritten, count };
enum class typed : std::uint8_t {
  good,
  good_with_model,
  like_saved,
  empty,
  malformed,
  too_long,
  closed,
  prompt_unavailable,
  count
};

template <class Answer>
inline constexpr std::array<answer, static_cast<std::size_t>(Answer::count)> all_of{};
template <>
inline constexpr auto all_of<argument> = std::to_array<answer>({
    {"none"},
    {"whitespace", " \t"},
    {"a key", argument_key, argument_key},
    {"a key with a model", "ARGUMENT-key-0123456789_model_1\n", argument_key},
    {"the saved key", saved_key, saved_key},
    {"no key", "_ARGUMENT-key-0123456789"},
});
template <>
inline constexpr auto all_of<variable> = std::to_array<answer>({
    {"not set"},
    {"whitespace", "  "},
    {"a key", variable_key, variable_key},
    {"no key", "VARIABLE-key-0123456789\""},
});
template <>
inline constexpr auto all_of<root> = std::to_array<answer>({
    {"not set"},
    {"http on loopback", "http://127.0.0.1:1"},
    {"http", "http://example.com"},
});
template <>
inline constexpr auto all_of<loaded> = std::to_array<answer>({
    {"nothing"},
    {"an empty text"},
    {"a key", saved_key, saved_key},
    {"a key with a model", "SAVED-key-0123456789_model_2", saved_key},
    {"no key", "SAVED key-0123456789"},
    {"unreadable", "torn", {}, errc::store_unreadable},
    {"busy", "another has it", {}, errc::store_locked},
});
template <>
inline constexpr auto all_of<stored> = std::to_array<answer>({
    {"done"},
    {"unwritable", "full", {}, errc::store_unwritable},
    {"busy", {}, {}, errc::store_locked},
    {"overwritten", {}, {}, errc::store_conflict},
});
template <>
inline constexpr auto all_of<typed> = std::to_array<answer>({
    {"a key", typed_key, typed_key},
    {"a key with a model", " TYPED-key-0123456789_model_3\r\n", typed_key},
    {"the saved key", saved_key, saved_key},
    {"an empty line"},
    {"no key", "TYPED\tkey-0123456789"},
    {"a line too long", "longer than any key", {}, errc::malformed_key},
    {"closed", {}, {}, errc::prompt_canceled},
    {"nobody there", {}, {}, errc::prompt_unavailable},
});

template <class Answer>
constexpr const answer& of(Answer which) noexcept {
  static_assert(all_of<Answer>.size() == static_cast<std::size_t>(Answer::count));
  return all_of<Answer>[static_cast<std::size_t>(which)];
}

/// A response that a service may give.
struct possible_response {
  std::string_view name;  ///< in words: "503"

  /// The response to a request with this credential, which it may repeat; to one with cookies: that gives this token.
  result<response> (*give)(std::string_view credential);

  bool accepts = false;  ///< it accepts the credential, or gives the token
};

namespace detail {

/// The service's words name the credential, as those of a careless or hostile one would.
inline result<response> says(int status, std::string_view members, std::string_view who) {
  std::string body("{");
  body.reserve(members.size() + 2 * who.size() + 40);
  body.append(members).append(R"("message": "no )").append(who).append(R"(", "error": "no )").append(who).append("\"}");
  return response{status, std::move(body)};
}

inline result<response> token(std::string_view success, std::string_view token) {
  std::string members(R"("success": )");
  return says(200, members.append(success).append(R"(, "data": {"idToken": ")").append(token).append("\"}, "), token);
}

}  // namespace detail

// clang-format off

/// The responses to a verification in HUB's protocol and the Platform's.
inline constexpr auto usual_verifications = std::to_array<possible_response>({
    {"200, accepted",       [](std::string_view who) { return detail::says(200, R"("success": true, )", who); }, true},
    {"401",                 [](std::string_view who) { return detail::says(401, "", who); }},
    {"403",                 [](std::string_view who) { return detail::says(403, R"("success": true, )", who); }},
    {"404, not accepted",   [](std::string_view who) { return detail::says(404, R"("success": false, )", who); }},
    {"302",                 [](std::string_view who) { return detail::says(302, R"("success": true, )", who); }},
    {"503",                 [](std::string_view who) { return detail::says(503, R"("success": false, )", who); }},
    {"429",                 [](std::string_view) -> result<response> { return response{429, "", "17"}; }},
    {"200, a page",         [](std::string_view) -> result<response> { return response{200, "<html>"}; }},
    {"201, neither",        [](std::string_view who) { return detail::says(201, R"("success": 1, )", who); }},
    {"200, too large",      [](std::string_view) -> result<response> { return response{200, std::string(response::max_body_size + 1, ' ')}; }},
    {"unreachable",         [](std::string_view who) -> result<response> { return fail(errc::unreachable, "while sending " + std::string(who)); }},
    {"timed out",           [](std::string_view) -> result<response> { return fail(errc::timed_out); }},
    {"no secure connection", [](std::string_view) -> result<response> { return fail(errc::tls_error); }},
});

/// The responses to a request for a token in HUB's protocol.
inline constexpr auto usual_exchanges = std::to_array<possible_response>({
    {"200, a token",        [](std::string_view token) { return detail::token("true", token); }, true},
    {"200, no token",       [](std::string_view) -> result<response> { return response{200, R"({"success": true, "data": {}})"}; }},
    {"200, not accepted",   [](std::string_view token) { return detail::token("false", token); }},
    {"401",                 [](std::string_view) -> result<response> { return response{401}; }},
    {"200, no such token",  [](std::string_view) { return detail::token("true", "BROWSER token"); }},
    {"200, neither",        [](std::string_view token) { return detail::token("null", token); }},
    {"200, a page",         [](std::string_view) -> result<response> { return response{200, "<html>"}; }},
    {"302",                 [](std::string_view) -> result<response> { return response{302}; }},
    {"500",                 [](std::string_view) -> result<response> { return response{500}; }},
    {"429",                 [](std::string_view) -> result<response> { return response{429, "", "17"}; }},
    {"unreachable",         [](std::string_view) -> result<response> { return fail(errc::unreachable); }},
    {"timed out",           [](std::string_view) -> result<response> { return fail(errc::timed_out); }},
    {"no secure connection", [](std::string_view) -> result<response> { return fail(errc::tls_error); }},
});
// clang-format on

/// The responses that a service may give.
///
/// Needs:   neither is empty
struct possible_responses {
  std::span<const possible_response> to_verification = usual_verifications;
  std::span<const possible_response> to_exchange = usual_exchanges;
};

}  // namespace answers

}  // namespace hubauth::testing
