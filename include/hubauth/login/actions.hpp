// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/fsm/machine.hpp"
#include "hubauth/login/effect.hpp"
#include "hubauth/login/endpoint.hpp"
#include "hubauth/login/environment_values.hpp"
#include "hubauth/login/options.hpp"
#include "hubauth/login/transitions.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/text/sanitize.hpp"

namespace hubauth::login {

/// What is done in each state, in the order of the table. `begin` is called when a state is entered; it returns an outcome
/// or an effect. `end` is called with the answer to that effect; it returns an outcome.
class actions {
  template <class State>
  using step = fsm::step_from<table, effect, State>;

 public:
  actions(const service& service, credential_cache& cache, environment_values&& environment, std::string_view argument,
          const login_options& options)
      : service_(service), cache_(cache), environment_(std::move(environment)), argument_(argument), options_(options) {}

  step<resolving_endpoint> begin(resolving_endpoint& state) {
    auto endpoint = detail::resolve_endpoint(service_, environment_.api_url);
    if (!endpoint) return insecure_endpoint{{std::move(endpoint.error())}};
    endpoint_ = *std::move(endpoint);
    switch (state.operation) {
      case operation::login: return login_requested{};
      case operation::authenticate: return verification_requested{};
      case operation::auth_with_cookies: return token_requested{};
      case operation::request_api_key: break;
    }
    return prompt_requested{first_attempt()};
  }

  step<reading_argument> begin(reading_argument&) {
    const bool empty = argument_.with_exposed([](std::string_view text) { return detail::trim(text).empty(); });
    if (!may_use(source::argument, empty ? source_status::not_found : available)) return no_argument{};
    auto key = parse(source::argument, argument_);
    if (!key) return malformed_key{{std::move(key.error()), source::argument}};
    return key_found{{login_credential{to_credential(*std::move(key)), source::argument}}};
  }

  step<comparing_with_saved> begin(comparing_with_saved& state) {
    if (options_.sources.contains(source::saved)) return effect{effect::kind::load};
    return compared(state, false);
  }

  step<comparing_with_saved> end(comparing_with_saved& state, result<std::optional<secret>>& loaded) {
    // A store that cannot be read does not keep the user from signing in with a key at hand.
    if (!loaded || !*loaded) return compared(state, false);
    const auto saved = (*loaded)->with_exposed([](std::string_view text) { return api_key::parse(text); });
    return compared(state, saved && saved->key == *state.found.credential.api_key());
  }

  step<reading_environment> begin(reading_environment&) {
    const bool empty = !environment_.key || environment_.key->with_exposed(
                                                [](std::string_view text) { return detail::trim(text).empty(); });
    if (!may_use(source::environment, !service_.key_env_var ? source_status::unsupported
                                      : empty               ? source_status::not_found
                                                            : available))
      return variable_unset{};
    auto key = parse(source::environment, *environment_.key);
    if (!key) return malformed_key{{std::move(key.error()), source::environment}};
    return key_found{{login_credential{to_credential(*std::move(key)), source::environment}}};
  }

  step<loading_saved_key> begin(loading_saved_key&) {
    if (!may_use(source::saved, available)) return no_saved_key{};
    return effect{effect::kind::load};
  }

  step<loading_saved_key> end(loading_saved_key&, result<std::optional<secret>>& loaded) {
    if (!loaded) {
      trace_.set(source::saved, source_status::error);
      return store_failed{{clean(std::move(loaded.error())), source::saved}};
    }
    if (!*loaded || (*loaded)->empty()) {
      trace_.set(source::saved, source_status::not_found);
      return no_saved_key{};
    }
    auto key = parse(source::saved, **loaded);
    if (!key) return malformed_key{{std::move(key.error()), source::saved}};
    login_credential found{.credential = to_credential(*std::move(key)), .source = source::saved, .saved = true};
    if (options_.verify_saved) return verification_required{{std::move(found)}};
    trace_.set(source::saved, source_status::used_unverified);
    return saved_key_trusted{{std::move(found)}};
  }

  step<checking_browser> begin(checking_browser&) {
    if (may_use(source::browser, service_.token_path.empty()          ? source_status::unsupported
                                 : !environment_.has_browser_session ? source_status::not_found
                                 : !environment_.has_cookies         ? source_status::no_cookies
                                                                     : available))
      return browser_session_found{};
    return no_browser_session{first_attempt()};
  }

