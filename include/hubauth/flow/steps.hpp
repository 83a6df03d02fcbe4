// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/flow/login.hpp"
#include "hubauth/held.hpp"
#include "hubauth/locate.hpp"
#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"
#include "hubauth/service.hpp"
#include "hubauth/wire/printable.hpp"

namespace hubauth::flow {

namespace detail {
template <class, class T>
struct second {
  using type = T;
};
}  // namespace detail

/// What is done in each state of `login`: one overload per state, in the table's order.
///
/// Keeps:   references to what the caller owns; made for one run
template <transport Transport, store Store, prompter Prompter, environment Env>
class steps {
  // Named through a policy, so that the compiler makes the variants where somebody signs in, not wherever this is
  // included.
  template <class State>
  using outcomes_of = typename detail::second<Transport, State>::type::outcomes;

 public:
  steps(Transport& transport, Store& store, Prompter& prompter, Env& env, const service& at, held_credentials& held,
        std::string_view argument, const login_options& options)
      : transport_(transport),
        store_(store),
        prompter_(prompter),
        env_(env),
        service_(at),
        held_(held),
        argument_(argument),
        options_(options) {}

  outcomes_of<starting> operator()(starting state) {
    auto root = locate_root(service_, env_);
    if (!root) return root_refused{{std::move(root.error())}};
    root_ = *root;
    switch (state.what) {
      case errand::login: return login_wanted{};
      case errand::authenticate: return check_wanted{};
      case errand::auth_with_cookies: return token_wanted{};
      case errand::request_api_key: break;
    }
    return question_wanted{{1, state.attempts}};
  }

  outcomes_of<taking_argument> operator()(taking_argument) {
    if (passed_over(source::argument, trim(argument_).empty() ? finding::absent : finding::taken))
      return nothing_given{};
    return offered<taking_argument>(source::argument, argument_);
  }

  outcomes_of<comparing> operator()(comparing&& state) {
    state.persisted = options_.use.contains(source::saved) && is_saved(*state.who.key());
    state.to_keep = !state.persisted;
    if (state.to_keep || options_.verify_saved) return new_to_the_store{std::move(state)};
    return same_as_saved{{std::move(state.who), state.from, false, true}};
  }

  outcomes_of<reading_variable> operator()(reading_variable) {
    const auto name = service_.key_variable;
    const auto text = name.empty() ? std::nullopt : env_.variable(name.data());
    const bool absent = !text || trim(*text).empty();
    if (passed_over(source::environment, name.empty() ? finding::not_offered
                                         : absent     ? finding::absent
                                                      : finding::taken))
      return nothing_set{};
    return offered<reading_variable>(source::environment, *text);
  }

  outcomes_of<recalling> operator()(recalling) {
    if (passed_over(source::saved, finding::taken)) return nothing_saved{};
    auto loaded = store_.load();
    if (!loaded) {
      trace_.note(source::saved, finding::failed);
      return store_failed{{std::move(loaded.error()), source::saved}};
    }
    if (!*loaded || (*loaded)->empty()) {
      trace_.note(source::saved, finding::absent);
      return nothing_saved{};
    }
    auto read = (*loaded)->with_exposed([&](std::string_view text) { return parse(source::saved, text); });
    if (!read) return unusable_key{{std::move(read.error()), source::saved}};
    if (options_.verify_saved) return key_doubted{{to_send(std::move(*read)), source::saved, true, false}};
    return key_remembered{{to_send(std::move(*read)), source::saved, false, true}};
  }

  outcomes_of<looking_for_browser> operator()(looking_for_browser) {
    if (passed_over(source::browser, service_.token_path.empty() ? finding::not_offered
                                     : !env_.browser_at_hand()   ? finding::absent
                                     : !transport_.has_cookies() ? finding::no_cookies
                                                                 : finding::taken))
      return no_browser{{1, options_.attempts}};
    return browser_at_hand{};
  }

  outcomes_of<fetching_token> operator()(fetching_token) {
    auto token = fetch_token();
    if (!token) {
      trace_.note(source::browser, finding::failed);
      return no_token{{std::move(token.error()), source::browser}};
    }
    return token_given{{credential(std::move(*token), service_.token_header), source::browser}};
  }

  [[gnu::cold]] outcomes_of<asking> operator()(asking&& state) {
    if (!options_.use.contains(source::prompt)) {
      trace_.note(source::prompt, finding::excluded);
      return no_answer{{{errc::not_signed_in, "no source that may be used has a key"}}};
    }
    if (state.attempt > state.attempts)
      return attempts_spent{
          {{errc::too_many_attempts, state.last ? state.last->message() : std::string()}, source::prompt}};

    const auto typed = ask(state);
    if (!typed && typed.error().code != errc::malformed_key) {
      trace_.note(source::prompt, finding::failed);
      return no_answer{{typed.error(), source::prompt}};
    }
    auto read = typed ? typed->with_exposed([&](std::string_view text) { return parse(source::prompt, text); })
                      : result<parsed_key>(unexpected(typed.error()));
    if (!read) {
      trace_.note(source::prompt, finding::malformed);
      return unusable_answer{{state.attempt + 1, state.attempts, std::move(read.error())}};
    }
    return answered{{to_send(std::move(*read)), source::prompt, false, true, state.attempt, state.attempts}};
  }

