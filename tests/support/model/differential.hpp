// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "hubauth/credential/credential_cache.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/testing/detail/promises.hpp"
#include "hubauth/testing/detail/simulation.hpp"
#include "model.hpp"

namespace hubauth::testing::model {

/// Runs the machine and the model side by side, with one cache, and compares them after each sign-in.
template <class Choose>
class differential_test {
 public:
  differential_test(Choose& choose, bool is_platform, observer observe)
      : choose_(choose),
        service_(is_platform ? platform : hub),
        observe_(std::move(observe)),
        model_(is_platform),
        is_platform_(is_platform) {}

  // Each returns how the two differ, or which promise is broken; empty if neither.

  std::string login(argument_value argument, const login_options& options) {
    run(login::operation::login, options, argument);
    return compare(model_.login(argument, options, execution_.calls, execution_.environment));
  }

  std::string authenticate() {
    run(login::operation::authenticate);
    return compare(model_.authenticate(execution_.calls, execution_.environment));
  }

  std::string auth_with_cookies() {
    run(login::operation::auth_with_cookies);
    return compare(model_.auth_with_cookies(execution_.calls, execution_.environment));
  }

  std::string request_api_key(int max_attempts) {
    run(login::operation::request_api_key, {.max_prompt_attempts = max_attempts});
    return compare(model_.request_api_key(max_attempts, execution_.calls, execution_.environment));
  }

  /// Clears the cache, as `logout` does.
  std::string clear() {
    cache_.clear();
    model_.key = {};
    model_.token = {};
    return compare_cache();
  }

 private:
  void run(login::operation operation, const login_options& options = {},
           argument_value argument = argument_value::none) {
    execution_.argument = argument;
    execution_.environment = choose_environment(choose_, service_, operation, options, argument);
    execution_.calls.clear();
    execution_.prompt_contains_credential = false;
    login::machine machine(service_, cache_, to_environment_values(execution_.environment), operation,
                           value_of(argument).text, options, observe_);
    simulated_driver(choose_, service_, execution_).run(machine);
    result_ = machine.result();
  }

  std::string compare(const expected_result& expected) const {
    if (!expected.unexpected_call.empty()) return std::string(expected.unexpected_call);
    if (const auto broken = broken_promise(execution_, result_); !broken.empty()) return std::string(broken);
    if (result_.has_value() != expected.ok) return expected.ok ? "it should succeed" : "it should fail";
    if (result_) {
      if (result_->source != expected.about) return "another source signs in";
      if (result_->verified != expected.verified) return "another `verified`";
      if (result_->saved != expected.saved) return "another `saved`";
      if (result_->save_error.has_value() != expected.save_error.has_value()) return "another `save_error`";
      if (expected.save_error && result_->save_error->code != *expected.save_error) return "another `save_error`";
    } else {
      const auto& error = result_.error();
      if (error.code != expected.code) return "another error: " + error.message();
      if (error.code != recovery_for(expected.code)) return "another recovery: " + error.message();
      if (error.source != expected.about) return "an error of another source: " + error.message();
      if ((error.code == errc::rate_limited) != error.retry_after.has_value())
        return "another `retry_after`: " + error.message();
    }
    const auto& trace = result_ ? result_->trace : result_.error().trace;
    for (auto source : all_sources)
      if (trace[source] != expected.trace[source])
        return std::string("another trace: ").append(to_string(source)).append(": ").append(to_string(trace[source]));
    return compare_cache();
  }

  /// Compares the credentials in memory and the header.
  std::string compare_cache() const {
    const auto same = [](const login_credential* cached, const held_credential& expected) {
      if (!cached) return expected.text.empty();
      return cached->credential.model_id() == expected.model_id &&
             cached->credential.with_exposed([&](std::string_view text) { return text == expected.text; });
    };
    if (!same(cache_.key(), model_.key)) return "another key is in memory";
    if (!same(cache_.token(), model_.token)) return "another token is in memory";

    const bool bearer = is_platform_ || !model_.token.text.empty();
    const auto text = model_.token.text.empty() ? model_.key.text : model_.token.text;
    std::string expected_line;
    if (!text.empty()) expected_line.append(bearer ? "authorization: Bearer " : "x-api-key: ").append(text);
    return cache_.header().expose_line() == expected_line ? "" : "another header";
  }

  Choose& choose_;
  const service& service_;
  observer observe_;
  credential_cache cache_;
  sign_in_model model_;
  bool is_platform_;
  execution execution_{};
  login_result result_{session()};
};

}  // namespace hubauth::testing::model
