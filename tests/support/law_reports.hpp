// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace hubauth::testing {

/// Records what contract tests and scripts report. A model of `hubauth::testing::reporter`.
struct law_report {
  std::set<std::string> reported{};
  std::set<std::string> broken{};

  void operator()(bool holds, std::string_view law) {
    reported.emplace(law);
    if (!holds) broken.emplace(law);
  }
};

/// A policy with a deliberate fault: the law that it breaks, and the run of the contract tests on it.
struct faulty_policy {
  std::string law;
  std::function<void(law_report&)> run;
};

/// Checks that each fault breaks its law, and that each law is broken by some fault.
inline void check_faults_are_found(const std::vector<faulty_policy>& policies) {
  std::set<std::string> reported;
  std::set<std::string> broken;
  for (const auto& policy : policies) {
    CAPTURE(policy.law);
    law_report report;
    policy.run(report);
    CHECK(report.broken.contains(policy.law));
    reported.merge(report.reported);
    broken.insert(policy.law);
  }
  CHECK(broken == reported);
  MESSAGE(policies.size() << " faulty policies, " << reported.size() << " laws");
}

/// Checks that laws were reported, and that all of them hold.
inline void check_all_hold(const law_report& report) {
  CHECK_FALSE(report.reported.empty());
  CHECK(report.broken.empty());
}

}  // namespace hubauth::testing
