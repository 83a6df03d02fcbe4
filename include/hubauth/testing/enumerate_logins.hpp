// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "hubauth/basic_auth.hpp"
#include "hubauth/flow/diagram.hpp"
#include "hubauth/testing/detail/simulated_policies.hpp"
#include "hubauth/testing/detail/choices.hpp"
#include "hubauth/testing/reporter.hpp"

namespace hubauth::testing {

namespace answers {

/// What a source has: a key, or what is none.
constexpr std::string_view held_in(const answer& of) noexcept { return of.key.empty() ? trim(of.text) : of.key; }

/// True when a credential is in an error's words. Part by part, not joined first: a fuzzer prompts it after each call.
inline bool leaks(const login_error& why) noexcept {
  const auto& [code, detail, from, where, host, hint, retry_after, tried] = why;  // all, so that none is forgotten
  return leaks(detail) || leaks(where) || leaks(host) || leaks(hint);
}

/// Which promise of every sign-in was broken, read off the calls alone; no text: none.
inline std::string_view broken_promise(const way& by, const login_result& did) {
  std::string_view saved;
  std::string_view accepted;
  int saves = 0;
  for (const auto& one : by.calls) {
    switch (one.who) {
      case call::load: saved = one.gave; break;
      case call::verify: accepted = one.gave; break;
      case call::fetch: break;
      case call::erase: return "it erases the saved key";
      case call::ask:
        if (by.around.prompt_off == true) return "it prompts though HUBAUTH_PROMPT is 0";
        break;
      case call::save:
        if (++saves > 1 || accepted.empty() || one.given != accepted)
          return "it saves something else than the accepted key, once";
    }
  }
  if (did && saved.empty() && accepted.empty()) return "it is signed in with what nobody accepted or saved";
  if (!did && !accepted.empty()) return "it is not signed in though the service accepted";
  if (did && (leaks(did->host) || (did->save_error && leaks(did->save_error->detail))))
    return "a credential is in the session's words";
  if (!did && leaks(did.error())) return "a credential is in the error's words";
  return by.leaked ? "a credential is in the words that a person is shown" : "";
}

/// Which promise of a login by somebody who holds nothing yet was broken; no text: none.
///
/// Needs:   `held` is the credential in the header afterwards, when that has its form
inline std::string_view broken_promise(const way& by, const login_result& did, const login_options& options,
                                       std::string_view held) {
  if (const auto broken = broken_promise(by, did); !broken.empty()) return broken;

  std::array<std::string_view, all_sources.size()> has{};  // what each source has, be it of use or not
  const auto of_source = [&](source from) -> std::string_view& { return has[static_cast<std::size_t>(from)]; };
  const auto may = [&](source from) { return options.sources.contains(from); };
  if (may(source::argument)) of_source(source::argument) = held_in(of(by.called_with));
  if (may(source::environment) && by.around.key) of_source(source::environment) = held_in(of(*by.around.key));

  const entry* last_verify = nullptr;
  const entry* last_save = nullptr;
  int asked = 0;
  for (const auto& one : by.calls) {
    switch (one.who) {
      case call::load:
        if (!may(source::saved)) return "it loads though the options leave out the saved key";
        of_source(source::saved) = held_in(all_of<loaded>[one.answer]);
        break;
      case call::ask:
        if (!may(source::prompt)) return "it prompts though the options leave out the prompt";
        if (++asked > options.attempts) return "it prompts more often than the options allow";
        of_source(source::prompt) = one.gave;
        break;
      case call::fetch:
        if (!may(source::browser)) return "it sends cookies though the options leave out the browser";
        of_source(source::browser) = one.gave.empty() ? "no token" : one.gave;
        break;
      case call::verify:
        if (one.given.empty() || std::find(has.begin(), has.end(), one.given) == has.end())
          return "it sends what no source that may be used has given, or in another form than the service wants";
        last_verify = &one;
        break;
      case call::save: last_save = &one; break;
      case call::erase: break;
    }
    if (by.around.source_description == root::insecure && (one.who == call::verify || one.who == call::fetch))
      return "it sends to an address that is not secure";
  }
  const auto& tried = did ? did->trace : did.error().trace;
  for (auto from : all_sources)
    if (!may(from) && tried[from] != source_status::excluded && tried[from] != source_status::not_tried)
      return "the trace has a source that the options leave out";
  const auto about = did ? std::optional(did->source) : did.error().source;
  if (about && !may(*about)) return "it ends in a source that the options leave out";
  for (auto from : all_sources) {
    if (about == from || (!did && did.error().code == errc::insecure_url)) break;
    if (!of_source(from).empty()) return "it passes over a source that has something";
  }
  if (did.has_value() == held.empty()) return "there is a header where none belongs, or none";
  if (!did) return {};

  if (held != of_source(did->source)) return "the header has another credential than the source";
  const bool was_saved = held == of_source(source::saved);
  if (did->verified ? !last_verify || last_verify->gave != held : last_verify || !was_saved || options.verify_saved)
    return "verified is not what the service said";
  if (did->saved != (last_save ? last_save->gave == held : was_saved))
    return "saved is not what the store said";
  if (did->save_error.has_value() != (last_save && !did->saved))
    return "why it is not saved is missing, or is told of a key that is";
  return tried[did->source] == (did->verified ? source_status::verified : source_status::used_unverified) ? "" : "the trace has another end";
}

}  // namespace answers

/// What a walk through logins has seen.
struct logins_seen {
  static constexpr const auto& rows = flow::named_rows<flow::login>;

