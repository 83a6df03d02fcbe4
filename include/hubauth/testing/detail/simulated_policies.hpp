// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hubauth/credential/api_key.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/service/service.hpp"
#include "hubauth/testing/detail/choices.hpp"

/// The four policies of a login whose every answer is chosen by somebody else.
namespace hubauth::testing::answers {

/// Who was called; `verify` and `fetch` are the transport's `send` without cookies and with them.
enum class call : std::uint8_t { load, save, erase, ask, verify, fetch };

/// A call: what it was given (the credential, the attempt), which answer was chosen, and the credential that this gave,
/// accepted or saved.
struct entry {
  call who;
  std::string_view given;
  int number;
  unsigned answer;
  std::string_view gave;
};

/// What the environment and the transport say of themselves: chosen when first asked for, then fixed for a call.
struct circumstances {
  std::optional<variable> key{};
  std::optional<root> where{};
  std::optional<bool> prompt_off{};
  std::optional<bool> browser{};
  std::optional<bool> no_cookies{};
};

/// One way through a login: what was key_entered to it.
struct way {
  possible_responses responses{};
  argument called_with = argument::none;
  circumstances around{};
  std::vector<entry> calls{};
  bool leaked = false;  ///< a person was shown a part of a credential

  [[nodiscard]] bool called(call who) const noexcept {
    for (const auto& one : calls)
      if (one.who == who) return true;
    return false;
  }

  /// Whether the last request was key_entered so: by a name of `responses`.
  [[nodiscard]] bool replied(std::string_view name) const noexcept {
    for (auto one = calls.rbegin(); one != calls.rend(); ++one)
      if (one->who == call::verify || one->who == call::fetch) return name_of(*one) == name;
    return false;
  }

  /// All of it, for who has to find the fault.
  [[nodiscard]] std::string words() const {
    std::string text;
    const auto tell = [&](std::string_view who, std::string_view what) {
      text.append(text.empty() ? "" : "; ").append(who).append(": ").append(what);
    };
    tell("argument", of(called_with).name);
    if (around.source_description) tell("root's variable", of(*around.source_description).name);
    if (around.key) tell("key's variable", of(*around.key).name);
    if (around.browser) tell("browser", *around.browser ? "at hand" : "none");
    if (around.no_cookies) tell("cookies", *around.no_cookies ? "none" : "some");
    if (around.prompt_off) tell("HUBAUTH_PROMPT", *around.prompt_off ? "0" : "not set");
    for (const auto& one : calls) tell(name_of(one.who), name_of(one));
    return text;
  }

 private:
  static std::string_view name_of(call who) noexcept {
    switch (who) {
      case call::load: return "store.load";
      case call::save: return "store.save";
      case call::erase: return "store.erase";
      case call::ask: return "prompter.ask";
      case call::verify: return "transport.send";
      case call::fetch: break;
    }
    return "transport.send, with cookies";
  }

  [[nodiscard]] std::string_view name_of(const entry& one) const noexcept {
    switch (one.who) {
      case call::load: return all_of<loaded>[one.answer].name;
      case call::save:
      case call::erase: return all_of<stored>[one.answer].name;
      case call::ask: return all_of<typed>[one.answer].name;
      case call::verify: return responses.to_verification[one.answer].name;
      case call::fetch: break;
    }
    return responses.to_exchange[one.answer].name;
  }
};

/// What the four policies share, whose every answer is chosen by somebody else: by `every_choice`, or by a fuzzer's
/// bytes. `choose(n)` gives a number below n; the way is what comes of it.
template <class Choose>
struct simulated_policies : way {
  simulated_policies(Choose& chooser, const service& there, const possible_responses& may_reply = {})
      : way{may_reply}, choose(chooser), at(there) {}

  Choose& choose;
  const service& at;
  std::size_t most_calls = static_cast<std::size_t>(-1);  ///< behind these, the last answer is taken unchosen

