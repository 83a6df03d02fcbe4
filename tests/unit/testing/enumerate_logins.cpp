// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/enumerate_logins.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "hubauth/service/hub.hpp"
#include "hubauth/service/platform.hpp"
#include "hubauth/testing/doctest.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;
using answers::call;

/// How many combinations there are, counted without a login: by what each answer may lead to.
struct combinations {
  bool hub;
  login_options options;

  std::size_t verifications(bool key_saved) const { return 12 + (key_saved ? 4u : 1u); }
  std::size_t rejections() const { return hub ? 3 : 2; }

  std::size_t prompt(int attempts) const {
    if (attempts == 0) return 1;
    const auto next = prompt(attempts - 1);
    return 3 * (verifications(true) - rejections() + rejections() * next) + 3 * next + 2;
  }

  std::size_t browser() const {
    const auto person = options.attempts == 0 ? 1 : 1 + prompt(options.attempts);  // the 1: HUBAUTH_PROMPT=0
    return hub ? 2 * person + 12 + verifications(false) : person;
  }

  std::size_t saved() const { return 3 + 2 * (options.verify_saved ? verifications(false) : 1) + 2 * browser(); }
  std::size_t variable() const { return verifications(false) + 1 + 2 * saved(); }

  std::size_t argument() const {
    const auto as_saved = 2 * (options.verify_saved ? verifications(false) : 1) + 5 * verifications(true);
    return 2 * 7 * verifications(true) + as_saved + 1 + 2 * variable();
  }

  std::size_t all() const { return 6 + 2 * argument(); }
};

/// The promises that a walk finds broken, each with the first way on which it is.
struct faults {
  std::vector<std::string> told{};

  void operator()(bool holds, std::string_view words) {
    if (!holds) told.emplace_back(words);
  }

  bool tell(std::string_view words) const {
    for (const auto& one : told)
      if (one.starts_with("login: " + std::string(words))) return true;
    return false;
  }
};

template <class Judge = no_more_promises>
faults found(const service& at, const login_options& options = {.attempts = 1}, Judge check_response = {}) {
  faults all;
  const auto seen = enumerate_logins(at, options, all, check_response);
  CHECK((seen.broken != 0) == all.tell("every way keeps every promise"));
  for (const auto& words : all.told) CHECK_FALSE(answers::leaks(words));
  return all;
}

service judged_by(decltype(service::check_response) check_response) {
  auto mine = hub;
  mine.check_response = check_response;
  return mine;
}

/// A login that keeps every promise: nothing is saved, a person types a key, which is accepted and saved.
struct typed_login {
  answers::way by{};
  login_result did{session{source::prompt, true, true, {}, {}, {}}};
  login_options options{};
  std::string_view held = answers::typed_key;

  typed_login() {
    by.calls = {{call::load, {}, 0, 0, {}},
                  {call::ask, {}, 1, 0, answers::typed_key},
                  {call::verify, answers::typed_key, 0, 0, answers::typed_key},
                  {call::save, answers::typed_key, 0, 0, answers::typed_key}};
    did->trace.note(source::prompt, source_status::verified);
  }

  answers::entry& at(std::size_t i) { return by.calls[i]; }

  void make_error(errc kind, std::string_view detail = {}) {
    login_error why{};
    why.code = kind;
    why.detail = detail;
    did = unexpected(std::move(why));
  }
};

/// What is said of that login once `change` has broken it.
template <class Change>
std::string_view broken_by(Change change) {
  typed_login one;
  change(one);
  return answers::broken_promise(one.by, one.did, one.options, one.held);
}

}  // namespace

