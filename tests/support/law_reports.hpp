// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

/// Keeps what laws and scripts report. A model of `hubauth::testing::reporter` that knows no test framework.
struct verdicts {
  std::set<std::string> told{};
  std::set<std::string> broken{};

  void operator()(bool holds, std::string_view law) {
    told.emplace(law);
    if (!holds) broken.emplace(law);
  }
};

/// A type that is wrong on purpose: the law that names its fault, and its run through all laws.
struct wrong_type {
  std::string law;
  std::function<void(verdicts&)> run;
};

/// Each wrong type breaks the law that names its fault, and each law has a type that breaks it.
inline void check_caught(const std::vector<wrong_type>& all) {
  std::set<std::string> laws;
  std::set<std::string> caught;
  for (const auto& one : all) {
    CAPTURE(one.law);
    verdicts found;
    one.run(found);
    CHECK(found.broken.contains(one.law));
    laws.merge(found.told);
    caught.insert(one.law);
  }
  CHECK(caught == laws);
  MESSAGE(all.size() << " wrong types, " << laws.size() << " laws");
}

inline void check_held(const verdicts& found) {
  CHECK_FALSE(found.told.empty());
  CHECK(found.broken.empty());
}
