// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hubauth/session.hpp"
#include "hubauth/testing/execution.hpp"
#include "hubauth/testing/possible_responses.hpp"

/// What a sign-in should do, as plain code from the rules, without the table of transitions: an independent second
/// opinion.
namespace hubauth::testing::model {

using namespace testing::detail;

// The usual responses by their positions.
enum class verify_response : std::uint8_t {
  accepted,
  unauthorized,
  forbidden,
  success_false,
  redirect,
  server_error,
  rate_limited,
  not_json,
  no_success,
  too_large,
  unreachable,
  timed_out,
  tls_error,
  unauthorized_page,
  network_sign_in,
  count
};
enum class token_response : std::uint8_t {
  token,
  no_token,
  success_false,
  unauthorized,
  malformed_token,
  no_success,
  not_json,
  redirect,
  server_error,
  rate_limited,
  unreachable,
  timed_out,
  tls_error,
  unauthorized_empty,
  network_sign_in,
  count
};

static_assert(usual_verification_responses.size() == static_cast<std::size_t>(verify_response::count) &&
              usual_token_responses.size() == static_cast<std::size_t>(token_response::count));

/// The expected result of a sign-in.
struct expected_result {
  bool ok = false;
  errc code{};                    ///< of the error
  std::optional<source> about{};  ///< the source of the credential or of the error
  bool verified = false;
  bool saved = false;
  std::optional<errc> save_error{};
  login_trace trace{};
  std::string_view unexpected_call{};  ///< not empty if the calls were not those that the rules require
};

/// A key with its model id, or a token; an empty text: none.
struct held_credential {
  std::string_view text{};
  std::string_view model_id{};
  source from{};
  bool saved = false;
};

/// Follows the rules along the calls that a sign-in made, with the answers that it got.
class sign_in_model {
 public:
  explicit sign_in_model(bool is_platform) : is_platform_(is_platform) {}

  held_credential key{};    ///< the key that should be in memory
  held_credential token{};  ///< the token that should be in memory

  expected_result login(argument_value argument, const login_options& options, const std::vector<recorded_call>& calls,
                        const simulated_environment& env) {
    begin(options, calls, env);
    if (is_insecure()) return end(failed(errc::insecure_url));
    const bool has_argument = argument != argument_value::none && argument != argument_value::whitespace;
    if (may_use(source::argument, source_status::not_found) && has_argument) return end(with_argument(argument));
    if (may_use(source::environment, source_status::not_found)) {
      const auto variable = read(env.key);
      if (variable == key_variable::malformed) return end(malformed(source::environment));
      if (variable == key_variable::key) return end(verify({variable_key, {}, source::environment}, on_success::keep));
    }
    if (may_use(source::saved, source_status::not_found))
      if (const auto result = with_saved_key()) return end(*result);
    if (may_use(source::browser, is_platform_ ? source_status::unsupported : source_status::not_found) &&
        !is_platform_ && read(env.has_browser_session)) {
      if (read(env.has_cookies)) return end(with_cookies());
      trace_.set(source::browser, source_status::no_cookies);
    }
    if (!may_use(source::prompt, source_status::not_tried)) return end(failed(errc::not_signed_in));
    return end(with_prompt(options.max_prompt_attempts));
  }

  expected_result authenticate(const std::vector<recorded_call>& calls, const simulated_environment& env) {
    begin({}, calls, env);
    if (is_insecure()) return end(failed(errc::insecure_url));
    if (!token.text.empty()) return end(verify(held_credential(token), on_success::keep));
    if (!key.text.empty()) return end(verify(held_credential(key), on_success::keep));
    return end(failed(errc::not_signed_in));
  }

  expected_result auth_with_cookies(const std::vector<recorded_call>& calls, const simulated_environment& env) {
    begin({}, calls, env);
    if (is_insecure()) return end(failed(errc::insecure_url));
    if (is_platform_ || !read(env.has_cookies)) return end(broken(errc::no_browser_session, source::browser));
    return end(with_cookies());
  }

  expected_result request_api_key(int max_attempts, const std::vector<recorded_call>& calls,
                                  const simulated_environment& env) {
    begin({}, calls, env);
    if (is_insecure()) return end(failed(errc::insecure_url));
    return end(with_prompt(max_attempts));
  }