TEST_CASE("enumerate_logins: every login at the services that we know keeps every promise") {
  std::array<std::size_t, logins_seen::rows.size()> taken{};
  for (const auto* at : {&hub, &platform})
    for (bool verify_saved : {false, true})
      for (int attempts : {0, 1, 2}) {
        CAPTURE(std::string(at->name));
        CAPTURE(verify_saved);
        CAPTURE(attempts);
        const login_options options{.verify_saved = verify_saved, .attempts = attempts};
        const auto seen = enumerate_logins(*at, options, doctest_report);
        CHECK(seen.broken == 0);
        CHECK(seen.logins == combinations{at == &hub, options}.all());
        for (std::size_t i = 0; i != taken.size(); ++i) taken[i] += seen.taken[i];
      }

  for (std::size_t i = 0; i != taken.size(); ++i) {  // all but those of the other calls
    const auto& row = logins_seen::rows[i];
    CAPTURE(std::string(row.in));
    CAPTURE(std::string(row.ending));
    const bool others = row.in == "using_current_credential" || row.ending == "verification_requested" || row.ending == "token_requested" ||
                        row.ending == "prompt_requested";
    CHECK((taken[i] == 0) == others);
  }
}

TEST_CASE("enumerate_logins: a source that the options leave out is left alone") {
  for (const auto* at : {&hub, &platform})
    for (auto left_out : all_sources) {
      CAPTURE(to_string(left_out));
      const auto seen = enumerate_logins(*at, {.sources = source_set().without(left_out), .attempts = 1}, doctest_report);
      CHECK(seen.logins != 0);
      CHECK(seen.took("prompting", "key_entered") == (left_out != source::prompt));
      CHECK(seen.took("loading_saved_key", "saved_key_trusted") == (left_out != source::saved));
      CHECK(seen.took("reading_argument", "key_found") == (left_out != source::argument));
    }
}

TEST_CASE("enumerate_logins: it counts what it sees") {
  const auto nothing = source_set()
                           .without(source::argument)
                           .without(source::environment)
                           .without(source::saved)
                           .without(source::browser)
                           .without(source::prompt);
  const auto seen = enumerate_logins(platform, {.sources = nothing}, doctest_report);
  // 6 arguments; an insecure root, or one of 2 others with one of 4 variables
  CHECK(seen.logins == 6 * (1 + 2 * 4));
  CHECK(seen.paths.size() == 2);
  CHECK(seen.took("resolving_endpoint", "insecure_endpoint"));
  CHECK(seen.took("prompting", "no_answer"));
  CHECK_FALSE(seen.took("prompting", "key_entered"));
  CHECK_FALSE(seen.took("no state", "key_entered"));
  CHECK(seen.taken[0] == 6);
}

TEST_CASE("enumerate_logins: a check_response that accepts what the service does not is found") {
  const auto at = judged_by([](response& answer, std::int64_t now) -> result<void> {
    if (answer.status == 401) return {};
    return detail::check_hub_response(answer, now);
  });
  const auto all = found(at);
  CHECK(all.tell("it saves something else than the accepted key, once"));
  CHECK(all.tell("it is signed in with what nobody accepted or saved"));
  REQUIRE(all.told.size() == 3);
  CHECK(all.told[0] ==
        "login: it saves something else than the accepted key, once; on the way: argument: none; root's variable: not "
        "set; key's variable: not set; browser: none; HUBAUTH_PROMPT: not set; store.load: nothing; prompter.ask: a "
        "key; transport.send: 401; store.save: done");
}

TEST_CASE("enumerate_logins: a check_response that accepts nothing is found") {
  const auto at = judged_by([](response&, std::int64_t) -> result<void> { return fail(errc::invalid_response); });
  CHECK(found(at).tell("it is not signed in though the service accepted"));
}

TEST_CASE("enumerate_logins: a check_response whose words hold a part of the credential is found") {
  const auto at = judged_by([](response& answer, std::int64_t) -> result<void> {
    if (answer.status == 200 && answer.body.starts_with(R"({"success": true)")) return {};
    const auto part = answer.body.find("-key-");
    return fail(errc::rejected, part == std::string::npos ? std::string() : answer.body.substr(part));
  });
  const auto all = found(at, {.attempts = 2});
  CHECK(all.tell("a credential is in the error's words"));
  CHECK(all.tell("a credential is in the words that a person is shown"));
}

TEST_CASE("enumerate_logins: a reader that takes a token from a response without one is found") {
  auto at = hub;
  at.parse_token_response = [](response& answer, std::int64_t) {
    const auto start = answer.body.find("BROWSER_");
    return id_token::parse(start == std::string::npos ? "" : answer.body.substr(start, answers::browser_token.size()));
  };
  CHECK(found(at).tell("it sends what no source that may be used has given"));
}

