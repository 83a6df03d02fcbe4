// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/wire/reply.hpp"

/// Policies whose every answer is chosen by somebody else: by an enumeration, which takes all of them, or by a fuzzer's
/// bytes. They write down who was called with what, so that a model can be asked what should have followed.
namespace model {

using namespace hubauth;

// What can be answered. Texts are constants, so that neither policies nor model allocate or format.

enum class argument : std::uint8_t { none, blank, good, good_with_model, like_saved, malformed, count };
enum class variable : std::uint8_t { unset, blank, good, malformed, count };
enum class root : std::uint8_t { unset, other, insecure, count };
enum class loaded : std::uint8_t { nothing, empty, good, good_with_model, malformed, unreadable, busy, count };
enum class stored : std::uint8_t { done, unwritable, busy, overwritten, count };
enum class typed : std::uint8_t { good, good_with_model, like_saved, empty, malformed, too_long, closed, no_terminal, count };
enum class verdict : std::uint8_t {
  accepted, unauthorized, forbidden, success_false, redirected, server_error, rate_limited, not_json, no_success,
  too_large, unreachable, timed_out, tls_failed, count
};
enum class exchange : std::uint8_t {
  token, no_token, success_false, unauthorized, bad_token, no_success, not_json, redirected, server_error, rate_limited,
  unreachable, timed_out, tls_failed, count
};

inline constexpr std::string_view argument_key = "ARGUMENT-key-0123456789";
inline constexpr std::string_view variable_key = "VARIABLE-key-0123456789";
inline constexpr std::string_view saved_key = "SAVED-key-0123456789";
inline constexpr std::string_view typed_key = "TYPED-key-0123456789";
inline constexpr std::string_view browser_token = "BROWSER_token-0123456789";
inline constexpr std::string_view other_root = "http://127.0.0.1:1";

constexpr std::string_view text(argument given) {
  switch (given) {
    case argument::none: return "";
    case argument::blank: return " \t";
    case argument::good: return argument_key;
    case argument::good_with_model: return "ARGUMENT-key-0123456789_model_1\n";
    case argument::like_saved: return saved_key;
    case argument::malformed: return "_ARGUMENT-key-0123456789";
    case argument::count: break;
  }
  return "";
}

/// Who was called.
enum class call : std::uint8_t { load, save, erase, ask, verify, fetch };

/// A call, what it was given (the credential, the key, the attempt), and which answer was chosen for it.
struct entry {
  call who;
  std::string_view given;
  int number;
  unsigned answer;

  friend bool operator==(const entry&, const entry&) = default;
};

/// What the environment and the transport say of themselves: chosen when first asked for, then fixed for a call.
struct circumstances {
  std::optional<variable> key{};
  std::optional<root> where{};
  std::optional<bool> prompt_off{};
  std::optional<bool> browser{};
  std::optional<bool> no_cookies{};
};

/// Finds the constant that a secret's text is, so that the journal outlives the secret. Unknown: an empty text.
constexpr std::string_view known(std::string_view text) {
  constexpr std::array all{argument_key, variable_key, saved_key, typed_key, browser_token};
  for (auto one : all)
    if (one == text) return one;
  return {};
}

/// `choose(n)` gives a number below n.
template <class Choose>
struct world {
  Choose& choose;
  std::vector<entry> journal{};
  circumstances around{};

  template <class Answer>
  Answer answer(call who, std::string_view given = {}, int number = 0) {
    const unsigned chosen = choose(static_cast<unsigned>(Answer::count));
    journal.push_back({who, given, number, chosen});
    return static_cast<Answer>(chosen);
  }

  template <class T>
  T once(std::optional<T>& what, unsigned count) {
    if (!what) what = static_cast<T>(choose(count));
    return *what;
  }
};

template <class Choose>
struct store {
  world<Choose>& in;

  result<std::optional<secret>> load() {
    switch (in.template answer<loaded>(call::load)) {
      case loaded::nothing: return std::nullopt;
      case loaded::empty: return secret();
      case loaded::good: return secret(saved_key);
      case loaded::good_with_model: return secret("SAVED-key-0123456789_model_2");
      case loaded::malformed: return secret("SAVED key-0123456789");
      case loaded::unreadable: return fail(errc::store_unreadable, "torn");
      case loaded::busy:
      case loaded::count: break;
    }
    return fail(errc::store_busy);
  }

  result<void> save(const api_key& key) {
    return changed(in.template answer<stored>(call::save, key.with_exposed(known)));
  }

  result<void> erase() { return changed(in.template answer<stored>(call::erase)); }

  static result<void> changed(stored how) {
    switch (how) {
      case stored::done: return {};
      case stored::unwritable: return fail(errc::store_unwritable, "full");
      case stored::busy: return fail(errc::store_busy);
      case stored::overwritten:
      case stored::count: break;
    }
    return fail(errc::store_overwritten);
  }
};

template <class Choose>
struct prompter {
  world<Choose>& in;

