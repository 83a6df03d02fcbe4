// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/testing/execution.hpp"

/// A driver of `login::machine` without I/O: it chooses what the environment contains and how each effect is answered.
/// `choose(count)` returns a number below `count`.
namespace hubauth::testing::detail {

/// The credential of a header; empty if it is not one of the simulated ones, or not in the format of the service.
inline std::string_view credential_in(auth_header_view header, const service& service) {
  auto text = header.expose_value();
  const auto& format = text.ends_with(browser_token) ? service.token_header_format : service.key_header_format;
  if (header.name() != format.name || !text.starts_with(format.scheme)) return {};
  text.remove_prefix(format.scheme.size());
  return known_credential(text);
}

/// Chooses the values that the sign-in can read, unless an earlier one decides it: an insecure URL, then each source.
template <class Choose>
simulated_environment choose_environment(Choose& choose, const service& service, login::operation operation,
                                         const login_options& options, argument_value argument) {
  const auto choose_value = [&]<class Enum>(std::optional<Enum>& value) {
    value = static_cast<Enum>(choose(static_cast<unsigned>(Enum::count)));
  };
  const bool is_login = operation == login::operation::login;
  const bool has_tokens = !service.token_path.empty();

  simulated_environment env;
  if (service.api_url.env_var) choose_value(env.api_url);
  if (env.api_url == url_variable::insecure || operation == login::operation::authenticate) return env;

  if (is_login) {
    const bool has_argument = argument != argument_value::none && argument != argument_value::whitespace;
    if (has_argument && options.sources.contains(source::argument)) return env;
    if (service.key_env_var && options.sources.contains(source::environment)) choose_value(env.key);
    if (env.key == key_variable::key || env.key == key_variable::malformed) return env;
    if (has_tokens && options.sources.contains(source::browser)) env.has_browser_session = choose(2) == 1;
  }
  if (has_tokens && (env.has_browser_session == true || operation == login::operation::auth_with_cookies))
    env.has_cookies = choose(2) == 0;
  if (env.has_cookies == true || operation == login::operation::auth_with_cookies) return env;

  if (options.sources.contains(source::prompt) && options.max_prompt_attempts > 0) env.prompt_disabled = choose(2) == 1;
  return env;
}

/// The values for the machine. Those that it should not read would make a difference: a key, a browser's session.
inline login::environment_values to_environment_values(const simulated_environment& env) {
  const auto key = env.key.value_or(key_variable::key);
  login::environment_values values;
  if (env.api_url && *env.api_url != url_variable::unset) values.api_url = value_of(*env.api_url).text;
  if (key != key_variable::unset) values.key.emplace(value_of(key).text);
  values.has_browser_session = env.has_browser_session.value_or(true);
  values.has_cookies = env.has_cookies.value_or(true);
  values.prompt_disabled = env.prompt_disabled.value_or(false);
  return values;
}

/// Answers the effects of a machine, and records them.
template <class Choose>
class simulated_driver {
 public:
  simulated_driver(Choose& choose, const service& service, execution& execution)
      : choose_(choose), service_(service), execution_(execution) {}

  /// \returns false if the machine has not ended after `max_calls`
  bool run(login::machine& machine, std::size_t max_calls = (std::numeric_limits<std::size_t>::max)()) {
    while (const auto* effect = machine.wanted()) {
      if (execution_.calls.size() == max_calls) return false;
      using kind = login::effect::kind;
      switch (effect->type) {
        case kind::send: machine.resume({send(effect->request), std::chrono::system_clock::time_point()}); break;
        case kind::load: machine.resume(load()); break;
        case kind::save: machine.resume(save(*effect->key)); break;
        case kind::prompt: machine.resume(prompt(effect->prompt)); break;
      }
    }
    return true;
  }

 private:
  template <class Enum>
  const simulated_value& choose_answer(recorded_call call) {
    call.answer = choose_(static_cast<unsigned>(Enum::count));
    const auto& value = value_of(static_cast<Enum>(call.answer));
    call.obtained = value.key;
    execution_.calls.push_back(call);
    return value;
  }

  result<response> choose_response(recorded_call call, std::string_view credential,
                                   std::span<const possible_response> responses) {
    call.answer = choose_(static_cast<unsigned>(responses.size()));
    const auto& response = responses[call.answer];
    if (response.accepts) call.obtained = credential;
    execution_.calls.push_back(call);
    return response.make(credential);
  }

  result<response> send(const request& request) {
    const auto& responses = execution_.responses;
    if (request.send_cookies)
      return choose_response({simulated_call::fetch_token}, browser_token, responses.to_token_request);
    const auto credential = detail::credential_in(request.credential, service_);
    return choose_response({simulated_call::verification, credential}, credential, responses.to_verification);
  }

  result<std::optional<secret>> load() {
    const auto& answer = choose_answer<load_answer>({simulated_call::load});
    if (answer.error) return fail(*answer.error, std::string(answer.text));
    if (&answer == &value_of(load_answer::nothing)) return std::nullopt;
    return secret(answer.text);
  }

  result<void> save(const api_key& key) {
    const auto credential = key.with_exposed(known_credential);
    const auto& answer = choose_answer<save_answer>({simulated_call::save, credential});
    if (answer.error) return fail(*answer.error, std::string(answer.text).append(credential));  // a careless store
    execution_.calls.back().obtained = credential;
    return {};
  }

  result<secret> prompt(const prompt_request& request) {
    const auto& answer = choose_answer<prompt_answer>({simulated_call::prompt, {}, request.attempt});
    if (request.previous_error && detail::contains_credential(request.previous_error->detail))
      execution_.prompt_contains_credential = true;
    if (answer.error) return fail(*answer.error, std::string(answer.text));
    return secret(answer.text);
  }

  Choose& choose_;
  const service& service_;
  execution& execution_;
};

}  // namespace hubauth::testing::detail