TEST_CASE("enumerate_logins: a reader whose words hold the token is found") {
  auto at = hub;
  at.parse_token_response = [](response& answer, std::int64_t now) -> result<id_token> {
    const auto body = answer.body;
    auto token = detail::parse_hub_token_response(answer, now);
    if (!token) token.error().detail = body;
    return token;
  };
  CHECK(found(at).tell("a credential is in the error's words"));
}

TEST_CASE("enumerate_logins: a promise of the user's own is found broken") {
  const auto no_verdict = [](const login_result& did, const answers::way& by) {
    return !did && did.error().code == errc::rejected && by.replied("503") ? "a server's fault is no verdict" : "";
  };
  CHECK(found(hub, {.attempts = 1}, no_verdict).told.empty());

  const auto at = judged_by([](response& answer, std::int64_t now) -> result<void> {
    if (answer.status == 503) answer.status = 401;
    return detail::check_hub_response(answer, now);
  });
  CHECK(found(at).told.empty());  // it is nobody else's business
  CHECK(found(at, {.attempts = 1}, no_verdict).tell("a server's fault is no verdict; on the way: argument: "));
}

TEST_CASE("enumerate_logins: options that do not keep a user's promise are found") {
  const auto nobody_asked = [](const login_result&, const answers::way& by) {
    return by.called(call::ask) ? "a person is asked" : "";
  };
  CHECK(found(hub, {.sources = source_set().without(source::prompt)}, nobody_asked).told.empty());
  CHECK(found(hub, {.attempts = 1}, nobody_asked).tell("a person is asked; "));
}

TEST_CASE("enumerate_logins: a service of the user's own answers as it does") {
  const service mine{
      .name = "Mine",
      .root = {"https://hub.example", ""},
      .web = {"https://hub.example", ""},
      .key_page = "/keys",
      .key_env_var = "",
      .key_header_format = {"X-Key", "Key "},
      .token_header_format = {"X-Key", "Token "},
      .verify_method = http_method::get,
      .verify_path = "/me",
      .check_response = [](response& answer, std::int64_t) -> result<void> {
        if (answer.status == 204) return {};
        return fail(answer.status == 403 ? errc::rejected : errc::invalid_response);
      },
  };
  CHECK(found(mine).tell("it is not signed in though the service accepted"));  // it knows no 200

  const auto verifications = std::to_array<answers::possible_response>({
      {"204", [](std::string_view) -> result<response> { return response{204}; }, true},
      {"403",
       [](std::string_view who) -> result<response> {
         return response{403, std::string(who)};
       }},
      {"unreachable", [](std::string_view) -> result<response> { return fail(errc::unreachable); }},
  });
  const auto seen = enumerate_logins(mine, {.attempts = 1}, doctest_report, no_more_promises(), {verifications});
  CHECK(seen.broken == 0);
  // 2 keys in the argument after 7 answers of the store; the saved one after 5, or as it is saved; no key
  // no argument, twice: 5 answers of the store, or, twice, a prompt that is off, or gives one of 8
  CHECK(seen.logins == (2 * 7 + 5) * 6 + 2 + 1 + 2 * (5 + 2 * (1 + 3 * 6 + 5)));
}

