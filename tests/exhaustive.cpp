// SPDX-License-Identifier: BSL-1.0
//
// Walks every combination of what the policies can answer, and compares each with the model.

#include <cstddef>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>

#include "model/player.hpp"

namespace {

using namespace hubauth;

/// Takes every answer at every choice, one way through after the other. While it is held, it takes the first.
class every_answer {
 public:
  unsigned operator()(unsigned count) {
    if (held) return 0;
    if (at_ == way_.size()) way_.push_back({0, count});
    return way_[at_++].taken;
  }

  /// Turns to the next way; false when all were taken.
  bool next() {
    at_ = 0;
    while (!way_.empty() && way_.back().taken + 1 == way_.back().count) way_.pop_back();
    if (way_.empty()) return false;
    ++way_.back().taken;
    return true;
  }

  bool held = false;

 private:
  struct choice {
    unsigned taken;
    unsigned count;
  };
  std::vector<choice> way_;
  std::size_t at_ = 0;
};

/// What all walks together have seen.
struct tally {
  std::map<std::pair<const void*, const void*>, char> rows{};  ///< by state and outcome: a letter for each
  std::unordered_set<std::string> paths{};
  std::size_t leaves = 0;
  std::size_t wrong = 0;

  char letter(const flow::taken& row) {
    return rows.try_emplace({row.in.data(), row.ending.data()}, static_cast<char>('0' + rows.size())).first->second;
  }
};

/// What is held before the call.
enum class before { nothing, key, token, both };

template <class Call>
void walk(tally& all, bool is_platform, before holding, Call call) {
  every_answer choose;
  std::string path;
  do {
    path.clear();
    const auto watch = [&](const flow::taken& row) {
      if (!choose.held) path += all.letter(row);
    };
    model::player player(choose, is_platform, watch);

    choose.held = true;
    std::string wrong;
    if (holding == before::key || holding == before::both) wrong += player.login(model::argument::good, {});
    if (holding == before::token || holding == before::both) wrong += player.auth_with_cookies();
    choose.held = false;

    wrong += call(player, choose);
    all.paths.insert(path);
    ++all.leaves;
    if (!wrong.empty() && ++all.wrong <= 10) FAIL_CHECK(wrong);
  } while (choose.next());
}

model::argument any_argument(every_answer& choose) {
  return static_cast<model::argument>(choose(static_cast<unsigned>(model::argument::count)));
}

}  // namespace

TEST_CASE("exhaustive: every answer of every policy ends as the model says") {
  tally all;
  for (bool is_platform : {false, true}) {
    CAPTURE(is_platform);
    for (bool verify_saved : {false, true}) {
      CAPTURE(verify_saved);
      walk(all, is_platform, before::nothing,
           [&](auto& player, auto& choose) { return player.login(any_argument(choose), {verify_saved}); });
      for (auto left_out : all_sources) {
        CAPTURE(name(left_out));
        walk(all, is_platform, before::nothing, [&](auto& player, auto& choose) {
          return player.login(any_argument(choose), {verify_saved, source_set().without(left_out), 1});
        });
      }
    }
    for (auto holding : {before::nothing, before::key, before::token, before::both}) {
      if (is_platform && holding != before::key) continue;  // it gives no tokens
      walk(all, is_platform, holding, [](auto& player, auto&) { return player.authenticate(); });
      walk(all, is_platform, holding, [](auto& player, auto&) { return player.auth_with_cookies(); });
      walk(all, is_platform, holding, [](auto& player, auto&) { return player.request_api_key(2); });
      walk(all, is_platform, holding, [](auto& player, auto&) { return player.logout(); });
      walk(all, is_platform, holding, [](auto& player, auto& choose) {
        return player.login(any_argument(choose), {true, {}, 1});
      });
    }
  }

  std::string untaken;
  boost::hana::for_each(flow::login::rows, [&]<class In, class Ending, class To>(flow::row<In, Ending, To>) {
    if (!all.rows.contains({flow::name_of<In>().data(), flow::name_of<Ending>().data()}))
      untaken += fmt::format("{} | {} | {}\n", flow::name_of<In>(), flow::name_of<Ending>(), flow::name_of<To>());
  });
  CHECK_MESSAGE(untaken.empty(), "rows that nothing takes:\n" << untaken);
  CHECK(all.wrong == 0);
  fmt::print("exhaustive: {} leaves, {} distinct paths, {} of {} rows taken, {} wrong\n", all.leaves, all.paths.size(),
             all.rows.size(), boost::hana::length(flow::login::rows).value, all.wrong);
}