 private:
  enum class on_success : bool { keep, save };

  expected_result with_argument(argument_value argument) {
    if (argument == argument_value::malformed) return malformed(source::argument);
    const bool same_text = argument == argument_value::matches_saved;
    held_credential found{same_text ? saved_key : argument_key,
                          argument == argument_value::key_with_model ? "model_1" : "", source::argument};
    if (options_.sources.contains(source::saved)) {
      const auto loaded = next<load_answer>(simulated_call::load);
      found.saved = same_text && (loaded == load_answer::key || loaded == load_answer::key_with_model);
    }
    if (found.saved && !options_.verify_saved) return used_unverified(found);
    return verify(found, found.saved ? on_success::keep : on_success::save);
  }

  std::optional<expected_result> with_saved_key() {
    held_credential found{saved_key, "", source::saved, true};
    switch (next<load_answer>(simulated_call::load)) {
      case load_answer::nothing:
      case load_answer::empty: return std::nullopt;
      case load_answer::malformed: return malformed(source::saved);
      case load_answer::unreadable: return broken(errc::store_unreadable, source::saved);
      case load_answer::locked:
      case load_answer::count: return broken(errc::store_locked, source::saved);
      case load_answer::key_with_model: found.model_id = "model_2"; break;
      case load_answer::key: break;
    }
    return options_.verify_saved ? verify(found, on_success::keep) : used_unverified(found);
  }

  expected_result with_cookies() {
    const auto code = [](token_response response) {
      switch (response) {
        case token_response::token:
        case token_response::no_token:
        case token_response::success_false:
        case token_response::unauthorized: return errc::no_browser_session;
        case token_response::malformed_token:
        case token_response::no_success:
        case token_response::not_json:
        case token_response::unauthorized_empty: return errc::invalid_response;
        case token_response::redirect: return errc::unexpected_redirect;
        case token_response::server_error: return errc::server_error;
        case token_response::rate_limited: return errc::rate_limited;
        case token_response::network_sign_in: return errc::captive_portal;
        case token_response::unreachable: return errc::unreachable;
        case token_response::timed_out: return errc::timed_out;
        case token_response::tls_error:
        case token_response::count: break;
      }
      return errc::tls_error;
    };
    const auto response = next<token_response>(simulated_call::fetch_token);
    if (response != token_response::token) return broken(code(response), source::browser);
    return verify({browser_token, {}, source::browser}, on_success::keep);
  }

  expected_result with_prompt(int max_attempts) {
    for (int attempt = 1; attempt <= max_attempts; ++attempt) {
      if (read(env_->prompt_disabled)) return broken(errc::prompt_unavailable, source::prompt);
      held_credential typed{typed_key, "", source::prompt};
      switch (next<prompt_answer>(simulated_call::prompt, {}, attempt)) {
        case prompt_answer::canceled: return broken(errc::prompt_canceled, source::prompt);
        case prompt_answer::unavailable:
        case prompt_answer::count: return broken(errc::prompt_unavailable, source::prompt);
        case prompt_answer::empty:
        case prompt_answer::malformed:
        case prompt_answer::too_long: trace_.set(source::prompt, source_status::malformed); continue;
        case prompt_answer::key_with_model: typed.model_id = "model_3"; break;
        case prompt_answer::matches_saved: typed.text = saved_key; break;
        case prompt_answer::key: break;
      }
      const auto result = verify(typed, on_success::save);
      if (result.ok || result.code != errc::rejected) return result;
    }
    return failed(errc::too_many_attempts, source::prompt);
  }

  expected_result verify(held_credential sent, on_success then) {
    const auto response = next<verify_response>(simulated_call::verification, sent.text);
    if (response == verify_response::accepted) return accepted(sent, then);
    const auto code = error_for(response);
    if (code != errc::rejected) return broken(code, sent.from);
    trace_.set(sent.from, source_status::rejected);
    if (key.text == sent.text) key = {};
    if (token.text == sent.text) token = {};
    return failed(code, sent.from);
  }

  expected_result accepted(held_credential sent, on_success then) {
    trace_.set(sent.from, source_status::verified);
    if (then == on_success::keep) return signed_in(sent, true);
    const auto answer = next<save_answer>(simulated_call::save, sent.text);
    sent.saved = answer == save_answer::saved;
    auto result = signed_in(sent, true);
    if (!sent.saved) result.save_error = error_for(answer);
    return result;
  }