  std::size_t logins = 0;
  std::size_t broken = 0;                        ///< those that broke a promise
  std::array<std::size_t, rows.size()> taken{};  ///< how often each row of the table was taken, in its order
  std::unordered_set<std::string> paths{};       ///< the different ways through the table: a letter for each row

  /// Keeps count of a row, and puts its letter behind the path.
  void take(const fsm::transition_names& row, std::string& path) {
    std::size_t i = 0;
    while (rows[i].in != row.in || rows[i].ending != row.ending) ++i;
    ++taken[i];
    path += static_cast<char>('0' + i);
  }

  void end(const std::string& path) {
    ++logins;
    paths.insert(path);
  }

  /// Whether a row was taken: `took("verifying", "verification_failed")`.
  [[nodiscard]] bool took(std::string_view in, std::string_view ending) const {
    for (std::size_t i = 0; i != rows.size(); ++i)
      if (rows[i].in == in && rows[i].ending == ending) return taken[i] != 0;
    return false;
  }
};

/// No promise more than those of every login.
struct no_more_promises {
  constexpr std::string_view operator()(const login_result&, const answers::way&) const noexcept { return {}; }
};

/// Signs in, as somebody who holds nothing yet, once for every combination of what the argument, the service and the
/// policies may answer, and tells of each promise that is broken, with the first way on which it is.
///
///     const auto seen = enumerate_logins(hub, {.attempts = 1}, doctest_report);
///     CHECK(seen.logins == 2844);
/// Needs:   `check_response(login_result, answers::way)` says in words which promise of your own is broken, or nothing;
/// `responses`
///          are what the service may answer, unless it speaks HUB's or the Platform's protocol
/// Gives:   what was seen. Each attempt more at the prompt makes about ten times as many logins
/// Laws:    a login sends, saves and holds only what a source that may be used has given; the first that has anything,
///          be it of use or not, is the one in which it ends; it saves the accepted key at most, and that once; it is
///          signed in when the service accepts, or when the key is saved and need not be verified, and then alone has a
///          header; it prompts no policy for what the options leave out, nobody when HUBAUTH_PROMPT is 0, and sends
///          nothing to an address that is not secure; it ends; its words hold no credential
template <reporter Report, class Judge = no_more_promises>
logins_seen enumerate_logins(const service& at, const login_options& options, Report&& report, Judge&& check_response = {},
                             const answers::possible_responses& responses = {}) {
  using namespace answers;
  logins_seen all;
  std::set<std::string> told;
  std::string path;
  every_choice choose;
  do {
    simulated_policies<every_choice> in(choose, at, responses);
    in.most_calls = 4 + 2 * static_cast<std::size_t>(std::max(options.attempts, 0));
    in.called_with = static_cast<argument>(choose(static_cast<unsigned>(argument::count)));
    simulated_transport<every_choice> transport{in};
    simulated_store<every_choice> store{in};
    simulated_prompter<every_choice> prompter{in};
    simulated_environment<every_choice> environment{in};
    basic_auth auth(at, std::ref(transport), std::ref(store), std::ref(prompter), std::ref(environment));

    path.clear();
    const auto did = auth.login(of(in.called_with).text, options, [&](const fsm::transition_names& row) { all.take(row, path); });
    all.end(path);

    std::string broken(in.calls.size() > in.most_calls
                           ? "it does not end"
                           : broken_promise(in, did, options, transport.in_its_form(auth.get_auth_header())));
    if (broken.empty()) broken = check_response(did, std::as_const(in));
    if (broken.empty()) continue;
    ++all.broken;
    if (told.insert(broken).second) report(false, "login: " + broken + "; on the way: " + in.words());
  } while (choose.next());
  report(all.broken == 0, "login: every way keeps every promise");
  return all;
}

}  // namespace hubauth::testing
