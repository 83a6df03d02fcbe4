// SPDX-License-Identifier: BSL-1.0
#include "hubauth/testing/laws/prompter.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "../verdicts.hpp"
#include "hubauth/testing/doctest.hpp"
#include "hubauth/testing/scripted_login.hpp"

namespace {

using namespace hubauth;
using namespace hubauth::testing;

/// A right prompter, in plain text so that wrong ones are short.
struct plain_prompter {
  typed_lines lines;
  std::size_t at = 0;

  std::optional<std::string> next() { return at == lines.size() ? std::nullopt : std::optional(lines[at++]); }

  result<secret> ask(const prompt_request&) {
    const auto line = next();
    if (!line) return fail(errc::prompt_canceled);
    return secret(*line);
  }
};

struct short_of_a_letter : plain_prompter {
  result<secret> ask(const prompt_request&) {
    const auto line = next();
    if (!line) return fail(errc::prompt_canceled);
    return secret(line->substr(1));
  }
};
struct empty_at_the_end : plain_prompter {
  result<secret> ask(const prompt_request&) { return secret(next().value_or("")); }
};
struct asks_to_confirm : plain_prompter {
  result<secret> ask(const prompt_request& about) {
    auto first = plain_prompter::ask(about);
    static_cast<void>(next());
    return first;
  }
};
struct asks_the_first_time_alone : plain_prompter {
  result<secret> ask(const prompt_request& about) {
    if (about.previous_error) return fail(errc::prompt_unavailable);
    return plain_prompter::ask(about);
  }
};
struct by_255_bytes : plain_prompter {
  result<secret> ask(const prompt_request&) {
    const auto line = next();
    if (!line) return fail(errc::prompt_canceled);
    return secret(line->substr(0, 255));
  }
};
template <errc Kind>
struct judging : plain_prompter {
  result<secret> ask(const prompt_request& about, const std::string& why = {}) {
    auto typed = plain_prompter::ask(about);
    if (typed && typed->with_exposed([](std::string_view text) { return split_key(text).fault != key_error::none; }))
      return fail(Kind, why);
    return typed;
  }
};
struct talkative : judging<errc::malformed_key> {
  result<secret> ask(const prompt_request& about) {
    return judging::ask(about, "can't be a key: " + (at < lines.size() ? lines[at] : ""));
  }
};
struct asks_until_it_is_a_key : plain_prompter {
  result<secret> ask(const prompt_request& about) {
    for (;;) {
      auto typed = plain_prompter::ask(about);
      if (!typed || typed->with_exposed([](std::string_view text) { return api_key::parse(text).has_value(); }))
        return typed;
    }
  }
};

template <class Prompter>
void run(verdicts& report) {
  prompter_laws(
      [](typed_lines person) {
        Prompter prompter{};
        prompter.lines = std::move(person);
        return prompter;
      },
      report);
}

/// One that shows what is typed.
struct echoing : plain_prompter {
  std::string* screen = nullptr;
  bool shows = true;
  result<secret> ask(const prompt_request&) {
    const auto line = next().value_or("");
    screen->append("API key: ").append(shows ? line : std::string());
    return secret(line);
  }
};

void run_hidden(verdicts& report, bool shows) {
  std::string screen;
  const auto make_prompter = [&](typed_lines person) { return echoing{{std::move(person)}, &screen, shows}; };
  hidden_answer_laws(
      make_prompter, [&] { return screen; }, report);
}

}  // namespace

TEST_CASE("prompter_laws: a scripted login keeps them, and so does who judges the answer") {
  std::deque<scripted_login<decltype(doctest_report)>> scripts;
  const auto make_prompter = [&](const typed_lines& person) -> auto& {
    auto& script = scripts.emplace_back(doctest_report);
    for (const auto& line : person) script.expect_ask(secret(line));
    if (person.size() == 1 && person.front() == laws::typed_text) script.expect_ask(fail(errc::prompt_canceled));
    return script;
  };
  prompter_laws(make_prompter, doctest_report);
  for (const auto& right : {run<plain_prompter>, run<judging<errc::malformed_key>>}) {
    verdicts report;
    right(report);
    check_held(report);
  }
}

TEST_CASE("prompter_laws: each fault is caught by the law that names it, and no law is without one") {
  check_caught({
      {"prompter: the answer comes as it was typed", run<short_of_a_letter>},
      {"prompter: the end of input is errc::prompt_canceled", run<empty_at_the_end>},
      {"prompter: one prompt_request takes one answer", run<asks_to_confirm>},
      {"prompter: it prompts again when the answer before was not taken", run<asks_the_first_time_alone>},
      {"prompter: the longest key comes whole", run<by_255_bytes>},
      {"prompter: an answer that is no key comes as it was typed, or is errc::malformed_key",
       run<judging<errc::rejected>>},
      {"prompter: a error_info says nothing of what was typed", run<talkative>},
      {"prompter: an answer that is no key costs one prompt_request", run<asks_until_it_is_a_key>},
  });
}

TEST_CASE("hidden_answer_laws: what is typed is found where it is shown") {
  check_caught({{"prompter: nothing that is typed is shown", [](verdicts& report) { run_hidden(report, true); }}});
  verdicts report;
  run_hidden(report, false);
  check_held(report);
}

TEST_CASE("nobody_there_laws: an end of input is not nobody") {
  struct nobody {
    result<secret> ask(const prompt_request&) { return fail(errc::prompt_unavailable); }
  };
  nobody_there_laws([] { return nobody(); }, doctest_report);
  check_caught({{"prompter: where nobody can be asked, it is errc::prompt_unavailable",
                 [](verdicts& report) { nobody_there_laws([] { return plain_prompter(); }, report); }}});
}