  outcomes_of<presenting> operator()(presenting) {
    const auto* held = held_.current();
    if (!held) return nothing_held{{{errc::not_signed_in}}};
    return credential_held{{held->who.clone(), held->from, held->persisted, false}};
  }

  outcomes_of<verifying> operator()(verifying&& state) {
    auto answer = transport_.send(request{service_.verify_method, url(service_.verify_path), state.who.header()});
    auto verdict = answer ? service_.judge(*answer, env_.now()) : result<void>(unexpected(std::move(answer.error())));
    if (verdict) {
      trace_.note(state.from, finding::accepted);
      if (state.to_keep) return accepted_to_keep{std::move(state)};
      return accepted{{std::move(state.who), state.from, true, state.persisted}};
    }

    auto why = std::move(verdict.error());
    clean(why.detail, state.who);
    const bool rejected = answer && why.code == errc::rejected;
    trace_.note(state.from, rejected ? finding::rejected : finding::failed);
    if (!rejected) return undecided{{std::move(why), state.from}};
    held_.forget(state.who);
    if (state.attempt == 0) return rejected_for_good{{std::move(why), state.from}};
    return rejected_once{{state.attempt + 1, state.attempts, std::move(why)}};
  }

  outcomes_of<keeping> operator()(keeping&& state) {
    auto saved = store_.save(*state.who.key());
    if (saved) return kept{{std::move(state.who), state.from, true, true}};
    clean(saved.error().detail, state.who);
    return not_kept{{std::move(state.who), state.from, true, false, std::move(saved.error())}};
  }

  /// What was tried so far.
  const trace& tried() const noexcept { return trace_; }

  /// The service's host; empty when its root was refused.
  std::string_view host() const noexcept { return root_.host; }

 private:
  /// Notes why a source has nothing to give, or that the options leave it out; false when its turn has come.
  bool passed_over(source from, finding what) noexcept {
    if (!options_.use.contains(from)) what = finding::excluded;
    trace_.note(from, what);
    return what != finding::taken;
  }

  result<parsed_key> parse(source from, std::string_view text) {
    auto read = api_key::parse(text);
    if (!read) trace_.note(from, finding::malformed);
    return read;
  }

  credential to_send(parsed_key&& read) const {
    return credential(std::move(read.key), std::move(read.model_id), service_.key_header);
  }

  template <class State>
  outcomes_of<State> offered(source from, std::string_view text) {
    auto read = parse(from, text);
    if (!read) return unusable_key{{std::move(read.error()), from}};
    return key_offered{{to_send(std::move(*read)), from}};
  }

  /// A store that can't tell does not keep anybody from signing in with a key at hand.
  bool is_saved(const api_key& key) {
    const auto loaded = store_.load();
    if (!loaded || !*loaded) return false;
    const auto saved = (*loaded)->with_exposed([](std::string_view text) { return api_key::parse(text); });
    return saved && saved->key == key;
  }

  [[gnu::cold]] result<id_token> fetch_token() {
    if (service_.token_path.empty()) return fail(errc::no_browser_session, "the service has no sign-in by browser");
    if (!transport_.has_cookies()) return fail(errc::no_browser_session, "there are no cookies to send");
    auto answer = transport_.send(request{method::post, url(service_.token_path), {}, true});
    if (!answer) return unexpected(std::move(answer.error()));
    auto token = service_.read_token(*answer, env_.now());
    if (!token) wire::shorten(token.error().detail);
    return token;
  }

  result<secret> ask(const turn& now) {
    if (env_.variable("HUBAUTH_PROMPT") == "0") return fail(errc::no_terminal, "HUBAUTH_PROMPT=0");
    const auto page = keys_page(service_, env_);
    return prompter_.ask({service_.name, page, now.attempt, now.attempts, now.last ? &*now.last : nullptr});
  }

  /// What strangers wrote, without the secret that they may have repeated.
  static void clean(std::string& text, const credential& who) {
    wire::redact(text, who.expose_text());
    wire::shorten(text);
  }

  std::string url(std::string_view path) const {
    std::string whole;
    whole.reserve(root_.url.size() + path.size());
    whole.append(root_.url).append(path);
    return whole;
  }

  Transport& transport_;
  Store& store_;
  Prompter& prompter_;
  Env& env_;
  const service& service_;
  held_credentials& held_;
  std::string_view argument_;
  const login_options& options_;
  service_root root_;
  trace trace_;
};

}  // namespace hubauth::flow
