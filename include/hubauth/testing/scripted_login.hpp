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

/// A login as a list of lines: who will be called, with what, and what they answer.
///
///     scripted_login script(doctest_report);
///     script.expect_load(std::nullopt)
///         .expect_ask(secret("made-up"))
///         .expect_send("POST https://api.ultralytics.com/v1/auth", "x-api-key: made-up", response{200, yes})
///         .expect_save("made-up");
///     basic_auth auth(hub, std::ref(script), std::ref(script), std::ref(script), fake_environment());
/// Gives:   for a call that is not the next line, an error of the kind that such a policy has
/// Keeps:   its reporter, which must not throw. It is told of each call that was not expected, and at the end of each
///          line that nobody came to, in words that hold no secret. A model of `transport`, `store` and `prompter`
template <reporter Report>
class scripted_login {
 public:
  explicit scripted_login(Report report) : report_(std::forward<Report>(report)) {}
  scripted_login(const scripted_login&) = delete;
  scripted_login& operator=(const scripted_login&) = delete;

  ~scripted_login() {
    for (const auto& left : lines_)
      report_(false, "script: " + std::visit([](const auto& last) { return last.words(); }, left) + " did not come");
    report_(lines_.empty(), "script: every line came");
  }

  scripted_login& expect_load(result<std::optional<secret>> answer) { return expect(loading{std::move(answer)}); }

  scripted_login& expect_save(std::string_view key, result<void> answer = {}) {
    return expect(saving{secret(key), std::move(answer)});
  }

  scripted_login& expect_erase(result<void> answer = {}) { return expect(erasing{std::move(answer)}); }

  scripted_login& expect_ask(result<secret> answer) { return expect(prompting{std::move(answer)}); }

  /// `what`: method and URL; `credential`: the header's line, `name: value`.
  scripted_login& expect_send(std::string what, std::string_view credential, result<response> answer) {
    return expect(sending{std::move(what), secret(credential), false, std::move(answer)});
  }

  /// A request by the browser's cookies. Where a script has one, the transport has cookies.
  scripted_login& expect_send_with_cookies(std::string what, result<response> answer) {
    has_cookies_ = true;
    return expect(sending{std::move(what), secret(), true, std::move(answer)});
  }

  result<std::optional<secret>> load() {
    auto line = next<loading>("load");
    if (!line) return fail(errc::store_unreadable, unexpected_call);
    return std::move(line->answer);
  }

  result<void> save(const api_key& key) {
    auto line = next<saving>("save");
    if (!line) return fail(errc::store_unwritable, unexpected_call);
    const bool same = key.with_exposed([&](std::string_view text) { return secret(text) == line->key; });
    report_(same, "script: the key that is saved is the one expected");
    return std::move(line->answer);
  }

  result<void> erase() {
    auto line = next<erasing>("erase");
    if (!line) return fail(errc::store_unwritable, unexpected_call);
    return std::move(line->answer);
  }

  result<secret> ask(const prompt_request&) {
    auto line = next<prompting>("ask");
    if (!line) return fail(errc::prompt_unavailable, unexpected_call);
    return std::move(line->answer);
  }

  result<response> send(const request& request) {
    const auto what = std::string(to_string(request.method)) + ' ' + request.url;
    auto line = next<sending>(what);
    if (!line) return fail(errc::unreachable, unexpected_call);
    report_(what == line->what, "script: " + what + " came, " + line->what + " was to come");
    report_(secret(request.credential.expose_line()) == line->credential && request.send_cookies == line->send_cookies,
            "script: the credential that is sent is the one expected");
    return std::move(line->answer);
  }

  [[nodiscard]] bool has_cookies() const noexcept { return has_cookies_; }

 private:
  static constexpr const char* unexpected_call = "the script does not expect it";

  struct loading {
    result<std::optional<secret>> answer;
    static std::string words() { return "load"; }
  };
  struct saving {
    secret key;
    result<void> answer;
    static std::string words() { return "save"; }
  };
  struct erasing {
    result<void> answer;
    static std::string words() { return "erase"; }
  };
  struct prompting {
    result<secret> answer;
    static std::string words() { return "ask"; }
  };
  struct sending {
    std::string what;
    secret credential;
    bool send_cookies;
    result<response> answer;
    std::string words() const { return what; }
  };
  using any_line = std::variant<loading, saving, erasing, prompting, sending>;

  scripted_login& expect(any_line next) {
    lines_.push_back(std::move(next));
    return *this;
  }

  /// The line that is next; nothing, and the reporter is told, when it is another one, which stays.
  template <class Line>
  std::optional<Line> next(const std::string& called) {
    if (!lines_.empty() && std::holds_alternative<Line>(lines_.front())) {
      auto taken = std::get<Line>(std::move(lines_.front()));
      lines_.pop_front();
      return taken;
    }
    const auto wanted =
        lines_.empty() ? "nothing" : std::visit([](const auto& first) { return first.words(); }, lines_.front());
    report_(false, "script: " + called + " came, " + wanted + " was to come");
    return std::nullopt;
  }

  Report report_;
  std::deque<any_line> lines_;
  bool has_cookies_ = false;
};

}  // namespace hubauth::testing