TEST_CASE("enumerate_logins: each promise is found broken by a login that breaks it") {
  using login = typed_login;
  const auto without = [](source which) {
    return [which](login& it) { it.options.sources = source_set().without(which); };
  };
  CHECK(broken_by([](login&) {}).empty());

  CHECK(broken_by([](login& it) {
          it.by.calls.push_back({call::erase, {}, 0, 0, {}});
        }) == "it erases the saved key");
  CHECK(broken_by([](login& it) { it.by.around.prompt_off = true; }) == "it prompts though HUBAUTH_PROMPT is 0");
  const std::string_view saves = "it saves something else than the accepted key, once";
  CHECK(broken_by([](login& it) { it.by.calls.push_back(it.at(3)); }) == saves);
  CHECK(broken_by([](login& it) { it.at(3).given = answers::saved_key; }) == saves);
  CHECK(broken_by([](login& it) { it.at(2).gave = {}; }) == saves);
  CHECK(broken_by([](login& it) { std::swap(it.at(2), it.at(3)); }) == saves);
  CHECK(broken_by([](login& it) { it.by.calls.clear(); }) == "it is signed in with what nobody accepted or saved");
  CHECK(broken_by([](login& it) { it.make_error(errc::invalid_response); }) ==
        "it is not signed in though the service accepted");
  CHECK(broken_by([](login& it) { it.did->host = answers::typed_key; }) == "a credential is in the session's words");
  CHECK(broken_by([](login& it) {
          it.did->save_error = error_info{errc::store_locked, std::string(answers::typed_key)};
        }) == "a credential is in the session's words");
  CHECK(broken_by([](login& it) {
          it.by.calls.clear();
          it.make_error(errc::rejected, answers::browser_token);
        }) == "a credential is in the error's words");
  CHECK(broken_by([](login& it) { it.by.leaked = true; }) == "a credential is in the words that a person is shown");

  CHECK(broken_by(without(source::saved)) == "it loads though the options leave out the saved key");
  CHECK(broken_by(without(source::prompt)) == "it prompts though the options leave out the prompt");
  CHECK(broken_by([](login& it) { it.options.attempts = 0; }) == "it prompts more often than the options allow");
  CHECK(broken_by([&](login& it) {
          without(source::browser)(it);
          it.by.calls.push_back({call::fetch, {}, 0, 0, {}});
        }) == "it sends cookies though the options leave out the browser");
  const std::string_view sends =
      "it sends what no source that may be used has given, or in another form than the service wants";
  CHECK(broken_by([](login& it) { it.at(2).given = {}; }) == sends);
  CHECK(broken_by([](login& it) { it.at(2).given = answers::argument_key; }) == sends);
  CHECK(broken_by([&](login& it) {
          without(source::argument)(it);
          it.by.called_with = answers::argument::good;
          it.at(2).given = answers::argument_key;
        }) == sends);
  CHECK(broken_by([&](login& it) {
          without(source::environment)(it);
          it.by.around.key = answers::variable::good;
          it.at(2).given = answers::variable_key;
        }) == sends);
  CHECK(broken_by([](login& it) { it.by.around.source_description = answers::root::insecure; }) ==
        "it sends to an address that is not secure");
  CHECK(broken_by([&](login& it) {
          without(source::argument)(it);
          it.did->trace.note(source::argument, source_status::not_found);
        }) == "the trace has a source that the options leave out");
  CHECK(broken_by([&](login& it) {
          without(source::argument)(it);
          it.did->source = source::argument;
        }) == "it ends in a source that the options leave out");

  const std::string_view passes = "it passes over a source that has something";
  CHECK(broken_by([](login& it) { it.by.called_with = answers::argument::malformed; }) == passes);
  CHECK(broken_by([](login& it) { it.by.around.key = answers::variable::good; }) == passes);
  CHECK(broken_by([](login& it) { it.at(0).answer = static_cast<unsigned>(answers::loaded::busy); }) == passes);
  CHECK(broken_by([](login& it) {
          it.by.calls.insert(it.by.calls.begin(), {call::fetch, {}, 0, 1, {}});
        }) == passes);
  CHECK(broken_by([](login& it) {
          it.by.calls.clear();
          it.by.called_with = answers::argument::good;
          it.held = {};
          it.make_error(errc::not_signed_in);
        }) == passes);

  CHECK(broken_by([](login& it) { it.held = {}; }) == "there is a header where none belongs, or none");
  CHECK(broken_by([](login& it) { it.held = answers::saved_key; }) ==
        "the header has another credential than the source");
  CHECK(broken_by([](login& it) { it.did->verified = false; }) == "verified is not what the service said");
  CHECK(broken_by([](login& it) { it.did->saved = false; }) == "saved is not what the store said");
  CHECK(broken_by([](login& it) { it.did->save_error = error_info{errc::store_locked}; }) ==
        "why it is not saved is missing, or is told of a key that is");
  CHECK(broken_by([](login& it) { it.did->trace.note(source::prompt, source_status::used_unverified); }) ==
        "the trace has another end");
}
