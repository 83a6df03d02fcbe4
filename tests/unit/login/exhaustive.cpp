// SPDX-License-Identifier: BSL-1.0
//
// Walks every combination of what the policies can answer, and compares each with the model.

#include <algorithm>
#include <cstddef>
#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/model/player.hpp"

namespace {

using namespace hubauth;

/// Every answer; while it is held, the first.
struct held_or_every : testing::every_choice {
  bool held = false;

  unsigned operator()(unsigned count) { return held ? 0 : every_choice::operator()(count); }
};

/// What is held before the call.
enum class before { nothing, key, token, both };

template <class Call>
void walk(testing::logins_seen& all, bool is_platform, before stored_credential, Call call) {
  held_or_every choose;
  std::string path;
  do {
    path.clear();
    const auto watch = [&](const fsm::transition_names& row) {
      if (!choose.held) all.take(row, path);
    };
    model::player player(choose, is_platform, watch);

    choose.held = true;
    std::string wrong;
    if (stored_credential == before::key || stored_credential == before::both) wrong += player.login(model::argument::good, {});
    if (stored_credential == before::token || stored_credential == before::both) wrong += player.auth_with_cookies();
    choose.held = false;

    wrong += call(player, choose);
    all.end(path);
    if (!wrong.empty() && ++all.broken <= 10) FAIL_CHECK(wrong);
  } while (choose.next());
}

model::argument any_argument(held_or_every& choose) {
  return static_cast<model::argument>(choose(static_cast<unsigned>(model::argument::count)));
}

}  // namespace

TEST_CASE("exhaustive: every answer of every policy ends as the model says") {
  testing::logins_seen all;
  for (bool is_platform : {false, true}) {
    CAPTURE(is_platform);
    for (bool verify_saved : {false, true}) {
      CAPTURE(verify_saved);
      walk(all, is_platform, before::nothing,
           [&](auto& player, auto& choose) { return player.login(any_argument(choose), {verify_saved}); });
      for (auto left_out : all_sources) {
        CAPTURE(to_string(left_out));
        walk(all, is_platform, before::nothing, [&](auto& player, auto& choose) {
          return player.login(any_argument(choose), {verify_saved, source_set().without(left_out), 1});
        });
      }
    }
    for (auto stored_credential : {before::nothing, before::key, before::token, before::both}) {
      if (is_platform && stored_credential != before::key) continue;  // it gives no tokens
      walk(all, is_platform, stored_credential, [](auto& player, auto&) { return player.authenticate(); });
      walk(all, is_platform, stored_credential, [](auto& player, auto&) { return player.auth_with_cookies(); });
      walk(all, is_platform, stored_credential, [](auto& player, auto&) { return player.request_api_key(2); });
      walk(all, is_platform, stored_credential, [](auto& player, auto&) { return player.logout(); });
      walk(all, is_platform, stored_credential, [](auto& player, auto& choose) {
        return player.login(any_argument(choose), {true, {}, 1});
      });
    }
  }

  std::string untaken;
  for (std::size_t i = 0; i != all.rows.size(); ++i)
    if (all.taken[i] == 0) untaken += fmt::format("{} | {} | {}\n", all.rows[i].in, all.rows[i].ending, all.rows[i].to);
  CHECK_MESSAGE(untaken.empty(), "rows that nothing takes:\n" << untaken);
  CHECK(all.broken == 0);
  fmt::print("exhaustive: {} leaves, {} distinct paths, {} of {} rows taken, {} wrong\n", all.logins, all.paths.size(),
             all.rows.size() - static_cast<std::size_t>(std::count(all.taken.begin(), all.taken.end(), 0u)),
             all.rows.size(), all.broken);
}