  result<secret> ask(const question& about) {
    switch (in.template answer<typed>(call::ask, {}, about.attempt)) {
      case typed::good: return secret(typed_key);
      case typed::good_with_model: return secret(" TYPED-key-0123456789_model_3\r\n");
      case typed::like_saved: return secret(saved_key);
      case typed::empty: return secret();
      case typed::malformed: return secret("TYPED\tkey-0123456789");
      case typed::too_long: return fail(errc::malformed_key, "longer than any key");
      case typed::closed: return fail(errc::prompt_closed);
      case typed::no_terminal:
      case typed::count: break;
    }
    return fail(errc::no_terminal);
  }
};

template <class Choose>
struct transport {
  world<Choose>& in;
  bool is_platform = false;

  bool has_cookies() const { return !in.once(in.around.no_cookies, 2); }

  result<reply> send(const request& asked) { return asked.with_cookies ? fetch() : verify(asked); }

  /// Replies to a credential name the credential, as a careless or hostile service would.
  result<reply> verify(const request& asked) {
    auto credential = asked.credential.expose_value();
    if (credential.starts_with("Bearer ")) credential.remove_prefix(7);
    const auto with_message = [&](int status, std::string body) {
      const auto quoted = (is_platform ? R"("error": "no )" : R"("message": "no )") + std::string(credential) + '"';
      return reply{status, body + quoted + "}"};
    };
    switch (in.template answer<verdict>(call::verify, known(credential))) {
      case verdict::accepted: return with_message(200, R"({"success": true, )");
      case verdict::unauthorized: return with_message(401, "{");
      case verdict::forbidden: return with_message(403, R"({"success": true, )");
      case verdict::success_false: return with_message(404, R"({"success": false, )");
      case verdict::redirected: return with_message(302, R"({"success": true, )");
      case verdict::server_error: return with_message(503, R"({"success": false, )");
      case verdict::rate_limited: return reply{429, "", "17"};
      case verdict::not_json: return reply{200, "<html>"};
      case verdict::no_success: return with_message(201, R"({"success": 1, )");
      case verdict::too_large: return reply{200, std::string(reply::max_body + 1, ' ')};
      case verdict::unreachable: return fail(errc::unreachable, "while sending " + std::string(credential));
      case verdict::timed_out: return fail(errc::timed_out);
      case verdict::tls_failed:
      case verdict::count: break;
    }
    return fail(errc::tls_failed);
  }

  result<reply> fetch() {
    const auto with_token = [](std::string_view success, std::string_view token) {
      return reply{200, std::string(R"({"success": )").append(success).append(R"(, "data": {"idToken": ")").append(token)
                            .append(R"("}, "message": "no BROWSER_token-0123456789"})")};
    };
    switch (in.template answer<exchange>(call::fetch)) {
      case exchange::token: return with_token("true", browser_token);
      case exchange::no_token: return reply{200, R"({"success": true, "data": {}})"};
      case exchange::success_false: return with_token("false", browser_token);
      case exchange::unauthorized: return reply{401};
      case exchange::bad_token: return with_token("true", "BROWSER token");
      case exchange::no_success: return with_token("null", browser_token);
      case exchange::not_json: return reply{200, "<html>"};
      case exchange::redirected: return reply{302};
      case exchange::server_error: return reply{500};
      case exchange::rate_limited: return reply{429, "", "17"};
      case exchange::unreachable: return fail(errc::unreachable);
      case exchange::timed_out: return fail(errc::timed_out);
      case exchange::tls_failed:
      case exchange::count: break;
    }
    return fail(errc::tls_failed);
  }
};

template <class Choose>
struct environment {
  world<Choose>& in;

  std::optional<std::string_view> variable(const char* name) const {
    const std::string_view wanted = name;
    if (wanted == "HUBAUTH_PROMPT")
      return in.once(in.around.prompt_off, 2) ? std::optional<std::string_view>("0") : std::nullopt;
    if (wanted == "ULTRALYTICS_HUB_API" || wanted == "ULTRALYTICS_PLATFORM_URL")
      switch (in.once(in.around.where, static_cast<unsigned>(root::count))) {
        case root::unset: return std::nullopt;
        case root::other: return other_root;
        case root::insecure:
        case root::count: return "http://example.com";
      }
    if (wanted == "HUB_API_KEY" || wanted == "ULTRALYTICS_API_KEY")
      switch (in.once(in.around.key, static_cast<unsigned>(model::variable::count))) {
        case model::variable::unset: return std::nullopt;
        case model::variable::blank: return "  ";
        case model::variable::good: return variable_key;
        case model::variable::malformed:
        case model::variable::count: return "VARIABLE-key-0123456789\"";
      }
    return std::nullopt;
  }

  bool browser_at_hand() const { return in.once(in.around.browser, 2); }
  std::int64_t now() const { return 1'000'000'000; }
};

}  // namespace model