  step<fetching_token> begin(fetching_token&) {
    const auto unavailable = [](std::string reason) {
      return login_failure{{errc::no_browser_session, std::move(reason)}, source::browser};
    };
    trace_.set(source::browser, source_status::error);
    if (service_.token_path.empty()) return no_token{unavailable("the service has no sign-in by browser")};
    if (!environment_.has_cookies) return no_token{unavailable("there are no cookies to send")};
    return effect{.type = effect::kind::send, .request = {.url = url(service_.token_path), .send_cookies = true}};
  }

  step<fetching_token> end(fetching_token&, response_at& answer) {
    auto token = evaluate(answer, service_.token_path, service_.parse_token_response);
    if (!token) return no_token{{clean(std::move(token.error())), source::browser}};
    return token_received{
        {login_credential{credential(*std::move(token), service_.token_header_format), source::browser}}};
  }

  step<prompting> begin(prompting& state) {
    if (!options_.sources.contains(source::prompt)) {
      trace_.set(source::prompt, source_status::excluded);
      return prompt_failed{{{errc::not_signed_in, "no source that may be used has a key"}}};
    }
    if (state.number > state.max)
      return attempts_exhausted{
          {{errc::too_many_attempts, state.previous_error ? state.previous_error->message() : ""}, source::prompt}};
    if (environment_.prompt_disabled) {
      trace_.set(source::prompt, source_status::error);
      return prompt_failed{{{errc::prompt_unavailable, "HUBAUTH_PROMPT=0"}, source::prompt}};
    }
    key_page_ = detail::key_page(service_, environment_.web_url);
    return effect{.type = effect::kind::prompt,
                  .prompt = {.service_name = service_.name,
                             .key_page = key_page_,
                             .attempt = state.number,
                             .max_attempts = state.max,
                             .previous_error = state.previous_error ? &*state.previous_error : nullptr}};
  }

  step<prompting> end(prompting& state, result<secret>& typed) {
    if (!typed && typed.error().code != errc::malformed_key) {
      trace_.set(source::prompt, source_status::error);
      return prompt_failed{{clean(std::move(typed.error())), source::prompt}};
    }
    auto key = typed ? parse(source::prompt, *typed) : result<parsed_key>(unexpected(clean(std::move(typed.error()))));
    if (!key) {
      trace_.set(source::prompt, source_status::malformed);
      return malformed_input{state.next(std::move(key.error()))};
    }
    return key_entered{{.found = {to_credential(*std::move(key)), source::prompt},
                        .save_if_accepted = true,
                        .typed_at = prompt_attempt{state.number, state.max}}};
  }

  step<using_current_credential> begin(using_current_credential&) {
    const auto* current = cache_.current();
    if (!current) return not_signed_in{{{errc::not_signed_in}}};
    return credential_found{{login_credential{
        .credential = current->credential.clone(), .source = current->source, .saved = current->saved}}};
  }

  step<verifying> begin(verifying& state) {
    return effect{.type = effect::kind::send,
                  .request = {.method = service_.verify_method,
                              .url = url(service_.verify_path),
                              .credential = state.found.credential.header()}};
  }

  step<verifying> end(verifying& state, response_at& answer) {
    const bool responded = answer.response.has_value();
    auto checked = evaluate(answer, service_.verify_path, service_.check_response);
    auto& found = state.found;
    if (checked) {
      trace_.set(found.source, source_status::verified);
      found.verified = true;
      if (state.save_if_accepted) return accepted_unsaved{std::move(state)};
      return accepted{{std::move(found)}};
    }

    auto error = clean(std::move(checked.error()), found.credential);
    const bool rejected = responded && error.code == errc::rejected;
    trace_.set(found.source, rejected ? source_status::rejected : source_status::error);
    if (!rejected) return verification_failed{{std::move(error), found.source}};
    cache_.invalidate(found.credential);
    if (!state.typed_at) return rejected_final{{std::move(error), found.source}};
    return rejected_retryable{state.typed_at->next(std::move(error))};
  }

  step<saving> begin(saving& state) {
    return effect{.type = effect::kind::save, .key = state.found.credential.api_key()};
  }

