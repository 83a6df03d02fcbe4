// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

/// A script of the calls that a sign-in makes, with their arguments and what they return. A model of `transport`,
/// `store` and `prompter`.
///
///     scripted_login script(doctest_report);
///     script.expect_load(std::nullopt)
///         .expect_ask(secret("made-up"))
///         .expect_send("POST https://api.ultralytics.com/v1/auth", "x-api-key: made-up", response{200, yes})
///         .expect_save("made-up");
///     basic_auth auth(hub, std::ref(script), std::ref(script), std::ref(script), fake_environment());
///
/// Each unexpected call is reported, and fails with an error that such a policy may return. The destructor reports each
/// expected call that was not made. No report contains a secret.
/// \tparam Report  must not throw
template <reporter Report>
class scripted_login {
 public:
  explicit scripted_login(Report report) : report_(std::forward<Report>(report)) {}
  scripted_login(const scripted_login&) = delete;
  scripted_login& operator=(const scripted_login&) = delete;

  ~scripted_login() {
    for (const auto& call : calls_) report_(false, "script: " + name_of(call) + " was not called");
    report_(calls_.empty(), "script: every expected call was made");
  }

  scripted_login& expect_load(result<std::optional<secret>> returned) { return expect(load_call{std::move(returned)}); }

  scripted_login& expect_save(std::string_view key, result<void> returned = {}) {
    return expect(save_call{secret(key), std::move(returned)});
  }

  scripted_login& expect_erase(result<void> returned = {}) { return expect(erase_call{std::move(returned)}); }

  scripted_login& expect_ask(result<secret> returned) { return expect(ask_call{std::move(returned)}); }

  /// \param target      method and URL, separated by a space
  /// \param credential  the header's line, `name: value`
  scripted_login& expect_send(std::string target, std::string_view credential, result<response> returned) {
    return expect(send_call{std::move(target), secret(credential), false, std::move(returned)});
  }

  /// A request with the browser's cookies. The transport of a script with such a request has cookies.
  scripted_login& expect_send_with_cookies(std::string target, result<response> returned) {
    has_cookies_ = true;
    return expect(send_call{std::move(target), secret(), true, std::move(returned)});
  }

  result<std::optional<secret>> load() {
    auto call = next<load_call>("load");
    if (!call) return fail(errc::store_unreadable, unexpected_call);
    return std::move(call->returned);
  }

  result<void> save(const api_key& key) {
    auto call = next<save_call>("save");
    if (!call) return fail(errc::store_unwritable, unexpected_call);
    const bool same = key.with_exposed([&](std::string_view text) { return secret(text) == call->key; });
    report_(same, "script: save is called with the expected key");
    return std::move(call->returned);
  }

  result<void> erase() {
    auto call = next<erase_call>("erase");
    if (!call) return fail(errc::store_unwritable, unexpected_call);
    return std::move(call->returned);
  }

  result<secret> ask(const prompt_request&) {
    auto call = next<ask_call>("ask");
    if (!call) return fail(errc::prompt_unavailable, unexpected_call);
    return std::move(call->returned);
  }

  result<response> send(const request& request) {
    const auto target = std::string(to_string(request.method)) + ' ' + request.url;
    auto call = next<send_call>(target);
    if (!call) return fail(errc::unreachable, unexpected_call);
    report_(target == call->target, "script: " + target + " was called, expected was " + call->target);
    report_(secret(request.credential.expose_line()) == call->credential && request.send_cookies == call->send_cookies,
            "script: send is called with the expected credential");
    return std::move(call->returned);
  }

  [[nodiscard]] bool has_cookies() const noexcept { return has_cookies_; }

 private:
  static constexpr const char* unexpected_call = "the script does not expect this call";

  struct load_call {
    result<std::optional<secret>> returned;
    static std::string name() { return "load"; }
  };
  struct save_call {
    secret key;
    result<void> returned;
    static std::string name() { return "save"; }
  };
  struct erase_call {
    result<void> returned;
    static std::string name() { return "erase"; }
  };
  struct ask_call {
    result<secret> returned;
    static std::string name() { return "ask"; }
  };
  struct send_call {
    std::string target;
    secret credential;
    bool send_cookies = false;
    result<response> returned;
    std::string name() const { return target; }
  };
  using expected_call = std::variant<load_call, save_call, erase_call, ask_call, send_call>;

  static std::string name_of(const expected_call& call) {
    return std::visit([](const auto& expected) { return expected.name(); }, call);
  }

  scripted_login& expect(expected_call call) {
    calls_.push_back(std::move(call));
    return *this;
  }

  /// The next call. Nothing, after a report, if another one is expected; that one stays expected.
  template <class Call>
  std::optional<Call> next(const std::string& called) {
    if (!calls_.empty() && std::holds_alternative<Call>(calls_.front())) {
      auto call = std::get<Call>(std::move(calls_.front()));
      calls_.pop_front();
      return call;
    }
    const auto expected = calls_.empty() ? "nothing" : name_of(calls_.front());
    report_(false, "script: " + called + " was called, expected was " + expected);
    return std::nullopt;
  }

  Report report_;
  std::deque<expected_call> calls_;
  bool has_cookies_ = false;
};

}  // namespace hubauth::testing