  unsigned choose_for_call(std::size_t count) {
    return calls.size() < most_calls ? choose(static_cast<unsigned>(count)) : static_cast<unsigned>(count - 1);
  }

  template <class Answer>
  const answer& any(call who, std::string_view given = {}, int number = 0) {
    const auto chosen = choose_for_call(all_of<Answer>.size());
    const auto& what = of(static_cast<Answer>(chosen));
    calls.push_back({who, given, number, chosen, what.key});
    return what;
  }

  result<response> any_response(call who, std::string_view given, std::span<const possible_response> all) {
    const auto chosen = choose_for_call(all.size());
    const auto credential = who == call::fetch ? browser_token : given;
    calls.push_back({who, given, 0, chosen, all[chosen].accepts ? credential : std::string_view()});
    return all[chosen].give(credential);
  }

  template <class T>
  T once(std::optional<T>& what, unsigned count) {
    if (!what) what = static_cast<T>(choose(count));
    return *what;
  }
};

template <class Choose>
struct simulated_store {
  simulated_policies<Choose>& in;

  result<std::optional<secret>> load() {
    const auto& what = in.template any<loaded>(call::load);
    if (what.error) return fail(*what.error, std::string(what.text));
    if (&what == &of(loaded::nothing)) return std::nullopt;
    return secret(what.text);
  }

  result<void> save(const api_key& key) {
    const auto given = key.with_exposed(known);
    auto done = changed(call::save, given);
    if (done) in.calls.back().gave = given;
    return done;
  }

  result<void> erase() { return changed(call::erase); }

  result<void> changed(call who, std::string_view given = {}) {
    const auto& what = in.template any<stored>(who, given);
    if (what.error) return fail(*what.error, std::string(what.text).append(given));  // as a careless one would
    return {};
  }
};

template <class Choose>
struct simulated_prompter {
  simulated_policies<Choose>& in;

  result<secret> ask(const prompt_request& about) {
    const auto& what = in.template any<typed>(call::ask, {}, about.attempt);
    in.leaked = in.leaked || (about.previous_error && leaks(about.previous_error->detail));
    if (what.error) return fail(*what.error, std::string(what.text));
    return secret(what.text);
  }
};

template <class Choose>
struct simulated_transport {
  simulated_policies<Choose>& in;

  bool has_cookies() const { return !in.once(in.around.no_cookies, 2); }

  result<response> send(const request& request) {
    if (request.send_cookies) return in.any_response(call::fetch, {}, in.responses.to_exchange);
    return in.any_response(call::verify, in_its_form(request.credential), in.responses.to_verification);
  }

  /// The credential, when its header is the one that the service wants for it.
  std::string_view in_its_form(auth_header_view header) const {
    auto text = header.expose_value();
    const auto& form = text.ends_with(browser_token) ? in.at.token_header_format : in.at.key_header_format;
    if (header.name() != form.name || !text.starts_with(form.scheme)) return {};
    text.remove_prefix(form.scheme.size());
    return known(text);
  }
};

template <class Choose>
struct simulated_environment {
  simulated_policies<Choose>& in;

  std::optional<std::string_view> get_env(const char* name) const {
    const std::string_view wanted = name;
    if (wanted == "HUBAUTH_PROMPT") return in.once(in.around.prompt_off, 2) ? text("0") : std::nullopt;
    if (wanted == in.at.root.variable) return value(in.around.source_description);
    if (wanted == in.at.key_env_var) return value(in.around.key);
    return std::nullopt;
  }

  bool has_browser_session() const { return in.once(in.around.browser, 2); }
  std::int64_t now() const { return 1'000'000'000; }

 private:
  using text = std::optional<std::string_view>;

  template <class Answer>
  text value(std::optional<Answer>& chosen) const {
    const auto is = in.once(chosen, static_cast<unsigned>(Answer::count));
    return is == Answer::unset ? std::nullopt : text(of(is).text);
  }
};

}  // namespace hubauth::testing::answers