  step<saving> end(saving& state, result<void>& saved) {
    auto& found = state.found;
    found.saved = saved.has_value();
    if (saved) return key_saved{{std::move(found)}};
    found.save_error = clean(std::move(saved.error()), found.credential);
    return save_failed{{std::move(found)}};
  }

  /// The status of each source so far.
  [[nodiscard]] const login_trace& trace() const noexcept { return trace_; }

  /// The service's host; empty if the endpoint is insecure.
  [[nodiscard]] const std::string& host() const noexcept { return endpoint_.host; }

  /// A source as text; empty for none.
  [[nodiscard]] std::string describe(std::optional<source> source) const {
    if (!source) return {};
    switch (*source) {
      case source::argument: return "the argument";
      case source::environment: return std::string("the variable ") + service_.key_env_var;
      case source::saved: return "the saved settings";
      case source::browser: return "the browser";
      case source::prompt: break;
    }
    return "the prompt";
  }

  /// What the user can do about a failure; may be empty.
  [[nodiscard]] std::string hint(const login_failure& failure) const {
    const auto& code = failure.error.code;
    if (code == errc::prompt_unavailable || code == errc::not_signed_in) {
      std::string text = "pass a key as the argument";
      if (service_.key_env_var) text += std::string(" or in ") + service_.key_env_var;
      return text;
    }
    const bool about_key = code == errc::rejected || code == errc::malformed_key;
    if (about_key && failure.source == source::saved) return "it stays saved until another key is saved or you log out";
    if (about_key || code == errc::too_many_attempts) {
      const auto page = detail::key_page(service_, environment_.web_url);
      return page.empty() ? page : "create a key at " + page;
    }
    return {};
  }

 private:
  static constexpr auto available = source_status::used_unverified;

  prompt_attempt first_attempt() const { return {1, options_.max_prompt_attempts}; }

  /// Notes the status of a source that has nothing, or that the options exclude; true if the source has a credential.
  bool may_use(source source, source_status status) noexcept {
    if (!options_.sources.contains(source)) status = source_status::excluded;
    trace_.set(source, status);
    return status == available;
  }

  result<parsed_key> parse(source source, const secret& text) {
    auto key = text.with_exposed([](std::string_view exposed) { return api_key::parse(exposed); });
    if (!key) trace_.set(source, source_status::malformed);
    return key;
  }

  credential to_credential(parsed_key&& key) const { return credential(std::move(key), service_.key_header_format); }

  step<comparing_with_saved> compared(comparing_with_saved& state, bool is_saved) {
    state.found.saved = is_saved;
    state.save_if_accepted = !is_saved;
    if (!is_saved || options_.verify_saved) return not_yet_saved{std::move(state)};
    trace_.set(source::argument, source_status::used_unverified);
    return matches_saved{{std::move(state.found)}};
  }

  /// Lets the service's own function check a response. Where that fails because of the response, the error names its status
  /// and its URL.
  template <class T>
  result<T> evaluate(response_at& answer, std::string_view path,
                  result<T> (*check_response)(response&&, std::chrono::system_clock::time_point)) const {
    if (!answer.response) return unexpected(std::move(answer.response.error()));
    const auto status = answer.response->status;
    auto checked = check_response(*std::move(answer.response), answer.now);
    if (checked) return checked;
    auto& error = checked.error();
    if (error.code == recovery::none || error.code == errc::server_error || error.code == errc::captive_portal) {
      std::string where = "HTTP " + std::to_string(status) + " from " + url(path);
      error.detail = error.detail.empty() ? std::move(where) : std::move(where) + ": " + error.detail;
    }
    return checked;
  }

  /// Cleans the text of an error from an untrusted source, such as a service or a policy.
  static error_info clean(error_info&& error) {
    error.detail = detail::clean_untrusted(error.detail);
    return std::move(error);
  }

  static error_info clean(error_info&& error, const credential& secret) {
    error.detail = secret.with_exposed(
        [&](std::string_view exposed) { return detail::clean_untrusted(error.detail, exposed); });
    return std::move(error);
  }

  std::string url(std::string_view path) const { return endpoint_.url + std::string(path); }

  const service& service_;
  credential_cache& cache_;
  environment_values environment_;
  secret argument_;
  login_options options_;
  detail::endpoint endpoint_;
  std::string key_page_;
  login_trace trace_;
};

}  // namespace hubauth::login
