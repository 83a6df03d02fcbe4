// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string_view>

#include <trompeloeil.hpp>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"

/// The policies as mocks of trompeloeil. Only a program that includes this header needs trompeloeil.

// The report of an unexpected call must not print a credential.
namespace trompeloeil {

template <>
struct printer<hubauth::request> {
  static void print(std::ostream& out, const hubauth::request& request) {
    out << request.url << " [credential redacted]";
  }
};
template <>
struct printer<hubauth::api_key> {
  static void print(std::ostream& out, const hubauth::api_key&) { out << "[key redacted]"; }
};
template <>
struct printer<hubauth::prompt_request> {
  static void print(std::ostream& out, const hubauth::prompt_request& request) {
    out << "attempt " << request.attempt << " of " << request.max_attempts;
  }
};

}  // namespace trompeloeil

namespace hubauth::testing {

struct mock_transport {
  MAKE_MOCK1(send, result<response>(const request&));
  MAKE_CONST_MOCK0(has_cookies, bool());
};

struct mock_store {
  MAKE_MOCK0(load, result<std::optional<secret>>());
  MAKE_MOCK1(save, result<void>(const api_key&));
  MAKE_MOCK0(erase, result<void>());
};

struct mock_prompter {
  MAKE_MOCK1(ask, result<secret>(const prompt_request&));
};

struct mock_environment {
  MAKE_CONST_MOCK1(get_env, std::optional<std::string_view>(const char*));
  MAKE_CONST_MOCK0(has_browser_session, bool());
  MAKE_CONST_MOCK0(now, std::chrono::system_clock::time_point());
};

static_assert(check_transport<mock_transport>() && check_store<mock_store>() && check_prompter<mock_prompter>() &&
              check_environment<mock_environment>());

}  // namespace hubauth::testing