  /// HUB: each status below 500 with `"success": false` rejects. The Platform: only 401 and 403 reject, only 200
  /// accepts. Both: a 401 or 403 whose body is not a JSON object comes from something between client and service.
  errc error_for(verify_response response) const {
    switch (response) {
      case verify_response::unauthorized:
      case verify_response::forbidden: return errc::rejected;
      case verify_response::success_false: return is_platform_ ? errc::invalid_response : errc::rejected;
      case verify_response::redirect: return errc::unexpected_redirect;
      case verify_response::server_error: return errc::server_error;
      case verify_response::rate_limited: return errc::rate_limited;
      case verify_response::network_sign_in: return errc::captive_portal;
      case verify_response::accepted:
      case verify_response::not_json:
      case verify_response::unauthorized_page:
      case verify_response::no_success: return errc::invalid_response;
      case verify_response::too_large: return errc::response_too_large;
      case verify_response::unreachable: return errc::unreachable;
      case verify_response::timed_out: return errc::timed_out;
      case verify_response::tls_error:
      case verify_response::count: break;
    }
    return errc::tls_error;
  }

  static errc error_for(save_answer answer) {
    switch (answer) {
      case save_answer::unwritable: return errc::store_unwritable;
      case save_answer::locked: return errc::store_locked;
      case save_answer::saved:
      case save_answer::conflict:
      case save_answer::count: break;
    }
    return errc::store_conflict;
  }

  expected_result signed_in(const held_credential& credential, bool verified) {
    if (credential.from == source::browser) {
      token = credential;
    } else {
      key = credential;
      token = {};
    }
    return {.ok = true, .about = credential.from, .verified = verified, .saved = credential.saved};
  }

  expected_result used_unverified(const held_credential& credential) {
    trace_.set(credential.from, source_status::used_unverified);
    return signed_in(credential, false);
  }

  expected_result malformed(source from) {
    trace_.set(from, source_status::malformed);
    return failed(errc::malformed_key, from);
  }

  expected_result broken(errc code, source from) {
    trace_.set(from, source_status::error);
    return failed(code, from);
  }

  static expected_result failed(errc code, std::optional<source> about = {}) { return {.code = code, .about = about}; }

  /// Whether the options allow the source.
  /// \param status  its status if they do and it has nothing
  bool may_use(source source, source_status status) {
    const bool allowed = options_.sources.contains(source);
    trace_.set(source, allowed ? status : source_status::excluded);
    return allowed;
  }

  bool is_insecure() { return read(env_->api_url) == url_variable::insecure; }

  void begin(const login_options& options, const std::vector<recorded_call>& calls, const simulated_environment& env) {
    options_ = options;
    calls_ = &calls;
    env_ = &env;
    position_ = 0;
    trace_ = {};
    unexpected_call_ = {};
  }

  expected_result end(expected_result result) {
    if (unexpected_call_.empty() && position_ != calls_->size()) unexpected_call_ = "it makes a further call";
    result.trace = trace_;
    result.unexpected_call = unexpected_call_;
    return result;
  }

  /// The answer to the call that must be next.
  template <class Answer>
  Answer next(simulated_call type, std::string_view credential = {}, int attempt = 0) {
    if (position_ == calls_->size()) {
      unexpected_call_ = "it makes too few calls";
      return Answer{};
    }
    const auto& call = (*calls_)[position_++];
    if (call.type != type) unexpected_call_ = "it calls another policy";
    if (call.credential != credential) unexpected_call_ = "it uses another credential";
    if (call.attempt != attempt) unexpected_call_ = "it counts the attempts differently";
    return static_cast<Answer>(call.answer);
  }

  template <class T>
  T read(const std::optional<T>& value) {
    if (!value) unexpected_call_ = "the rules need a value of the environment that was not chosen";
    return value.value_or(T{});
  }

  bool is_platform_;
  login_options options_{};
  const std::vector<recorded_call>* calls_ = nullptr;
  const simulated_environment* env_ = nullptr;
  std::size_t position_ = 0;
  login_trace trace_{};
  std::string_view unexpected_call_{};
};

}  // namespace hubauth::testing::model
